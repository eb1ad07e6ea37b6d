import ArgumentParser
import KubernetesObjects
import NetworkAddresses
import RuleTargets
import ServicePlan

/// Puts together what is known of the node: flags win over the configuration file, that over the Node in the input.
struct NodeResolution {
  var options: NodeOptions
  var file: KubeProxyConfiguration?
  /// `--service-cidr`; wins over the ServiceCIDRs of the input.
  var serviceCIDRs: [IPPrefix]
  var objects: ObjectSet

  /// What was found, and what had to be assumed because nothing says it.
  struct Result {
    var configuration: NodeConfiguration
    var assumptions: [String]
    var diagnostics: [Diagnostic]
  }

  /// The name of the node that stands in where the input names none. No endpoint is on it.
  static let hypotheticalNode = "hypothetical-node"

  /// - Parameters:
  ///   - mode: masquerading is configured for each mode alone.
  ///   - families: those that are compiled; of others nothing is said.
  /// - Throws: `ValidationError` where the node cannot be told, or a flag means nothing.
  func resolve(for mode: ProxyMode, families: [IPFamily]) throws -> Result {
    var result = Result(configuration: NodeConfiguration(nodeName: ""), assumptions: [], diagnostics: [])
    let node = try node(&result)
    try addresses(of: node, &result)
    result.configuration.zone = options.zone ?? node?.zone
    result.configuration.detectLocal = try detectLocal(of: node, mode, &result)
    result.configuration.serviceCIDRs =
      serviceCIDRs.isEmpty ? objects.serviceCIDRs.flatMap { $0.cidrs.map(\.value) }.sorted() : serviceCIDRs
    if result.configuration.serviceCIDRs.isEmpty, mode == .nftables {
      result.assumptions.append("no ServiceCIDR is known: cluster IPs that no Service has are left alone")
    }
    result.configuration.nodePortAddresses = try options.nodePortAddressEntries() ?? file?.nodePortAddresses
    result.configuration.masqueradeAll = masqueradesAll(mode)
    result.configuration.iptablesMasqueradeBit = options.iptablesMasqueradeBit ?? file?.iptablesMasqueradeBit ?? 14
    result.configuration.nftablesMasqueradeBit = options.nftablesMasqueradeBit ?? file?.nftablesMasqueradeBit ?? 14
    result.configuration.localhostNodePorts =
      options.iptablesLocalhostNodeports ?? file?.iptablesLocalhostNodePorts ?? true
    result.configuration.conntrackTCPLiberal = options.conntrackTcpBeLiberal ?? file?.conntrackTCPBeLiberal ?? false
    for family in families { reportNodePorts(family, mode, &result) }
    return result
  }

  /// What `nodePortAddresses` asks for and does not get.
  private func reportNodePorts(_ family: IPFamily, _ mode: ProxyMode, _ result: inout Result) {
    let addresses = result.configuration.acceptedNodePortAddresses(family, for: mode)
    for address in addresses.refusedLoopback {
      result.diagnostics.append(
        Diagnostic(.warning, at: nil, "node ports cannot be served on \(address): \(loopbackReason(mode, family))"))
    }
    guard addresses.accepted == .addresses([]),
      objects.services.contains(where: { $0.ports.contains { $0.nodePort != 0 } })
    else { return }
    result.diagnostics.append(
      Diagnostic(
        .warning, at: nil,
        "--nodeport-addresses matches no \(family.rawValue) address of the node: its node ports are not served"))
  }

  private func loopbackReason(_ mode: ProxyMode, _ family: IPFamily) -> String {
    if family == .ipv6 { return "IPv6 has no loopback node ports" }
    return mode == .nftables ? "nftables has no loopback node ports" : "--iptables-localhost-nodeports is false"
  }

  private func masqueradesAll(_ mode: ProxyMode) -> Bool {
    options.masqueradeAll ?? (mode == .iptables ? file?.iptablesMasqueradeAll : file?.nftablesMasqueradeAll) ?? false
  }

  private func node(_ result: inout Result) throws -> Node? {
    if let name = options.nodeName ?? file?.hostnameOverride {
      result.configuration.nodeName = name
      let node = objects.nodes.first { $0.name == name }
      if node == nil, !objects.nodes.isEmpty {
        result.diagnostics.append(
          Diagnostic(
            .warning, at: nil,
            "no Node \"\(name)\" in the input, which has \(NodeResolution.list(objects.nodes.map(\.name)))"))
      }
      return node
    }
    if objects.nodes.count > 1 {
      throw ValidationError(
        "the input has \(objects.nodes.count) Nodes; choose one with --node-name: "
          + NodeResolution.list(objects.nodes.map(\.name)))
    }
    if let node = objects.nodes.first {
      result.configuration.nodeName = node.name
      return node
    }
    result.configuration.nodeName = NodeResolution.hypotheticalNode
    result.assumptions.append("a hypothetical node: no Node and no --node-name, so that no endpoint is local")
    return nil
  }

  private static func list(_ names: [String]) -> String {
    let shown = names.sorted().prefix(20).joined(separator: ", ")
    return names.count > 20 ? "\(shown), and \(names.count - 20) more" : shown
  }

  private func addresses(of node: Node?, _ result: inout Result) throws {
    let given = try OptionList.addresses(options.nodeIp, option: "--node-ip")
    let interfaces = try OptionList.addresses(options.interfaceIp, option: "--interface-ip")
    let own = node?.addresses.map(\.value) ?? []
    if !given.isEmpty {
      result.configuration.nodeIPs = given
    } else if let address = file?.bindAddress {
      // The other family's address still comes from the Node (CFG-4).
      result.configuration.nodeIPs = [address] + own.filter { $0.family != address.family }
    } else {
      result.configuration.nodeIPs = own
    }
    if !interfaces.isEmpty {
      result.configuration.interfaceAddresses = interfaces
    } else {
      var all = result.configuration.nodeIPs
      all += own.filter { !all.contains($0) }
      result.configuration.interfaceAddresses = all
      result.assumptions.append(
        all.isEmpty
          ? "no address of the node is known: node ports are served on every local address"
          : "interface addresses are unknown: taken to be the node's own, \(all.map(\.description).joined(separator: ", "))"
      )
    }
  }

  private func detectLocal(
    of node: Node?, _ mode: ProxyMode, _ result: inout Result
  ) throws -> NodeConfiguration.DetectLocal {
    let flags = try OptionList.prefixes(options.clusterCidr, option: "--cluster-cidr")
    let clusterCIDRs = flags.isEmpty ? file?.clusterCIDRs ?? [] : flags
    let name = options.detectLocalMode ?? file?.detectLocalMode?.value ?? "ClusterCIDR"
    // Nothing uses it then (MASQ-2), but external frontends with policy Local do (EXT-4).
    let consequence =
      masqueradesAll(mode)
      ? "pods of this node are not told from others"
      : "pods of this node are not told from others, and traffic to cluster IPs is not masqueraded"
    switch name {
    case "ClusterCIDR":
      if clusterCIDRs.isEmpty {
        result.assumptions.append("no cluster CIDR is known: \(consequence)")
        return .none
      }
      return .clusterCIDR(clusterCIDRs)
    case "NodeCIDR":
      let given = try OptionList.prefixes(options.podCidr, option: "--pod-cidr")
      let prefixes = given.isEmpty ? node?.podCIDRs.map(\.value) ?? [] : given
      if prefixes.isEmpty { result.assumptions.append("the node has no podCIDRs: \(consequence)") }
      return .nodeCIDR(prefixes)
    case "BridgeInterface":
      guard let interface = options.podBridgeInterface ?? file?.bridgeInterface, !interface.isEmpty else {
        throw ValidationError("detect-local mode BridgeInterface needs --pod-bridge-interface")
      }
      return .bridgeInterface(try interfaceName(interface, option: "--pod-bridge-interface"))
    case "InterfaceNamePrefix":
      guard let prefix = options.podInterfaceNamePrefix ?? file?.interfaceNamePrefix, !prefix.isEmpty else {
        throw ValidationError("detect-local mode InterfaceNamePrefix needs --pod-interface-name-prefix")
      }
      return .interfaceNamePrefix(try interfaceName(prefix, option: "--pod-interface-name-prefix"))
    case "None":
      result.assumptions.append("detect-local mode None: \(consequence)")
      return .none
    default:
      throw ValidationError(
        "detect-local mode \"\(name)\" is none of ClusterCIDR, NodeCIDR, BridgeInterface, InterfaceNamePrefix, None")
    }
  }

  /// What the kernel takes as the name of an interface: up to 15 bytes, no blank, no slash.
  private func interfaceName(_ name: String, option: String) throws -> String {
    let isName =
      name.utf8.count <= 15 && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "/") }
      && !name.contains("\"") && !name.contains("*") && !name.contains("+")
    guard isName else { throw ValidationError("\(option): \"\(name)\" cannot name an interface") }
    return name
  }
}
