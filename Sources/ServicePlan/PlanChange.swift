import KubernetesObjects
import NetworkAddresses

/// How the plan of a node became another one, in one family.
public struct PlanChange: Hashable, Sendable {
  public var family: IPFamily
  /// What is known of the node and is different now, as a plan without service ports. Nil: all as before.
  public var node: NodePlan?
  /// Services whose service ports are different now, sorted by namespace and name.
  public var services: [ServiceChange]

  public init(family: IPFamily, node: NodePlan? = nil, services: [ServiceChange] = []) {
    self.family = family
    self.node = node
    self.services = services
  }

  public var isEmpty: Bool { node == nil && services.isEmpty }
}

/// How the service ports of one Service became others.
public struct ServiceChange: Hashable, Sendable {
  public var name: NamespacedName
  /// As ``ServicePlanner`` has them, without the frontends that other Services own. Empty: it had no part.
  public var before: [ServicePortPlan]
  /// Empty: it has no part any more.
  public var after: [ServicePortPlan]

  public init(_ name: NamespacedName, before: [ServicePortPlan], after: [ServicePortPlan]) {
    self.name = name
    self.before = before
    self.after = after
  }
}

extension ServiceChange {
  /// A service port before and after.
  public struct PortChange: Hashable, Sendable {
    /// Nil: it is new.
    public var before: ServicePortPlan?
    /// Nil: it is gone.
    public var after: ServicePortPlan?
  }

  /// The service ports that are different, matched by name: those that were there first, then new ones.
  public var ports: [PortChange] {
    var changes: [PortChange] = []
    for before in before {
      let after = after.first { $0.name == before.name }
      if before != after { changes.append(PortChange(before: before, after: after)) }
    }
    for after in after where !before.contains(where: { $0.name == after.name }) {
      changes.append(PortChange(before: nil, after: after))
    }
    return changes
  }
}
