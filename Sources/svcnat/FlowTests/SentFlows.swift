import FlowCases
import KernelFlows
import NFTablesNetlink
import NetworkAddresses
import RuleEvaluator
import RuleTargets
import ServicePlan

/// Observes flows by sending real packets through a node in a network namespace, which has the rules loaded.
struct SentFlows: FlowObserver {
  /// A flow of a kind or state that no packet can be made for.
  struct Unsendable: Error, CustomStringConvertible {
    var description: String
  }

  private let node: KernelNode
  private let target: RuleTarget
  /// Walks the packets, too: their way is what explains a failure.
  private var evaluator: PacketEvaluator?
  /// The flows of the present step that have an affinity, by group.
  private var sticky: [String: [(flow: Flow, packet: FlowPacket)]] = [:]

  /// Builds a node that all steps of the case fit on.
  ///
  /// - Parameter tableLoader: puts tables of nftables in force; nil: `nft -f` does.
  /// - Throws: ``/KernelFlows/KernelFlowError``.
  init(_ flowCase: FlowCase, _ target: RuleTarget, tableLoader: TableLoader? = SentFlows.netlinkLoader) throws {
    let plans = ClusterState.all(of: flowCase).flatMap(\.plans)
    let packets = flowCase.steps.flatMap(\.flows).compactMap { FlowPacket($0.packet) }
    node = try KernelNode(
      NodeLayout(flowCase.configuration, plans: plans, packets: packets), tableLoader: tableLoader)
    self.target = target
  }

  /// Tables go the way `svcnat apply` sends them: over netlink, and later steps as changes of what is there.
  static var netlinkLoader: TableLoader? {
    #if Netlink && os(Linux)
      { tables in
        var connection = try NetlinkConnection()
        for table in tables { try connection.update(to: table) }
      }
    #else
      nil
    #endif
  }

  /// - Throws: ``/KernelFlows/KernelFlowError``.
  mutating func load(_ plans: [NodePlan]) throws {
    try node.load(plans.map { target.compile($0) })
    evaluator = try? PacketEvaluator(plans, target: target)
    // New rules need not know the clients of the former ones.
    sticky = [:]
  }

  /// - Throws: ``Unsendable``, ``/KernelFlows/KernelFlowError``.
  mutating func observe(_ flow: Flow, expecting expectation: FlowExpectation) throws -> FlowObservation {
    guard let packet = FlowPacket(flow.packet) else {
      throw Unsendable(description: "no packet in state \(flow.packet.state.rawValue) can be sent")
    }
    let attempts =
      expectation.action == .dnat ? Attempts.toReach(backends: expectation.backends.count) : Attempts.ofOneKind
    let seen = try node.observe(packet, attempts: attempts, forgettingClients: flow.affinity != nil)
    var observation = FlowObservation(
      actions: actions(seen), reached: SentFlows.reached(seen), faults: SentFlows.faults(seen),
      outcome: try? evaluator?.evaluate(flow.packet), remarks: [SentFlows.remark(seen)])
    if let group = flow.affinity?.group, expectation.action == .dnat {
      sticky[group, default: []].append((flow, packet))
      for other in sticky[group] ?? [] where other.packet.source == packet.source {
        observation.affinityFaults += try affinityFaults(from: other, to: (flow, packet))
        if other.flow.name != flow.name {
          observation.affinityFaults += try affinityFaults(from: (flow, packet), to: other)
        }
      }
    }
    return observation
  }

  /// Opens a connection by the first flow and then several by the second. Time is not waited for.
  private func affinityFaults(
    from first: (flow: Flow, packet: FlowPacket), to second: (flow: Flow, packet: FlowPacket)
  ) throws -> [AffinityFault] {
    try node.forgetClients()
    guard case .translated(let arrival) = try node.send(first.packet) else { return [] }
    let backend = FlowBackend(arrival.destination)
    let expected = second.flow.expectations[target.mode]?.backends ?? [:]
    guard expected[backend] != nil else { return [] }
    let seen = try node.observe(second.packet, attempts: Attempts.toReach(backends: expected.count))
    let reached = seen.backends.keys.map(FlowBackend.init).sorted()
    return reached == [backend]
      ? [] : [.strays(first: first.flow.name, backend: backend, seconds: 0, reached: reached)]
  }

  // MARK: What was seen

  private func actions(_ seen: Observation) -> Set<Outcome.Class> {
    switch seen.action {
    case .dnat: [.dnat]
    case .reject: [.reject]
    case .drop: [.drop]
    case .accept: [.accept]
    // nftables does not show whether a rule has let a packet through.
    case .noMatch: target.mode == .nftables ? [.noMatch, .accept] : [.noMatch]
    case .masqueradeOnly, nil: []
    }
  }

  private static func reached(_ seen: Observation) -> [FlowObservation.Reached] {
    seen.backends.sorted { $0.key < $1.key }.flatMap { address, backend -> [FlowObservation.Reached] in
      let name = FlowBackend(address)
      // Nothing rewrites the source of what comes in and stays.
      if backend.isOnNode, !seen.isMadeOnNode { return [FlowObservation.Reached(name, isMasqueraded: nil)] }
      guard let isMasqueraded = seen.isMasqueraded(address) else {
        return [false, true].map { FlowObservation.Reached(name, isMasqueraded: $0) }
      }
      return [FlowObservation.Reached(name, isMasqueraded: isMasqueraded)]
    }
  }

  /// Answers that do not come back to the client, or not from where it has sent its packet to.
  private static func faults(_ seen: Observation) -> [String] {
    seen.backends.sorted { $0.key < $1.key }.compactMap { address, backend in
      switch backend.answer {
      case .fromFrontend: nil
      case .notTried: backend.isOnNode ? nil : "\(address) was not made to answer"
      case .lost: "the answer of \(address) is lost"
      case .misaddressed(let source, let destination):
        "the answer of \(address) comes from \(source) to \(destination)"
      }
    }
  }

  /// `16 packets sent: 16 dnat`
  private static func remark(_ seen: Observation) -> String {
    let counts = seen.actions.map { "\($0.value) \($0.key.rawValue)" }.sorted().joined(separator: ", ")
    return "\(seen.packets) packets sent: \(counts)"
  }
}

extension FlowBackend {
  init(_ address: BackendAddress) { self.init(address: address.address, port: address.port) }
}
