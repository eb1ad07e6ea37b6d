import ArgumentParser
import NetworkAddresses
import ServicePlan

/// The node that rules are compiled for, under the names kube-proxy's flags have. Flags win over `--config`.
struct NodeOptions: ParsableArguments {
  @Option(help: ArgumentHelp("A KubeProxyConfiguration file, as kubeadm writes it.", valueName: "file"))
  var config: String?

  @Option(
    name: [.customLong("node-name"), .customLong("hostname-override")],
    help: ArgumentHelp("The node. Default: the only Node of the input.", valueName: "name"))
  var nodeName: String?

  @Option(
    help: ArgumentHelp("Addresses of the node, the primary one first. Default: those of its Node.", valueName: "ip,...")
  )
  var nodeIp: [String] = []

  @Option(
    help: ArgumentHelp("Every address on the node's interfaces. Default: the node's own.", valueName: "ip,..."))
  var interfaceIp: [String] = []

  @Option(
    name: [.customLong("zone"), .customLong("node-zone")],
    help: ArgumentHelp("The node's zone. Default: the label of its Node.", valueName: "zone"))
  var zone: String?

  @Option(help: ArgumentHelp("Where pods have their addresses; tells local traffic.", valueName: "cidr,..."))
  var clusterCidr: [String] = []

  @Option(
    help: ArgumentHelp(
      "The node's own pod ranges, for mode NodeCIDR. Default: those of its Node.", valueName: "cidr,..."))
  var podCidr: [String] = []

  @Option(
    help: ArgumentHelp(
      "How traffic of local pods is told: ClusterCIDR, NodeCIDR, BridgeInterface, InterfaceNamePrefix or None.",
      valueName: "mode"))
  var detectLocalMode: String?

  @Option(help: ArgumentHelp("The bridge that local pods use, for mode BridgeInterface.", valueName: "interface"))
  var podBridgeInterface: String?

  @Option(
    help: ArgumentHelp("How interfaces of local pods begin, for mode InterfaceNamePrefix.", valueName: "prefix"))
  var podInterfaceNamePrefix: String?

  @Option(help: ArgumentHelp("Masquerade all traffic to cluster IPs.", valueName: "true|false"))
  var masqueradeAll: Bool?

  @Option(help: ArgumentHelp("The mark bit that asks for masquerading, iptables. Default: 14.", valueName: "0...31"))
  var iptablesMasqueradeBit: Int?

  @Option(help: ArgumentHelp("The mark bit that asks for masquerading, nftables. Default: 14.", valueName: "0...31"))
  var nftablesMasqueradeBit: Int?

  @Option(
    help: ArgumentHelp(
      "Where node ports are served: CIDRs, primary, localhost, all. Default: all in iptables, primary in nftables.",
      valueName: "cidr,..."))
  var nodeportAddresses: [String] = []

  @Option(help: ArgumentHelp("Serve node ports on 127.0.0.0/8, iptables only. Default: true.", valueName: "true|false"))
  var iptablesLocalhostNodeports: Bool?

  @Option(help: ArgumentHelp("Do not drop packets that conntrack calls invalid.", valueName: "true|false"))
  var conntrackTcpBeLiberal: Bool?

  /// Options whose value may be left out, and then is true.
  static let booleans: Set<String> = [
    "--masquerade-all", "--iptables-localhost-nodeports", "--conntrack-tcp-be-liberal",
  ]

  /// - Throws: `ValidationError` for a value that means nothing.
  func nodePortAddressEntries() throws -> [NodePortAddressEntry]? {
    guard !nodeportAddresses.isEmpty else { return nil }
    return try OptionList.split(nodeportAddresses).map { text in
      guard let entry = NodePortAddressEntry(text) else {
        throw ValidationError(
          "--nodeport-addresses: \"\(text)\" is neither a CIDR nor primary, localhost or all")
      }
      return entry
    }
  }

  func validate() throws {
    for (option, bit) in [
      ("--iptables-masquerade-bit", iptablesMasqueradeBit), ("--nftables-masquerade-bit", nftablesMasqueradeBit),
    ] {
      if let bit, !(0...31).contains(bit) { throw ValidationError("\(option): \(bit) is outside 0...31") }
    }
  }
}

extension NodePortAddressEntry {
  /// A CIDR or a keyword; nil for what is neither.
  init?(_ text: String) {
    switch text {
    case "primary": self = .primary
    case "localhost": self = .localhost
    case "all": self = .all
    default:
      guard let prefix = IPPrefix(text) else { return nil }
      self = .prefix(prefix)
    }
  }
}
