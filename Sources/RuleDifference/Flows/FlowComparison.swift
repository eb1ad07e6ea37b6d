import NetworkAddresses
import RuleEvaluator
import ServicePlan

/// Finds the flows that change: walks a packet of every class of clients through the rules of both sides, for every
/// destination that may be touched.
public struct FlowComparison {
  private let old: ComparedNode
  private let new: ComparedNode
  private let classes: SourceClasses
  private let evaluators: (old: PacketEvaluator, new: PacketEvaluator)

  /// The flows that change between two nodes of one family, in the order of the new plan's service ports.
  ///
  /// - Throws: `EvaluationError` for rules that cannot be evaluated, which compiled rules give no reason for.
  public static func changes(
    from old: ComparedNode, to new: ComparedNode
  ) throws(EvaluationError) -> [FlowChange] {
    let changed = changedPorts(old.plan, new.plan)
    if changed.isEmpty, old.circumstances == new.circumstances { return [] }
    let affected = AffectedDestinations(old, new, changed: changed).destinations
    if affected.isEmpty { return [] }
    let comparison = FlowComparison(
      old: old, new: new, classes: SourceClasses(old, new),
      evaluators: (try old.evaluator(), try new.evaluator()))
    var changes: [FlowChange] = []
    for destination in affected { changes += try comparison.changes(of: destination) }
    return comparison.sorted(merged(changes))
  }

  static func changedPorts(
    _ old: NodePlan, _ new: NodePlan
  ) -> [(old: ServicePortPlan?, new: ServicePortPlan?)] {
    var olds: [ServicePortName: ServicePortPlan] = [:]
    olds.reserveCapacity(old.servicePorts.count)
    for port in old.servicePorts { olds[port.name] = port }
    var changed: [(old: ServicePortPlan?, new: ServicePortPlan?)] = []
    for port in new.servicePorts {
      let before = olds.removeValue(forKey: port.name)
      if let before, before.doesTheSame(as: port) { continue }
      changed.append((before, port))
    }
    for port in old.servicePorts where olds[port.name] != nil { changed.append((port, nil)) }
    return changed
  }

  // MARK: - One destination

  private struct Fates: Hashable {
    var before: FlowFate
    var after: FlowFate
  }

  private func changes(of destination: FlowDestination) throws(EvaluationError) -> [FlowChange] {
    let oldOwners = old.owners(of: destination)
    let newOwners = new.owners(of: destination)
    let sources = classes.classes(of: destination, oldOwners: oldOwners, newOwners: newOwners)
    var groups: [(fates: Fates, sources: [FlowSource])] = []
    for source in sources {
      let packet = source.packet(to: destination)
      let fates = Fates(
        before: FlowFate(
          try evaluators.old.evaluate(packet), affinitySeconds: FlowComparison.affinity(oldOwners)),
        after: FlowFate(
          try evaluators.new.evaluate(packet), affinitySeconds: FlowComparison.affinity(newOwners)))
      if fates.before == fates.after { continue }
      if let index = groups.firstIndex(where: { FlowComparison.isAlike(fates, $0.fates, source) }) {
        groups[index].sources.append(source)
      } else {
        groups.append((fates, [source]))
      }
    }
    return groups.map { group in
      // Where two clients are refused for two reasons, the first one's is told.
      let source = group.sources[0]
      let reasons = (
        FateReason(node: old, destination: destination, owners: oldOwners, source: source, isNew: false)
          .words(for: group.fates.before),
        FateReason(node: new, destination: destination, owners: newOwners, source: source, isNew: true)
          .words(for: group.fates.after)
      )
      var change = FlowChange(
        destinations: [destination], sources: group.sources, classCount: sources.count,
        before: group.fates.before, after: group.fates.after, oldOwner: owner(oldOwners, destination, old),
        newOwner: owner(newOwners, destination, new), reasonBefore: reasons.0, reasonAfter: reasons.1)
      if old.target != new.target { change.targetReason = TargetReason(old, new, change, source).words }
      return change
    }
  }

  /// Whether a client's flows change as those of a group do, but for what concerns it as its own backend.
  private static func isAlike(_ fates: Fates, _ group: Fates, _ source: FlowSource) -> Bool {
    if fates == group { return true }
    let masked = Fates(
      before: fates.before.masked(source.address, as: group.before),
      after: fates.after.masked(source.address, as: group.after))
    guard masked == group else { return false }
    // It is told alone where being hidden from itself is what changes.
    func isHidden(_ fate: FlowFate) -> Bool? {
      fate.shares.first { share in
        if case .backend(source.address, _) = share.end { true } else { false }
      }?.isMasqueraded
    }
    guard let before = isHidden(fates.before), let after = isHidden(fates.after) else { return true }
    return before == after || group.before.isMasqueraded != group.after.isMasqueraded
  }

  /// The affinity of what serves a destination.
  private static func affinity(_ owners: [ServicePortPlan]) -> UInt32? {
    owners.lazy.compactMap(\.affinitySeconds).first
  }

  private func owner(
    _ owners: [ServicePortPlan], _ destination: FlowDestination, _ node: ComparedNode
  ) -> ServicePortPlan? {
    switch destination.kind {
    case .frontend: return owners.first
    case .otherPort:
      // Of a cluster IP that comes or goes; what is true of all belongs to none.
      if old.circumstances != new.circumstances { return nil }
      return node.plan.servicePorts.first { $0.clusterIP == destination.address }
    case .healthCheck: return node.plan.servicePorts.first { $0.healthCheckNodePort == destination.port }
    case .unallocated, .loopback, .forwarded: return nil
    }
  }

  // MARK: - All destinations

  /// Joins changes that differ by nothing but the node's address, or the protocol of a port no Service has.
  private static func merged(_ changes: [FlowChange]) -> [FlowChange] {
    struct Key: Hashable {
      var kind: FlowDestination.Kind
      var port: UInt16
      var address: IPAddress?
      var name: ServicePortName?
      var sources: [FlowSource]
      var fates: Fates
      var targetReason: String?
    }
    var merged: [FlowChange] = []
    var indices: [Key: Int] = [:]
    for change in changes {
      let destination = change.destinations[0]
      let isNodePort =
        destination.kind == .frontend && change.owner?.nodePort == destination.port
        && change.owner?.owns(destination.address) == false
      let isAnyPort = destination.kind == .otherPort
      guard isNodePort || isAnyPort || destination.kind == .healthCheck else {
        merged.append(change)
        continue
      }
      let key = Key(
        kind: destination.kind, port: isAnyPort ? 0 : destination.port, address: isAnyPort ? destination.address : nil,
        name: change.owner?.name, sources: change.sources, fates: Fates(before: change.before, after: change.after),
        targetReason: change.targetReason)
      if let index = indices[key] {
        merged[index].destinations.append(destination)
      } else {
        indices[key] = merged.count
        merged.append(change)
      }
    }
    return merged
  }

  private func sorted(_ changes: [FlowChange]) -> [FlowChange] {
    // Stable: within a service port in the order of its frontends.
    changes.enumerated().sorted { a, b in
      switch (a.element.owner?.name, b.element.owner?.name) {
      case (let first?, let second?): first == second ? a.offset < b.offset : first < second
      case (nil, nil): a.offset < b.offset
      case (nil, _?): false
      case (_?, nil): true
      }
    }.map(\.element)
  }
}

extension ServicePortPlan {
  /// Whether an address is one of its frontends, node ports aside.
  func owns(_ address: IPAddress) -> Bool {
    clusterIP == address || externalIPs.contains(address) || loadBalancerIPs.contains(address)
  }
}
