import KubernetesObjects
import NetworkAddresses
import ServicePlan

/// Reads the `config` of a case: the node, and how its proxy is set up.
public enum CaseConfigurationReader {
  /// - Returns: nil where something is wrong, which `diagnostics` then tells.
  public static func read(_ node: DocumentNode, _ diagnostics: inout [Diagnostic]) -> NodeConfiguration? {
    var reading = FieldReading()
    let configuration = read(node, &reading)
    diagnostics += reading.diagnostics
    return reading.hasErrors ? nil : configuration
  }

  static func read(_ node: DocumentNode, _ reading: inout FieldReading) -> NodeConfiguration? {
    let fields = reading.fields(
      node,
      known: [
        "nodeName", "nodeIPs", "interfaceIPs", "nodeZone", "detectLocal", "serviceCIDRs", "nodePortAddresses",
        "masqueradeAll", "localhostNodePorts", "conntrackTCPLiberal",
      ])
    guard let name = reading.name(reading.required("nodeName", fields, of: node)) else { return nil }
    var configuration = NodeConfiguration(nodeName: name)
    configuration.nodeIPs = reading.addresses(fields["nodeIPs"])
    configuration.interfaceAddresses =
      fields["interfaceIPs"] == nil ? configuration.nodeIPs : reading.addresses(fields["interfaceIPs"])
    configuration.zone = reading.name(fields["nodeZone"])
    if let node = fields["detectLocal"] { configuration.detectLocal = detectLocal(node, &reading) }
    configuration.serviceCIDRs = reading.prefixes(fields["serviceCIDRs"])
    if let node = fields["nodePortAddresses"] {
      configuration.nodePortAddresses = reading.elements(node).compactMap { element in
        reading.parsed(element, as: "a CIDR, primary, localhost or all", nodePortAddress)
      }
    }
    if let flag = reading.flag(fields["masqueradeAll"]) { configuration.masqueradeAll = flag }
    if let flag = reading.flag(fields["localhostNodePorts"]) { configuration.localhostNodePorts = flag }
    if let flag = reading.flag(fields["conntrackTCPLiberal"]) { configuration.conntrackTCPLiberal = flag }
    return configuration
  }

  private static func nodePortAddress(_ text: String) -> NodePortAddressEntry? {
    switch text {
    case "primary": .primary
    case "localhost": .localhost
    case "all": .all
    default: IPPrefix(text).map(NodePortAddressEntry.prefix)
    }
  }

  private enum DetectMode: String, CaseIterable {
    case clusterCIDR = "ClusterCIDR"
    case nodeCIDR = "NodeCIDR"
    case bridgeInterface = "BridgeInterface"
    case interfaceNamePrefix = "InterfaceNamePrefix"
    case none = "None"

    /// The key that says more, if there is one.
    var detail: String? {
      switch self {
      case .clusterCIDR, .nodeCIDR: "cidrs"
      case .bridgeInterface, .interfaceNamePrefix: "interface"
      case .none: nil
      }
    }
  }

  private static func detectLocal(
    _ node: DocumentNode, _ reading: inout FieldReading
  ) -> NodeConfiguration.DetectLocal {
    let fields = reading.fields(node, known: ["mode", "cidrs", "interface"])
    let mode = reading.word(reading.required("mode", fields, of: node), DetectMode.self)
    guard let mode else { return .none }
    for key in ["cidrs", "interface"] where key != mode.detail {
      if let value = fields[key] { reading.error("means nothing in mode \(mode.rawValue)", at: value) }
    }
    let detail = mode.detail.flatMap { reading.required($0, fields, of: node) }
    switch mode {
    case .clusterCIDR: return .clusterCIDR(reading.prefixes(detail))
    case .nodeCIDR: return .nodeCIDR(reading.prefixes(detail))
    case .bridgeInterface: return .bridgeInterface(reading.name(detail) ?? "")
    case .interfaceNamePrefix: return .interfaceNamePrefix(reading.name(detail) ?? "")
    case .none: return .none
    }
  }
}
