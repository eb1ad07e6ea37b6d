import KubernetesObjects
import NetworkAddresses

/// What this node must do for one service port in one family.
///
/// Nothing here knows of chains or maps; a target lowers it alone, without looking at other service ports.
public struct ServicePortPlan: Hashable, Sendable {
  public var name: ServicePortName
  /// ``name`` as text, kept because every rule and element of the service port says it.
  public var label: String
  /// The line of `spec.ports` it comes from.
  public var position: SourcePosition

  // MARK: Frontends

  /// Nil where another Service owns this frontend, see ``FrontendClaims``.
  public var clusterIP: IPAddress?
  public var port: UInt16
  public var externalIPs: [IPAddress]
  /// Load balancer addresses in mode VIP (FRONT-5).
  public var loadBalancerIPs: [IPAddress]
  /// Zero: none.
  public var nodePort: UInt16

  // MARK: Policies

  public var internalPolicy: Service.TrafficPolicy
  /// Local only where it counts (EXT-1).
  public var externalPolicy: Service.TrafficPolicy
  /// Seconds; nil: no affinity.
  public var affinitySeconds: UInt32?
  /// Ranges allowed to reach the load balancer addresses, as written; empty: no filter (FW-2, FW-3).
  public var sourceRanges: [IPPrefix]
  /// Whether the load balancer addresses themselves are allowed sources (FW-5).
  public var allowsLoadBalancerSources: Bool
  /// Zero: none. Only where a health check is due (HC-1).
  public var healthCheckNodePort: UInt16

  // MARK: Backends

  /// The cluster set (CAT-1, CAT-2), in the order of EPS-12. Empty where it is not used (CAT-5).
  public var clusterBackends: [Backend]
  /// The local set (CAT-4), likewise.
  public var localBackends: [Backend]
  /// Whether the cluster set is used (CAT-5).
  public var usesClusterBackends: Bool
  /// Whether the local set is used (CAT-5).
  public var usesLocalBackends: Bool
  /// *Has endpoints anywhere* (CAT-6).
  public var hasEndpoints: Bool
  /// Distinct endpoints of any condition on any node, usable or not (IPT-26 counts them).
  public var endpointCount: Int
  /// All endpoints that serve, whatever else holds of them (CT-3), in the order of EPS-12. Only of UDP service ports: it
  /// says which of their connections may stay; else empty.
  public var servingBackends: [Backend]
  /// Ready endpoints on this node, in the order of EPS-12: the health check counts their addresses (HC-3). Unlike the
  /// local set there is no fallback. Only where ``healthCheckNodePort`` is not zero; else empty.
  public var readyLocalBackends: [Backend]

  public var transport: TransportProtocol { name.transport }

  /// Whether it is reachable by more than its cluster IP (BASE-3).
  public var isExternallyAccessible: Bool {
    nodePort != 0 || !externalIPs.isEmpty || !loadBalancerIPs.isEmpty
  }

  /// Whether its load balancer addresses are filtered (FW-3).
  public var isFiltered: Bool { !sourceRanges.isEmpty && !loadBalancerIPs.isEmpty }

  /// All sources that may reach the load balancer addresses where they are filtered (FW-1, FW-5).
  public var allowedSources: [IPPrefix] {
    allowsLoadBalancerSources ? sourceRanges + loadBalancerIPs.map { IPPrefix(host: $0) } : sourceRanges
  }

  /// What traffic to the cluster IP is spread over.
  public var internalBackends: [Backend] {
    internalPolicy == .local ? localBackends : clusterBackends
  }

  /// What traffic to external frontends is spread over, short-circuits aside.
  public var externalBackends: [Backend] {
    externalPolicy == .local ? localBackends : clusterBackends
  }

  /// What happens to a class of traffic that no backend serves (REJ-1, REJ-2).
  public enum Refusal: Hashable, Sendable {
    /// No endpoints anywhere.
    case reject
    /// There are endpoints, but a Local policy keeps this traffic from them.
    case drop
  }

  /// Nil: the cluster IP has backends.
  public var internalRefusal: Refusal? {
    hasEndpoints ? (internalBackends.isEmpty ? .drop : nil) : .reject
  }

  /// Nil: external frontends have backends.
  public var externalRefusal: Refusal? {
    hasEndpoints ? (externalBackends.isEmpty ? .drop : nil) : .reject
  }

  /// The reachable set (CAT-8), in the order of EPS-12.
  public var reachableBackends: [Backend] {
    if localBackends.isEmpty { return clusterBackends }
    if clusterBackends.isEmpty { return localBackends }
    let cluster = Set(clusterBackends)
    let extra = localBackends.filter { !cluster.contains($0) }
    if extra.isEmpty { return clusterBackends }
    return (clusterBackends + extra)
      .map { (BackendSortKey($0.address, port: $0.port), $0) }
      .sorted { $0.0 < $1.0 }
      .map(\.1)
  }
}
