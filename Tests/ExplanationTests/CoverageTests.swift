import Explanation
import Testing

@testable import svcnat

/// Every reason and every difference occurs in a recorded answer, and none of them is a doubt.
@Suite struct CoverageTests {
  private static let explanations = AskedQuestion.all.compactMap { question -> Explanation? in
    var timings = Timings()
    return try? question.command().explain(&timings).explanation
  }

  @Test func everyReasonOccurs() {
    let codes = Self.explanations.flatMap { $0.answers.flatMap { $0.findings.map(\.code) } }
    #expect(
      Set(codes) == [
        "cluster-policy", "local-policy", "pod-short-circuit", "node-short-circuit", "terminating-fallback",
        "node-hints", "zone-hints", "hints-ignored", "endpoints-not-ready", "session-affinity",
        "masqueraded-external", "masquerade-all", "masqueraded-not-local", "not-masqueraded-local",
        "not-masqueraded-no-detector", "hairpin", "masquerade-without-effect", "in-source-ranges",
        "source-is-load-balancer", "not-in-source-ranges", "source-ranges-not-asked", "no-slices", "no-endpoints",
        "port-not-in-slices", "no-usable-endpoints", "no-local-endpoint", "not-refused-here", "loopback-guard",
        "loopback-from-elsewhere", "undeclared-port", "other-protocol", "is-node-port", "is-target-port",
        "unallocated-address", "node-port-not-served", "no-node-port", "other-node", "load-balancer-proxy-mode",
        "health-check", "endpoint-address", "node-itself", "unknown-address", "other-proxy", "owned-by-other",
      ])
  }

  @Test func everyDifferenceOfTargetsOccurs() {
    let found = Set(Self.explanations.flatMap(\.differences))
    #expect(Set(Difference.allCases).subtracting(found) == [.notEvaluated, .otherRules, .unexplained])
  }
}
