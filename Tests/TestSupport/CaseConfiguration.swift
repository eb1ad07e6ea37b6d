import KubernetesObjects
import NetworkAddresses
import ServicePlan

/// The `config` of a conformance case: the node, and how its proxy is set up.
public enum CaseConfiguration {
  /// - Throws: ``TestDataError`` for a key or value that means nothing here.
  public static func read(_ node: DocumentNode) throws -> NodeConfiguration {
    guard let name = node["nodeName"]?.string else {
      throw TestDataError("config has no nodeName")
    }
    var configuration = NodeConfiguration(nodeName: name)
    for entry in node.entries where !entry.value.isNull {
      let value = entry.value
      switch entry.key {
      case "nodeName": break
      case "nodeIPs": configuration.nodeIPs = try list(value, IPAddress.init)
      case "interfaceIPs": configuration.interfaceAddresses = try list(value, IPAddress.init)
      case "nodeZone": configuration.zone = value.string
      case "detectLocal": configuration.detectLocal = try detectLocal(value)
      case "serviceCIDRs": configuration.serviceCIDRs = try list(value, IPPrefix.init)
      case "nodePortAddresses": configuration.nodePortAddresses = try list(value, nodePortAddress)
      case "masqueradeAll": configuration.masqueradeAll = try flag(value)
      case "localhostNodePorts": configuration.localhostNodePorts = try flag(value)
      case "conntrackTCPLiberal": configuration.conntrackTCPLiberal = try flag(value)
      default: throw TestDataError("config has the unknown key \(entry.key)")
      }
    }
    return configuration
  }

  private static func list<Value>(_ node: DocumentNode, _ read: (String) -> Value?) throws -> [Value] {
    try node.elements.map { item in
      guard let value = item.string.flatMap(read) else {
        throw TestDataError("config: \(item.scalarText ?? "a value") is not understood")
      }
      return value
    }
  }

  private static func flag(_ node: DocumentNode) throws -> Bool {
    guard let value = node.boolean else { throw TestDataError("config: neither true nor false") }
    return value
  }

  private static func nodePortAddress(_ text: String) -> NodePortAddressEntry? {
    switch text {
    case "primary": .primary
    case "localhost": .localhost
    case "all": .all
    default: IPPrefix(text).map(NodePortAddressEntry.prefix)
    }
  }

  private static func detectLocal(_ node: DocumentNode) throws -> NodeConfiguration.DetectLocal {
    let prefixes = try node["cidrs"].map { try list($0, IPPrefix.init) } ?? []
    let interface = node["interface"]?.string ?? ""
    switch node["mode"]?.string {
    case "ClusterCIDR": return .clusterCIDR(prefixes)
    case "NodeCIDR": return .nodeCIDR(prefixes)
    case "BridgeInterface": return .bridgeInterface(interface)
    case "InterfaceNamePrefix": return .interfaceNamePrefix(interface)
    case "None": return NodeConfiguration.DetectLocal.none
    default: throw TestDataError("config: unknown detectLocal mode")
    }
  }
}
