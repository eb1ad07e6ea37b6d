import NetworkAddresses

/// What is known of the node that rules are compiled for, and how its proxy is set up.
///
/// Field names follow kube-proxy's configuration where it has the same thing.
public struct NodeConfiguration: Hashable, Sendable {
  /// Compared with `nodeName` of endpoints (EPS-7) and with node hints (TOPO-1).
  public var nodeName: String
  /// Addresses of the Node object; the first of a family is the primary one (CFG-4).
  public var nodeIPs: [IPAddress] = []
  /// Every address on the node's interfaces; loopback is always there in addition (NPA-4).
  public var interfaceAddresses: [IPAddress] = []
  /// The label `topology.kubernetes.io/zone`. Nil: zone hints are ignored (TOPO-4).
  public var zone: String?
  public var detectLocal: DetectLocal = .none
  /// From ServiceCIDR objects. Empty: addresses without a Service are left alone (REJ-7).
  public var serviceCIDRs: [IPPrefix] = []
  /// Nil: the default of the target, see ``acceptedNodePortAddresses(_:for:)`` (NPA-5).
  public var nodePortAddresses: [NodePortAddressEntry]?
  public var masqueradeAll = false
  /// 0...31 (CFG-2).
  public var iptablesMasqueradeBit = 14
  /// 0...31 (CFG-2).
  public var nftablesMasqueradeBit = 14
  /// Whether the iptables target may serve node ports on 127.0.0.0/8 (NPA-6).
  public var localhostNodePorts = true
  /// `nf_conntrack_tcp_be_liberal`: packets in state INVALID are not dropped (IPT-22).
  public var conntrackTCPLiberal = false

  public init(nodeName: String) {
    self.nodeName = nodeName
  }

  /// How traffic of local pods is recognised (section 10), before it is narrowed to a family.
  public enum DetectLocal: Hashable, Sendable {
    case clusterCIDR([IPPrefix])
    /// The node's `spec.podCIDRs`.
    case nodeCIDR([IPPrefix])
    case bridgeInterface(String)
    case interfaceNamePrefix(String)
    case none
  }

  /// The primary address of a family.
  public func primaryAddress(_ family: IPFamily) -> IPAddress? {
    nodeIPs.first { $0.family == family }
  }

  /// What tells local pods in a family, nil where nothing can (DET-1).
  public func detector(_ family: IPFamily) -> LocalTrafficDetector? {
    switch detectLocal {
    case .clusterCIDR(let prefixes), .nodeCIDR(let prefixes):
      prefixes.first { $0.family == family }.map(LocalTrafficDetector.source)
    case .bridgeInterface(let name): name.isEmpty ? nil : .interface(name)
    case .interfaceNamePrefix(let prefix): prefix.isEmpty ? nil : .interfacePrefix(prefix)
    case .none: nil
    }
  }
}

/// How a packet is known to come from a pod of this node.
public enum LocalTrafficDetector: Hashable, Sendable {
  /// Its source lies inside (DET-2, DET-3).
  case source(IPPrefix)
  /// It came in by this interface (DET-4).
  case interface(String)
  /// It came in by an interface whose name starts so (DET-5).
  case interfacePrefix(String)
}
