import KubernetesObjects
import NetworkAddresses
import RuleNames
import ServicePlan

/// A table that follows a plan change by change. What a change costs depends on the Services it touches alone.
///
/// In the maps layout endpoints keep their numbers as long as they can, which is the only thing in which the table differs
/// from one that is compiled from the plan at once.
public struct LiveTable: Sendable {
  public enum Layout: Hashable, Sendable {
    /// ``MapsLayout``
    case maps
    /// ``ChainsLayout``
    case chains
  }

  public let layout: Layout
  /// Of the maps layout.
  private let options: MapsOptions
  /// The plan without service ports.
  private var node: NodePlan
  private var lowering: LiveLayout
  private var fixedPart: Table
  /// The service ports of each Service, with backends in the order of their numbers.
  private var services: [NamespacedName: [ServicePortPlan]] = [:]
  private var numbers = AffinityNumbers()
  /// How many Services lead to a chain.
  private var endpointChains: [EndpointChain: Int] = [:]
  private var clusterIPs = Claims<RegisterBytes, NamespacedName>()
  private var hairpinConnections = Claims<RegisterBytes, NamespacedName>()
  /// Elements of each set of the fixed part.
  private var counts: [String: Int]
  private var installedSlots: InstalledSlots?

  /// A table without Services.
  ///
  /// - Parameters:
  ///   - node: its service ports do not matter.
  ///   - options: for the maps layout.
  public init(_ layout: Layout, _ node: NodePlan, options: MapsOptions = MapsOptions()) {
    self.layout = layout
    self.options = options
    self.node = node
    self.node.servicePorts = []
    lowering = LiveLayout(layout, self.node, options)
    fixedPart = lowering.fixedPart()
    counts = Dictionary(uniqueKeysWithValues: fixedPart.sets.map { ($0.name, $0.elements.count) })
  }

  /// Numbers endpoints as an installed table does, as far as they are the same, in the next ``apply(_:)``. Tables of another
  /// layout or family are passed over.
  public mutating func adopt(_ installed: Table) {
    guard layout == .maps, installed.name == fixedPart.name, installed.family == fixedPart.family else { return }
    installedSlots = InstalledSlots(installed)
  }

  /// The whole table. It costs what the cluster has.
  public func table() -> Table {
    var plan = node
    plan.servicePorts = services.sorted { $0.key < $1.key }.flatMap(\.value)
    switch layout {
    case .maps:
      var numbers = numbers
      return MapsLayout(plan, options: options).table(&numbers)
    case .chains:
      return ChainsLayout(plan).table()
    }
  }

  // MARK: - Changes

  /// Follows a change of the plan.
  ///
  /// - Returns: what becomes different in the table; nil, in the chains layout alone: something that the kernel cannot change
  ///   in place, or rules of all service ports, so that the table has to be compared whole.
  public mutating func apply(_ change: PlanChange) -> TableChange? {
    var pending = PendingChange(
      TableChange(family: fixedPart.family, name: fixedPart.name), sets: lowering.sharedSets.count)
    if let node = change.node { updateFixedPart(node, &pending) }
    for service in change.services { replace(service, &pending) }
    installedSlots = nil
    updateCommonSets(&pending)
    updateElements(&pending)
    for (chain, difference) in pending.endpointChains.sorted(by: { $0.key < $1.key }) where difference != 0 {
      let before = endpointChains[chain] ?? 0
      let after = before + difference
      endpointChains[chain] = after == 0 ? nil : after
      if before == 0 { pending.table.addedChains.append(chain.chain(fixedPart.family)) }
      if after == 0 { pending.table.removedChains.append(chain.name) }
    }
    return pending.isInPlace ? pending.table : nil
  }

  /// A change while it is put together.
  private struct PendingChange {
    var table: TableChange
    /// Elements of the Services that change, by the set's place in ``LiveLayout/sharedSets``.
    var before: [[Element]]
    var after: [[Element]]
    var endpointChains: [EndpointChain: Int] = [:]
    /// Who begins or ceases to have an element that several Services can have.
    var clusterIPs: [Claim] = []
    var hairpinConnections: [Claim] = []
    var isInPlace = true

    struct Claim {
      var key: RegisterBytes
      var service: NamespacedName
      var isNew: Bool
    }

    init(_ table: TableChange, sets: Int) {
      self.table = table
      before = Array(repeating: [], count: sets)
      after = before
    }
  }

  // MARK: - Services

  private mutating func replace(_ change: ServiceChange, _ pending: inout PendingChange) {
    let before = services[change.name] ?? []
    adoptAffinityNumbers(of: change.after)
    let after = layout == .maps ? numbered(change.after, after: before) : change.after
    var old = lowering.lower(before, &numbers)
    var new = lowering.lower(after, &numbers)
    services[change.name] = after.isEmpty ? nil : after
    forgetNumbers(before, after)
    let common = lowering.commonSets
    for set in old.fragment.elements.indices {
      if set == common.clusterIPs {
        pending.clusterIPs += LiveTable.claims(
          from: old.fragment.elements[set], to: new.fragment.elements[set], of: change.name)
      } else if set == common.hairpinConnections {
        pending.hairpinConnections += LiveTable.claims(
          from: old.fragment.elements[set], to: new.fragment.elements[set], of: change.name)
      } else {
        old.fragment.elements[set].sortAndUnique()
        new.fragment.elements[set].sortAndUnique()
        if old.fragment.elements[set] == new.fragment.elements[set] { continue }
        pending.before[set] += old.fragment.elements[set]
        pending.after[set] += new.fragment.elements[set]
      }
    }
    for chain in old.endpointChains.keys { pending.endpointChains[chain, default: 0] -= 1 }
    for chain in new.endpointChains.keys { pending.endpointChains[chain, default: 0] += 1 }
    updateChains(from: old.fragment.chains, to: new.fragment.chains, &pending.table)
    updateOwnSets(from: old.fragment.sets, to: new.fragment.sets, &pending)
  }

  /// Gives the backends of service ports their numbers.
  private func numbered(_ ports: [ServicePortPlan], after history: [ServicePortPlan]) -> [ServicePortPlan] {
    ports.map { port in
      var numbered = port
      let before = history.first { $0.name == port.name }
      numbered.clusterBackends = EndpointSlots.numbered(
        port.clusterBackends, after: before?.clusterBackends ?? installed(port, isLocal: false))
      numbered.localBackends = EndpointSlots.numbered(
        port.localBackends, after: before?.localBackends ?? installed(port, isLocal: true))
      return numbered
    }
  }

  private func installed(_ port: ServicePortPlan, isLocal: Bool) -> [Backend] {
    guard let installedSlots, case .maps(let layout) = lowering,
      let place = layout.place(of: port, isLocal: isLocal)
    else { return [] }
    return installedSlots.backends(place.map, place.frontend)
  }

  /// What rules have remembered of clients stays right that way.
  private mutating func adoptAffinityNumbers(of ports: [ServicePortPlan]) {
    guard let installedSlots, case .maps(let layout) = lowering else { return }
    for port in ports where port.affinitySeconds != nil {
      for isLocal in [false, true] {
        guard let place = layout.place(of: port, isLocal: isLocal) else { continue }
        for (number, backend) in installedSlots.sticky(place.map, place.frontend) {
          numbers.adopt(number, for: backend, of: port.name)
        }
      }
    }
  }

  private mutating func forgetNumbers(_ before: [ServicePortPlan], _ after: [ServicePortPlan]) {
    for port in before where port.affinitySeconds != nil {
      let now = after.first { $0.name == port.name && $0.affinitySeconds != nil }
      // The number is that of an address and a port, wherever they are.
      func away(_ backend: Backend) -> Backend {
        Backend(address: backend.address, port: backend.port, isLocal: false)
      }
      let kept = Set(((now?.clusterBackends ?? []) + (now?.localBackends ?? [])).map(away))
      for backend in port.clusterBackends + port.localBackends where !kept.contains(away(backend)) {
        numbers.release(backend, of: port.name)
      }
    }
  }

  private static func claims(
    from old: [Element], to new: [Element], of service: NamespacedName
  ) -> [PendingChange.Claim] {
    if old.isEmpty && new.isEmpty { return [] }
    let (before, after) = (Set(old.map(\.key)), Set(new.map(\.key)))
    return before.subtracting(after).map { PendingChange.Claim(key: $0, service: service, isNew: false) }
      + after.subtracting(before).map { PendingChange.Claim(key: $0, service: service, isNew: true) }
  }

  private func updateChains(from old: [Chain], to new: [Chain], _ table: inout TableChange) {
    if old.isEmpty && new.isEmpty { return }
    var olds = Dictionary(old.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    for chain in new {
      guard let before = olds.removeValue(forKey: chain.name) else {
        table.addedChains.append(chain)
        continue
      }
      if before.rules != chain.rules { table.changedChains.append(chain) }
    }
    for chain in old where olds[chain.name] != nil { table.removedChains.append(chain.name) }
  }

  /// Sets of one service port, which rules fill.
  private func updateOwnSets(from old: [NamedSet], to new: [NamedSet], _ pending: inout PendingChange) {
    if old.isEmpty && new.isEmpty { return }
    var olds = Dictionary(old.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    for set in new {
      guard let before = olds.removeValue(forKey: set.name) else {
        pending.table.addedSets.append(set)
        continue
      }
      if before != set { pending.isInPlace = false }
    }
    for set in old where olds[set.name] != nil { pending.table.removedSets.append(set.name) }
  }

  // MARK: - Sets

  private mutating func updateCommonSets(_ pending: inout PendingChange) {
    let layout = lowering
    let common = layout.commonSets
    LiveTable.update(
      &clusterIPs, pending.clusterIPs, before: &pending.before[common.clusterIPs],
      after: &pending.after[common.clusterIPs]
    ) { Element($0, comment: layout.clusterIPComment($1.description)) }
    LiveTable.update(
      &hairpinConnections, pending.hairpinConnections, before: &pending.before[common.hairpinConnections],
      after: &pending.after[common.hairpinConnections]
    ) { key, _ in Element(key) }
  }

  private static func update(
    _ owners: inout Claims<RegisterBytes, NamespacedName>, _ claims: [PendingChange.Claim], before: inout [Element],
    after: inout [Element], element: (RegisterBytes, NamespacedName) -> Element
  ) {
    let keys = Set(claims.map(\.key))
    for key in keys {
      if let owner = owners.owner(of: key) { before.append(element(key, owner)) }
    }
    for claim in claims {
      if claim.isNew {
        _ = owners.insert(claim.service, for: claim.key)
      } else {
        _ = owners.remove(claim.service, for: claim.key)
      }
    }
    for key in keys {
      if let owner = owners.owner(of: key) { after.append(element(key, owner)) }
    }
  }

  private mutating func updateElements(_ pending: inout PendingChange) {
    for (place, name) in lowering.sharedSets.enumerated() {
      if pending.before[place].isEmpty, pending.after[place].isEmpty { continue }
      guard let set = fixedPart.sets.first(where: { $0.name == name }) else { continue }
      pending.before[place].sortAndUnique()
      pending.after[place].sortAndUnique()
      let difference = ElementDifference(from: pending.before[place], to: pending.after[place])
      if !difference.isEmpty { change(set, difference, &pending.table) }
    }
  }

  /// Puts down a change of the elements of a set, and of its size, which depends on how many there are.
  private mutating func change(_ set: NamedSet, _ difference: ElementDifference, _ table: inout TableChange) {
    var declaration = set
    declaration.elements = []
    let before = counts[set.name] ?? 0
    let after = before - difference.removed.count - difference.replaced.count + difference.added.count
    counts[set.name] = after
    let sizeBefore = MapsLayout.size(of: set, for: before)
    declaration.size = MapsLayout.size(of: set, for: after)
    table.changedSets.append(
      TableChange.SetChange(declaration, sizeBefore: sizeBefore, countBefore: before, elements: difference))
  }

  // MARK: - Fixed part

  private mutating func updateFixedPart(_ node: NodePlan, _ pending: inout PendingChange) {
    // A service port of the chains layout has rules that know the node.
    if layout == .chains, CommonRules(node).differsForServices(from: CommonRules(self.node)) {
      pending.isInPlace = false
    }
    self.node = node
    self.node.servicePorts = []
    lowering = LiveLayout(layout, self.node, options)
    let old = fixedPart
    fixedPart = lowering.fixedPart()
    for set in fixedPart.sets {
      guard let before = old.set(named: set.name) else {
        var added = set
        added.size = MapsLayout.size(of: set, for: set.elements.count)
        counts[set.name] = set.elements.count
        pending.table.addedSets.append(added)
        continue
      }
      let difference = ElementDifference(from: before.elements, to: set.elements)
      if !difference.isEmpty { change(set, difference, &pending.table) }
    }
    for set in old.sets where fixedPart.set(named: set.name) == nil {
      counts[set.name] = nil
      pending.table.removedSets.append(set.name)
    }
    updateChains(from: old.chains, to: fixedPart.chains, &pending.table)
  }
}
