import FlowCases
import RuleTargets
import ServicePlan
import TestSupport
import Testing

@Suite struct FlowRunTests {
  private func flowCase(_ text: String) throws -> FlowCase {
    let file = FlowCaseFile.read(text, named: "case.yaml")
    try #require(file.diagnostics.map { $0.text(files: [file.name]) } == [])
    return try #require(file.cases.first)
  }

  private func summary(_ results: [FlowResult]) -> [String] {
    results.map { result in
      let verdict =
        switch result.verdict {
        case .passed: "passed"
        case .failed: "failed"
        case .skipped(let reason): "skipped: \(reason)"
        }
      return "\(result.target?.rawValue ?? "-") \(result.path) \(verdict)"
    }
  }

  @Test func casesOfOtherModesAreSkipped() throws {
    let text = FlowCaseReaderTests.valid.replacing("name: shop\n", with: "name: shop\nmodes: [nftables]\n")
    #expect(
      summary(FlowRun().results(of: try flowCase(text))) == [
        "- shop/health check of default/web on port 30000 failed",
        "iptables shop skipped: not for mode iptables", "nft-chains shop/from a pod failed",
        "nft-maps shop/from a pod failed",
      ])
  }

  @Test func modesWithoutAnExpectationAreSkipped() throws {
    let text = FlowCaseReaderTests.valid.replacing(
      "expect: {action: dnat, backends: ['10.244.1.5:8080'], masquerade: false}",
      with: "expectPerMode: {iptables: {action: reject}}")
    #expect(
      summary(FlowRun(targets: [.iptables, .nftMaps]).results(of: try flowCase(text))) == [
        "- shop/health check of default/web on port 30000 failed",
        "iptables shop/from a pod passed", "nft-maps shop/from a pod skipped: not for mode nftables",
      ])
  }

  @Test func whatIsNotSelectedIsNotThere() throws {
    let flowCase = try flowCase(FlowCaseReaderTests.valid)
    let run = FlowRun(targets: [.nftMaps], selects: { $0.hasSuffix("from a pod") })
    #expect(summary(run.results(of: flowCase)) == ["nft-maps shop/from a pod failed"])
    #expect(FlowRun(selects: { _ in false }).results(of: flowCase).isEmpty)
  }

  @Test func saysWhatIsWrongWithConnectionsAndHealthChecks() throws {
    func words(_ text: String) throws -> [String] {
      FlowRun(targets: []).results(of: try flowCase(text)).map { result in
        guard case .failed(let failure) = result.verdict else { return "\(result.verdict)" }
        return "\(failure.expectation); \(failure.mismatches.map(\.description).joined(separator: ", "))"
      }
    }
    #expect(
      try words(FlowCaseReaderTests.valid) == [
        "open, 1 local endpoint, status 200; the health check port is closed"
      ])
    #expect(try words(FlowCaseReaderTests.stepped) == ["removed: a; not removed: a"])
  }

  @Test func sweepsAreGivenWhatCountsInAStep() throws {
    let flowCase = try #require(
      try CaseFile.cases().first { $0.name == "conntrack-udp-endpoint-replaced" })
    var run = FlowRun(targets: [])
    run.sweep = { entries, stale in
      #expect(!stale.isEmpty)
      return Set(entries.map(\.id))
    }
    let failures = run.results(of: flowCase).compactMap { result -> [FlowMismatch]? in
      guard case .failed(let failure) = result.verdict else { return nil }
      return failure.mismatches
    }
    let staying = flowCase.steps.compactMap(\.conntrack).map { expectation in
      expectation.before.map(\.id).filter { !expectation.deleted.contains($0) }.sorted()
    }
    #expect(failures == staying.map { [.removed($0)] })
  }

  /// Notes the order of what it is asked.
  private final class Diary: FlowObserver {
    struct Trouble: Error {}

    var entries: [String] = []

    func load(_ plans: [NodePlan]) throws {
      entries.append("load \(plans.map(\.servicePorts.count))")
      if plans.allSatisfy(\.servicePorts.isEmpty) { throw Trouble() }
    }

    func observe(_ flow: Flow, expecting expectation: FlowExpectation) -> FlowObservation {
      entries.append(flow.name)
      return FlowObservation(actions: [expectation.action])
    }
  }

  /// An update can depend on the one before: steps without flows are loaded, too.
  @Test func observersGetEveryStepInOrder() throws {
    func flow(_ name: String) -> String {
      """

        flows:
        - name: \(name)
          from: {kind: pod, ip: 10.244.1.9}
          to: 10.96.0.1
          protocol: TCP
          port: 80
          expect: {action: reject}
      """
    }
    let text =
      FlowCaseReaderTests.stepped + flow("gone")
        + """

        - apply:
          - apiVersion: v1
            kind: Service
            metadata: {name: web, namespace: shop}
            spec: {clusterIP: 10.96.0.1, clusterIPs: [10.96.0.1], ipFamilies: [IPv4], ports: [{port: 80}]}
        """ + flow("back")
    let diary = Diary()
    let run = FlowRun(targets: [.nftMaps], observer: { _, _ in diary })
    #expect(
      summary(run.results(of: try flowCase(text))) == [
        "- steps/2/conntrack entries failed", "nft-maps steps/2/gone failed",
        "nft-maps steps/3/back passed",
      ])
    #expect(diary.entries == ["load [1, 0]", "load [0, 0]", "load [1, 0]", "back"])
  }

  @Test func flowsOfAnObserverThatCannotBeMadeFail() throws {
    let run = FlowRun(targets: [.nftMaps], observer: { _, _ in throw Diary.Trouble() })
    let results = run.results(of: try flowCase(FlowCaseReaderTests.valid)).filter { $0.target != nil }
    guard case .failed(let failure) = try #require(results.first).verdict else {
      Issue.record("\(results)")
      return
    }
    #expect(results.count == 1)
    #expect(failure.observation == nil)
    #expect(failure.mismatches == [.notObserved("Trouble()")])
  }
}
