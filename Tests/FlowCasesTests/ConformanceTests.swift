import FlowCases
import RuleTargets
import ServicePlan
import TestSupport
import Testing

/// The conformance cases as users run them.
@Suite struct ConformanceTests {
  @Test(arguments: try CaseFile.cases())
  func everyFlowEndsAsTheCaseSays(_ flowCase: FlowCase) throws {
    let results = FlowRun().results(of: flowCase)
    for result in results {
      guard case .failed(let failure) = result.verdict else { continue }
      Issue.record("\(result.target?.rawValue ?? ""), \(result.path): \(failure)")
    }
    let flows = flowCase.steps.map(\.flows.count).reduce(0, +)
    #expect(results.count { $0.name != nil && $0.target != nil } == flows * RuleTarget.allCases.count)
  }

  /// A case that is not read is no case that passes.
  @Test func nothingIsLeftOut() throws {
    let results = try CaseFile.cases().flatMap { FlowRun().results(of: $0) }
    let names = results.map { result in
      switch result.verdict {
      case .passed: "passed, \(result.target?.rawValue ?? "no target, \(result.name?.prefix(12) ?? "")")"
      case .failed: "failed"
      case .skipped(let reason): "\(reason): \(result.name?.prefix(12) ?? "")"
      }
    }
    #expect(
      Dictionary(grouping: names) { $0 }.mapValues(\.count) == [
        "passed, nft-maps": 367, "passed, nft-chains": 367, "passed, iptables": 367,
        "passed, no target, health check": 8, "passed, no target, conntrack en": 9,
      ])
  }

  @Test func laterReleasesAreSkippedOnRequest() throws {
    let release = try #require(KubeProxyRelease("1.36"))
    let later = try CaseFile.cases().filter { $0.since != nil }
    #expect(later.count == 3)
    for flowCase in later {
      let results = FlowRun(release: release).results(of: flowCase)
      #expect(results.map { "\($0.path) \($0.verdict)" } == ["\(flowCase.name) skipped(since release 1.37)"])
      #expect(FlowRun(release: KubeProxyRelease("1.37")).results(of: flowCase).count > 1)
    }
  }
}

extension FlowCase: CustomTestStringConvertible {
  public var testDescription: String { name }
}
