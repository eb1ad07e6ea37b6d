import FlowCases
import KernelFlows
import NetworkAddresses
import RuleTargets
import TestSupport
import Testing

/// Every flow of every conformance case as real packets through a real kernel, in all targets.
@Suite(.serialized, .enabled(if: KernelSupport.isUsable, Comment(rawValue: KernelSupport.need)))
struct ConformanceTests {
  /// Cases without flows are about what rules alone cannot show.
  private static let cases = Result { try CaseFile.cases().filter { $0.steps.contains { !$0.flows.isEmpty } } }

  @Test(arguments: try cases.get(), RuleTarget.allCases)
  func flowsEndWhereTheCaseSays(_ flowCase: FlowCase, _ target: RuleTarget) throws {
    guard flowCase.modes.contains(target.mode) else { return }
    let sent = SentCase(flowCase)
    let node = try sent.node()
    for (step, (plans, flows)) in sent.steps.enumerated() {
      try node.load(plans.map { target.compile($0) })
      for flow in flows {
        guard let expectation = flow.flow.expectations[target.mode] else { continue }
        let attempts =
          expectation.action == .dnat ? Attempts.toReach(backends: expectation.backends.count) : Attempts.ofOneKind
        let observation = try node.observe(
          flow.packet, attempts: attempts, forgettingClients: flow.flow.affinity != nil)
        let problems = problems(observation, expectation)
        #expect(
          problems.isEmpty, "\(target.rawValue): \(sent.name), step \(step), flow \(flow.flow.name): \(problems)")
      }
    }
  }

  /// What the other tests see is the rules' doing: without any, each packet gets to where it is sent.
  @Test(arguments: try cases.get())
  func packetsPassWhereThereAreNoRules(_ flowCase: FlowCase) throws {
    let sent = SentCase(flowCase)
    let node = try sent.node()
    for flow in sent.steps.flatMap(\.flows) {
      let fate = try node.send(flow.packet)
      #expect(fate.action == .noMatch, "\(sent.name), flow \(flow.flow.name): \(fate)")
    }
  }

  /// After a first connection the client stays with its backend in every flow of the group, as long as the backend is in
  /// the flow's set.
  @Test(
    arguments: try cases.get().filter { $0.steps.contains { $0.flows.contains { $0.affinity != nil } } },
    RuleTarget.allCases)
  func clientsStayWithTheirBackend(_ flowCase: FlowCase, _ target: RuleTarget) throws {
    struct Client: Hashable {
      var group: String
      var address: IPAddress
    }
    let sent = SentCase(flowCase)
    let node = try sent.node()
    for (step, (plans, flows)) in sent.steps.enumerated() {
      let sticky = flows.filter { $0.flow.affinity != nil && $0.flow.expectations[target.mode]?.action == .dnat }
      try node.load(plans.map { target.compile($0) })
      // A client that is not remembered comes back to the same one of two backends by chance half of the time.
      for _ in 0..<10 {
        try node.forgetClients()
        var backends: [Client: BackendAddress] = [:]
        for flow in sticky.shuffled() + sticky.shuffled() + sticky.shuffled() {
          let place: Comment = "\(target.rawValue): \(sent.name), step \(step), flow \(flow.flow.name)"
          guard let group = flow.flow.affinity?.group, let set = flow.flow.expectations[target.mode]?.backends,
            case .translated(let arrival) = try node.send(flow.packet)
          else {
            Issue.record(place)
            continue
          }
          let client = Client(group: group, address: flow.packet.source)
          if let known = backends[client], set[FlowBackend(known)] != nil {
            #expect(arrival.destination == known, place)
          }
          backends[client] = arrival.destination
        }
      }
    }
  }

  /// A case that is not read, or not sent, is no case that passes.
  @Test func nothingIsLeftOut() throws {
    let flows = try Self.cases.get().flatMap(\.steps).flatMap(\.flows)
    #expect(flows.count == 367)
    #expect(flows.compactMap(SentFlow.init).count == flows.count)
  }

  private func problems(_ observation: Observation, _ expectation: FlowExpectation) -> [String] {
    guard observation.action?.rawValue == expectation.action.rawValue else {
      return ["expected \(expectation), seen \(observation.actions)"]
    }
    var problems: [String] = []
    let reached = Set(observation.backends.keys.map { FlowBackend($0) })
    if reached != Set(expectation.backends.keys) { problems.append("reached \(reached.sorted())") }
    for (address, backend) in observation.backends {
      // Nothing rewrites the source of what comes in and stays.
      if !backend.isOnNode || observation.isMadeOnNode,
        observation.isMasqueraded(address) != expectation.backends[FlowBackend(address)]
      {
        problems.append("\(address): \(backend.changedSources) of \(backend.packets) masqueraded")
      }
      let needsAnswer = !backend.isOnNode
      if needsAnswer != (backend.answer == .fromFrontend) { problems.append("\(address): answer \(backend.answer)") }
    }
    return problems
  }
}

extension FlowBackend {
  fileprivate init(_ address: BackendAddress) { self.init(address: address.address, port: address.port) }
}
