import NetworkAddresses

/// A `v1` Node: what rules need to know of it.
public struct Node: Hashable, Sendable {
  public var name: String
  public var position: SourcePosition
  /// The label `topology.kubernetes.io/zone`. Nil: missing or empty.
  public var zone: String?
  /// `status.addresses`: those of type InternalIP first, then ExternalIP, as kube-proxy ranks them.
  public var addresses: [Located<IPAddress>] = []
  /// `spec.podCIDRs`, or `spec.podCIDR` alone.
  public var podCIDRs: [Located<IPPrefix>] = []
  /// `metadata.deletionTimestamp` is set.
  public var isDeleting = false
  /// Keys of `spec.taints`.
  public var taintKeys: [String] = []

  public init(name: String, position: SourcePosition) {
    self.name = name
    self.position = position
  }

  public static let zoneLabel = "topology.kubernetes.io/zone"
}

/// A `networking.k8s.io/v1` ServiceCIDR.
public struct ServiceCIDR: Hashable, Sendable {
  public var name: String
  public var position: SourcePosition
  public var cidrs: [Located<IPPrefix>]

  public init(name: String, position: SourcePosition, cidrs: [Located<IPPrefix>]) {
    self.name = name
    self.position = position
    self.cidrs = cidrs
  }
}
