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

  /// What is known of the node. Another node name, zone or primary address plans all Services anew; what else is different
  /// concerns the fixed part of the rules only. Without ``ServicePlan/NodeConfiguration/serviceCIDRs`` those of the known
  /// ServiceCIDR objects count.
  public var configuration: NodeConfiguration

  public init(
    configuration: NodeConfiguration, target: RuleTarget = .nftMaps, families: [IPFamily] = IPFamily.allCases
  ) {
    self.configuration = configuration
    self.target = target
    self.families = families
  }

  // MARK: - Objects

  /// Takes note of one object. It is cheap: rules are worked out by ``takeChange()``.
  ///
  /// An object with a lower version than the one known is passed over, also one that was deleted meanwhile; one that is as
  /// it was makes no change.
  ///
  /// - Returns: whether there is something to do now, see ``hasChanges``.
  @discardableResult
  public mutating func apply(_ change: ObjectChange, resourceVersion: UInt64? = nil) -> Bool { false }

  /// Takes note of all Services there are. Those that are not in the list are gone; versions are those of the list, even
  /// where they are lower.
  public mutating func replaceServices(with list: [Listed<Service>]) {}

  /// Takes note of all EndpointSlices there are, likewise.
  public mutating func replaceSlices(with list: [Listed<EndpointSlice>]) {}

  /// Takes note of all ServiceCIDRs there are, likewise.
  public mutating func replaceServiceCIDRs(with list: [Listed<ServiceCIDR>]) {}

  /// Whether ``takeChange()`` may find something: objects or the configuration are different.
  public var hasChanges: Bool { false }

  // MARK: - Isolation

  /// Leaves a Service out as if it were not there, until it is readmitted: for one whose rules the kernel refuses.
  public mutating func setAside(_ service: NamespacedName) {}

  /// Ends ``setAside(_:)``.
  public mutating func readmit(_ service: NamespacedName) {}

  /// The Services that are left out.
  public var servicesSetAside: Set<NamespacedName> { [] }

  // MARK: - Rules

  /// Works out what the changes since the last call, or since the start, make different.
  ///
  /// Plans the Services that were touched, and those that gain or lose a frontend by it; nothing else is looked at.
  public mutating func takeChange() -> NodeChange { NodeChange(families: []) }

  /// The whole plan as of the last ``takeChange()``: what ``ServicePlan/ClusterPlanner`` makes of the same objects. It
  /// costs what the cluster has.
  public func plan(_ family: IPFamily) -> NodePlan { NodePlan(family: family, configuration: configuration, servicePorts: []) }

  /// The whole rules as of the last ``takeChange()``, to install or to verify. It costs what the cluster has.
  ///
  /// For nft-maps endpoints have the numbers their history gave them; apart from that it is what a compile of the same
  /// objects makes.
  public func rules(_ family: IPFamily) -> CompiledRules { target.compile(plan(family)) }

  /// Before the first ``takeChange()``: number endpoints as a table does that the kernel has, as far as they are the same,
  /// so that a start on a programmed kernel changes nothing. Tables of another layout are passed over.
  public mutating func adopt(_ installed: Table) {}
}
