import KubernetesObjects
import NFTables
import NetworkAddresses
import RuleTargets
import ServicePlan

/// The objects that concern one node, and the rules they make, kept up to date change by change: a change costs what it
/// touches, not what the cluster has.
///
/// ```swift
/// var live = LiveNode(configuration: configuration)
/// live.replaceServices(with: listedServices)
/// live.replaceSlices(with: listedSlices)
/// // At start: keep the numbering that the kernel has, then make good what differs.
/// if let installed = try connection.table(identity) { live.adopt(installed.table) }
/// _ = live.takeChange()
/// try connection.update(to: live.table(.ipv4))
/// // From then on:
/// live.apply(.slice(slice), resourceVersion: 4711)
/// for change in live.takeChange().families {
///   guard let table = change.table else { ... }
///   try connection.commit(TableUpdate(table))
/// }
/// ```
///
/// What the kernel has is not known here. ``takeChange()`` takes for granted that its changes are committed, one after the
/// other. Where a commit fails, or somebody else has changed the table, make the kernel's table equal to
/// ``rules(_:)`` with `NetlinkConnection.update(to:)`, and go on with ``takeChange()``.
///
/// It is a value and not shared: one task uses it at a time.
public struct LiveNode: Sendable {
  public let target: RuleTarget
  /// The families that are planned.
  public let families: [IPFamily]

  /// What is known of the node. With another node name, zone or primary address all Services are planned anew; what else is
  /// different concerns the fixed part of the rules only. Without ``ServicePlan/NodeConfiguration/serviceCIDRs`` those of
  /// the known ServiceCIDR objects count.
  public var configuration: NodeConfiguration

  /// The Services that are left out, see ``setAside(_:)``.
  public private(set) var servicesSetAside: Set<NamespacedName> = []

  private var store = ObjectStore()
  private var states: [FamilyState]

  /// A family as of the last ``takeChange()``.
  private struct FamilyState: Sendable {
    /// Nil: nothing was planned yet.
    var configuration: NodeConfiguration?
    var plans: PlannedServices
    /// Nil for iptables.
    var table: LiveTable?
  }

  /// - Parameter maps: for nft-maps only.
  public init(
    configuration: NodeConfiguration, target: RuleTarget = .nftMaps, families: [IPFamily] = IPFamily.allCases,
    maps: MapsOptions = MapsOptions()
  ) {
    self.configuration = configuration
    self.target = target
    self.families = families
    states = families.map { family in
      let node = NodePlan(family: family, configuration: configuration, servicePorts: [])
      let table: LiveTable? =
        switch target {
        case .nftMaps: LiveTable(.maps, node, options: maps)
        case .nftChains: LiveTable(.chains, node)
        case .iptables: nil
        }
      return FamilyState(plans: PlannedServices(family: family), table: table)
    }
  }

  // MARK: - Objects

  /// Takes note of one object. It is cheap: rules are worked out by ``takeChange()``.
  ///
  /// An object with a lower version than the one known is passed over, also one that was deleted meanwhile; one that is as
  /// it was makes no change.
  ///
  /// - Returns: whether there is something to do now, see ``hasChanges``.
  @discardableResult
  public mutating func apply(_ change: ObjectChange, resourceVersion: UInt64? = nil) -> Bool {
    store.apply(change, resourceVersion)
    return hasChanges
  }

  /// Takes note of all Services there are. Those that are not in the list are gone; versions are those of the list, even
  /// where they are lower.
  public mutating func replaceServices(with list: [Listed<Service>]) { store.replaceServices(with: list) }

  /// Takes note of all EndpointSlices there are, likewise.
  public mutating func replaceSlices(with list: [Listed<EndpointSlice>]) { store.replaceSlices(with: list) }

  /// Takes note of all ServiceCIDRs there are, likewise.
  public mutating func replaceServiceCIDRs(with list: [Listed<ServiceCIDR>]) { store.replaceServiceCIDRs(with: list) }

  /// Whether ``takeChange()`` may find something: objects or the configuration are different.
  public var hasChanges: Bool {
    if !store.touched.isEmpty { return true }
    let configuration = effectiveConfiguration
    return states.contains { $0.configuration != configuration }
  }

  // MARK: - Isolation

  /// Leaves a Service out as if it were not there, until it is readmitted: for one whose rules the kernel refuses.
  public mutating func setAside(_ service: NamespacedName) {
    if servicesSetAside.insert(service).inserted { store.touch(service) }
  }

  /// Ends ``setAside(_:)``.
  public mutating func readmit(_ service: NamespacedName) {
    if servicesSetAside.remove(service) != nil { store.touch(service) }
  }

  /// The Service that owns a frontend, to say whose a refused element is; nil: nobody's.
  ///
  /// - Parameter address: the unspecified address stands for node ports.
  public func owner(of address: IPAddress, port: UInt16, transport: TransportProtocol) -> NamespacedName? {
    state(address.family)?.plans.owner(of: address, port: port, transport: transport)
  }

  /// Whether a Service has a port of this name in the rules, as of the last ``takeChange()``.
  ///
  /// - Parameter port: empty for one without a name.
  public func serves(_ service: NamespacedName, port: String) -> Bool {
    states.contains { $0.plans[service].contains { $0.name.port == port } }
  }

  /// Frontends that several Services claim, as of the last ``takeChange()``: who has them and who goes without.
  public func clashes(_ family: IPFamily) -> [FrontendClaims.Clash] { state(family)?.plans.clashes ?? [] }

  // MARK: - Rules

  /// Works out what the changes since the last call, or since the start, make different.
  ///
  /// Plans the Services that were touched, and those that gain or lose a frontend by it; nothing else is looked at.
  public mutating func takeChange() -> NodeChange {
    let configuration = effectiveConfiguration
    let touched = store.takeTouched()
    var change = NodeChange(families: [])
    for place in states.indices { change.families.append(update(place, configuration, touched)) }
    return change
  }

  private mutating func update(
    _ place: Int, _ configuration: NodeConfiguration, _ touched: Set<NamespacedName>
  ) -> NodeChange.FamilyChange {
    let family = families[place]
    let planner = ServicePlanner(family: family, configuration: configuration)
    var change = PlanChange(family: family)
    var touched = touched
    let before = states[place].configuration
    if before != configuration {
      let node = NodePlan(family: family, configuration: configuration, servicePorts: [])
      change.node = node
      let plansAlike = before.map { ServicePlanner(family: family, configuration: $0).plansAlike(planner) } ?? false
      if !plansAlike {
        touched.formUnion(store.names)
        touched.formUnion(states[place].plans.names)
      }
      states[place].configuration = configuration
    }
    change.services = states[place].plans.update(touched) { [store, servicesSetAside] name in
      guard !servicesSetAside.contains(name), let (service, slices) = store[name] else { return [] }
      return planner.plan(service, slices: slices)
    }
    return NodeChange.FamilyChange(plan: change, table: states[place].table?.apply(change))
  }

  /// The whole plan as of the last ``takeChange()``: what ``ServicePlan/ClusterPlanner`` makes of the same objects. It
  /// costs what the cluster has.
  public func plan(_ family: IPFamily) -> NodePlan {
    let state = state(family)
    return NodePlan(
      family: family, configuration: state?.configuration ?? effectiveConfiguration,
      servicePorts: state?.plans.servicePorts ?? [])
  }

  /// The whole rules as of the last ``takeChange()``, to install or to verify. It costs what the cluster has.
  ///
  /// For nft-maps endpoints have the numbers their history gave them; apart from that it is what a compile of the same
  /// objects makes.
  ///
  /// - Parameter options: for iptables only.
  public func rules(_ family: IPFamily, options: RuleTargetOptions = RuleTargetOptions()) -> CompiledRules {
    guard let table = table(family) else { return target.compile(plan(family), options: options) }
    return .nftables(table)
  }

  /// ``rules(_:options:)`` of a target that has a table; nil for iptables, and for a family that is not planned.
  public func table(_ family: IPFamily) -> Table? { state(family)?.table?.table() }

  /// Before the first ``takeChange()``: number endpoints as a table does that the kernel has, as far as they are the same,
  /// so that a start on a programmed kernel changes nothing. Tables of another layout or family are passed over.
  public mutating func adopt(_ installed: Table) {
    for place in states.indices { states[place].table?.adopt(installed) }
  }

  private func state(_ family: IPFamily) -> FamilyState? {
    families.firstIndex(of: family).map { states[$0] }
  }

  private var effectiveConfiguration: NodeConfiguration {
    guard configuration.serviceCIDRs.isEmpty else { return configuration }
    var effective = configuration
    effective.serviceCIDRs = store.serviceCIDRs
    return effective
  }
}
