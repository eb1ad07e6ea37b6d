import FlowCases
import RuleEvaluator
import RuleTargets
import ServicePlan
import TestSupport
import Testing

/// A case that says something wrong fails: every expectation of every case is changed in several ways.
@Suite struct WrongExpectationTests {
  @Test(arguments: try CaseFile.cases())
  func everyChangedExpectationFails(_ flowCase: FlowCase) throws {
    var changed = flowCase
    var expected = 0
    for index in changed.steps.indices {
      let wrong = flowCase.steps[index].flows.flatMap { variants($0) + affinityVariants($0, in: flowCase) }
      changed.steps[index].flows = wrong
      expected += wrong.count * RuleTarget.allCases.count
    }
    let results = FlowRun().results(of: changed).filter { $0.target != nil }
    #expect(results.count == expected)
    for result in results {
      if case .failed = result.verdict { continue }
      Issue.record("\(result.target?.rawValue ?? ""), \(result.path): \(result.verdict)")
    }
  }

  /// The flow with each of its expectations changed.
  private func variants(_ flow: Flow) -> [Flow] {
    ProxyMode.allCases.flatMap { mode -> [(String, FlowExpectation)] in
      flow.expectations[mode].map(variants) ?? []
    }.map { name, expectation in
      var changed = flow
      changed.name += ": " + name
      changed.affinity = nil
      // Both modes may expect different things: what is wrong must be wrong in either.
      changed.expectations = Dictionary(uniqueKeysWithValues: ProxyMode.allCases.map { ($0, expectation) })
      return changed
    }.filter { changed in ProxyMode.allCases.allSatisfy { changed.expectations[$0] != flow.expectations[$0] } }
  }

  private func variants(_ expectation: FlowExpectation) -> [(String, FlowExpectation)] {
    let other = FlowBackend("203.0.113.250:1").map { [$0: false] } ?? [:]
    var variants = Outcome.Class.allCases.filter { $0 != expectation.action }.map {
      ("\($0)", FlowExpectation(action: $0, backends: $0 == .dnat ? other : [:]))
    }
    for (backend, isMasqueraded) in expectation.backends {
      var changed = expectation
      changed.backends[backend] = !isMasqueraded
      variants.append(("masquerade of \(backend)", changed))
      changed.backends[backend] = nil
      variants.append(("without \(backend)", changed))
      changed.backends[FlowBackend(address: backend.address, port: backend.port ^ 1)] = isMasqueraded
      variants.append(("other port of \(backend)", changed))
      changed.backends[backend] = isMasqueraded
      variants.append(("more than \(backend)", changed))
    }
    return variants
  }

  /// With an affinity where there is none; with another time where one of several backends is chosen.
  private func affinityVariants(_ flow: Flow, in flowCase: FlowCase) -> [Flow] {
    guard flow.expectations.values.allSatisfy({ $0.action == .dnat }) else { return [] }
    let services = flowCase.steps.flatMap(\.apply).flatMap(\.content.services)
    var changed = flow
    if let affinity = flow.affinity {
      guard flow.expectations.values.allSatisfy({ $0.backends.count > 1 }) else { return [] }
      return [affinity.timeout / 2, affinity.timeout * 2].map { timeout in
        changed.name = "\(flow.name): \(timeout) s"
        changed.affinity = AffinityExpectation(group: changed.name, timeout: timeout)
        return changed
      }
    }
    guard services.allSatisfy({ $0.affinitySeconds == nil }) else { return [] }
    changed.name += ": affinity"
    changed.affinity = AffinityExpectation(group: changed.name, timeout: 60)
    return [changed]
  }
}
