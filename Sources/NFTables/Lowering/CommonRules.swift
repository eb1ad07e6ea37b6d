import NetworkAddresses
import ServicePlan

/// Rules and keys that both layouts have in common.
struct CommonRules {
  let family: IPFamily
  let masqueradeBit: UInt32
  let detector: LocalTrafficDetector?
  let nodePorts: NodePortAddresses.Accepted

  init(_ plan: NodePlan) {
    family = plan.family
    masqueradeBit = 1 << UInt32(plan.configuration.nftablesMasqueradeBit)
    detector = plan.detector
    nodePorts = plan.configuration.acceptedNodePortAddresses(plan.family, for: .nftables).accepted
  }

  /// Whether chains of service ports may have to differ.
  func differsForServices(from other: CommonRules) -> Bool {
    masqueradeBit != other.masqueradeBit || detector != other.detector
  }

  /// `address . protocol . port` of a packet.
  static let frontend = Expression.concatenation([.destinationAddress, .transportProtocol, .destinationPort])

  /// Hooks and priorities (NFT-2).
  static let dstnat: Int32 = -100
  static let srcnat: Int32 = 100
  static let filter: Int32 = 0
  /// Source ranges are checked before the destination is translated.
  static let beforeDstnat: Int32 = dstnat - 10

  /// `ct state new`
  static let isNew = Statement.match(.connectionState, .connectionStates([.new]))

  var markForMasquerade: Statement { .setMarkBits(masqueradeBit) }

  /// The source is a local pod, or with `negated` is not (section 10).
  func fromLocalPod(negated: Bool = false) -> Statement? {
    switch detector {
    case .source(let prefix): .match(.sourceAddress, negated: negated, .prefix(prefix))
    case .interface(let name): .match(.inputInterfaceName, negated: negated, .interfaceName(name))
    case .interfacePrefix(let prefix): .match(.inputInterfaceName, negated: negated, .interfaceNamePrefix(prefix))
    case nil: nil
    }
  }

  /// The source is this node itself, loopback included (EXT-5).
  static let fromThisNode = Statement.match(.sourceAddressType, .addressTypeLocal)

  /// The destination is not loopback, where node ports never are in nftables (NPA-6).
  var toNoLoopback: Statement {
    family == .ipv4
      ? .mismatch(.destinationAddress, .prefix(IPPrefix(IPAddress(ipv4: 0x7f00_0000), length: 8)))
      : .mismatch(.destinationAddress, .address(IPAddress(ipv6High: 0, low: 1)))
  }

  /// Whether a packet may be for a node port (NFT-6 c, NFT-7).
  ///
  /// - Parameter isLocal: the destination is known to be local, as it is in the input hook.
  func nodePortDestination(isLocal: Bool, set: String) -> [Statement] {
    switch nodePorts {
    case .all:
      (isLocal ? [] : [.match(.destinationAddressType, .addressTypeLocal)]) + [toNoLoopback]
    case .addresses:
      [.match(.destinationAddress, .set(set))]
    }
  }

  /// Postrouting (NFT-10): `hairpin` is the set of local endpoints that reach themselves.
  func masquerading(hairpin: String) -> [Rule] {
    [
      Rule(.matchMarkBit(masqueradeBit), .flipMarkBits(masqueradeBit), .masquerade(fullyRandom: true)),
      Rule(
        .match(.connectionStatus, .connectionStatus(.dnat)),
        .match(
          .concatenation([.sourceAddress, .destinationAddress, .transportProtocol, .destinationPort]), .set(hairpin)),
        .masquerade(fullyRandom: true)),
    ]
  }

  /// Masquerading of cluster IP traffic (NFT-6 a); nil where none is (MASQ-3).
  func clusterIPMasquerade(masqueradeAll: Bool, all: String, outside: String) -> Rule? {
    let toClusterIP = Statement.match(.destinationAddress, .set("cluster-ips"))
    if masqueradeAll {
      return Rule(toClusterIP, markForMasquerade, comment: all)
    }
    return fromLocalPod(negated: true).map { Rule(toClusterIP, $0, markForMasquerade, comment: outside) }
  }

  /// Where packets come in (NFT-2, NFT-3); the chains they go to are the layout's.
  static let baseChains: [Chain] = {
    func new(_ chain: String) -> Rule { Rule(isNew, .jump(chain)) }
    return [
      Chain(
        "filter-prerouting-pre-dnat",
        base: BaseChain(.filter, hook: .prerouting, priority: beforeDstnat),
        rules: [new("firewall-check")]),
      Chain(
        "filter-output-pre-dnat", base: BaseChain(.filter, hook: .output, priority: beforeDstnat),
        rules: [new("firewall-check")]),
      Chain(
        "filter-input", base: BaseChain(.filter, hook: .input, priority: filter),
        rules: [new("nodeport-endpoints-check"), new("service-endpoints-check")]),
      Chain(
        "filter-forward", base: BaseChain(.filter, hook: .forward, priority: filter),
        rules: [new("service-endpoints-check"), new("cluster-ips-check")]),
      Chain(
        "filter-output", base: BaseChain(.filter, hook: .output, priority: filter),
        rules: [new("service-endpoints-check"), new("cluster-ips-check")]),
      Chain(
        "nat-prerouting", base: BaseChain(.nat, hook: .prerouting, priority: dstnat),
        rules: [Rule(.jump("services"))]),
      Chain(
        "nat-output", base: BaseChain(.nat, hook: .output, priority: dstnat),
        rules: [Rule(.jump("services"))]),
      Chain(
        "nat-postrouting", base: BaseChain(.nat, hook: .postrouting, priority: srcnat),
        rules: [Rule(.jump("masquerading"))]),
    ]
  }()

  // MARK: - Keys

  static func key(_ address: IPAddress) -> RegisterBytes {
    var key = RegisterBytes()
    key.append(address)
    return key
  }

  static func key(_ address: IPAddress, _ transport: TransportProtocol, _ port: UInt16) -> RegisterBytes {
    var key = RegisterBytes()
    key.append(address)
    key.append(transport)
    key.append(port: port)
    return key
  }

  static func hairpinKey(_ backend: Backend, _ transport: TransportProtocol) -> RegisterBytes {
    var key = RegisterBytes()
    key.append(backend.address)
    key.append(backend.address)
    key.append(transport)
    key.append(port: backend.port)
    return key
  }
}
