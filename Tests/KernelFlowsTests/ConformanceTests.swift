import KernelFlows
import NetworkAddresses
import RuleTargets
import ServicePlan
import Testing

/// Every flow of every conformance case as real packets through a real kernel, in all targets.
@Suite(.serialized, .enabled(if: KernelSupport.isUsable, "\(KernelSupport.need)"))
struct ConformanceTests {
  @Test(arguments: try FlowScenario.all.get(), RuleTarget.allCases)
  func flowsEndWhereTheCaseSays(_ scenario: FlowScenario, _ target: RuleTarget) throws {
    let steps = scenario.steps.filter { $0.state.modes.contains(target.mode) }
    guard let configuration = steps.first?.state.configuration, steps.contains(where: { !$0.flows.isEmpty }) else {
      return
    }
    let node = try KernelNode(
      NodeLayout(
        configuration, plans: steps.flatMap { $0.state.plans }, packets: steps.flatMap { $0.flows.map(\.packet) }))
    for (state, flows) in steps {
      try node.load(state.plans.map { target.compile($0) })
      for flow in flows {
        guard let expectation = flow.expectations[target.mode] else { continue }
        let attempts =
          expectation.action == .dnat ? Attempts.toReach(backends: expectation.backends.count) : Attempts.ofOneKind
        let observation = try node.observe(
          flow.packet, attempts: attempts, forgettingClients: flow.affinityGroup != nil)
        let problems = problems(observation, expectation)
        #expect(problems.isEmpty, "\(target.rawValue): \(state), flow \(flow.name): \(problems)")
      }
    }
  }

  private func problems(_ observation: Observation, _ expectation: CaseFlow.Expectation) -> [String] {
    guard observation.action == expectation.action else {
      return ["expected \(expectation.action), seen \(observation.actions)"]
    }
    var problems: [String] = []
    let reached = Set(observation.backends.keys.map(\.description))
    if reached != Set(expectation.backends.keys) { problems.append("reached \(reached.sorted())") }
    for (address, backend) in observation.backends {
      // Nothing rewrites the source of what comes in and stays.
      if !backend.isOnNode || observation.isMadeOnNode,
        observation.isMasqueraded(address) != expectation.backends[address.description]
      {
        problems.append("\(address): \(backend.changedSources) of \(backend.packets) masqueraded")
      }
      let needsAnswer = !backend.isOnNode
      if needsAnswer != (backend.answer == .fromFrontend) { problems.append("\(address): answer \(backend.answer)") }
    }
    return problems
  }
}
