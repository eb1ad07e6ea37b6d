import NFTables
import NetworkAddresses
import ServicePlan

/// What has become different for the node since the last ``LiveNode/takeChange()``.
public struct NodeChange: Hashable, Sendable {
  /// One for each family, in the order of ``LiveNode/families``.
  public var families: [FamilyChange]

  /// Whether there is nothing to do.
  public var isEmpty: Bool { families.allSatisfy(\.isEmpty) }

  /// What has become different in one family.
  public struct FamilyChange: Hashable, Sendable {
    /// Service ports before and after: for stale connections, health checks and words of a log.
    public var plan: PlanChange
    /// What to commit, for `TableUpdate(_:)`. Nil where a change of the table cannot be told, because the target is
    /// iptables or because the kernel cannot change in place what differs: then ``LiveNode/rules(_:)`` are to be installed
    /// whole.
    public var table: TableChange?

    public var isEmpty: Bool { plan.isEmpty && (table?.isEmpty ?? true) }
  }
}
