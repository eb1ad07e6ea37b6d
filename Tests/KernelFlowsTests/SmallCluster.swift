import KernelFlows
import KubernetesObjects
import NetworkAddresses
import RuleTargets
import ServicePlan
import TestSupport

/// A node with a few Services, one for each fate a packet can have.
enum SmallCluster {
  static let configuration: NodeConfiguration = {
    var configuration = NodeConfiguration(nodeName: "here")
    configuration.nodeIPs = addresses
    configuration.interfaceAddresses = addresses
    configuration.detectLocal = .clusterCIDR(["10.244.0.0/16", "fd10:244::/32"].compactMap { IPPrefix($0) })
    configuration.serviceCIDRs = ["10.96.0.0/16", "fd10:96::/64"].compactMap { IPPrefix($0) }
    return configuration
  }()

  static let addresses = ["192.0.2.11", "2001:db8::11"] as [IPAddress]

  static let manifests = """
    \(service("web", ["10.96.0.10", "fd10:96::10"], protocols: ["TCP", "UDP", "SCTP"]))
    \(slice("web", protocols: ["TCP", "UDP", "SCTP"], ["10.244.1.5": "here", "10.244.7.5": "there"]))
    \(slice("web", protocols: ["TCP", "UDP", "SCTP"], ["fd10:244:7::5": "there"]))
    \(service("gone", ["10.96.0.11", "fd10:96::11"], protocols: ["TCP", "UDP", "SCTP"]))
    \(service("elsewhere", ["10.96.0.12"], extra: "internalTrafficPolicy: Local"))
    \(slice("elsewhere", ["10.244.7.6": "there"]))
    \(service("host", ["10.96.0.13"]))
    \(slice("host", ["192.0.2.11": "here"]))
    \(service("sticky", ["10.96.0.14", "fd10:96::14"], extra: "sessionAffinity: ClientIP"))
    \(slice("sticky", ["10.244.1.7": "here", "10.244.7.7": "there"]))
    \(slice("sticky", ["fd10:244:1::7": "here", "fd10:244:7::7": "there"]))
    """

  /// - Throws: if the manifests are not understood.
  static func plans(_ manifests: String = manifests) throws -> [NodePlan] {
    var reader = ObjectReader()
    var text = manifests
    text.withUTF8 { reader.read(UnsafeRawBufferPointer($0), named: "manifests.yaml") }
    let objects = reader.finish()
    guard !objects.hasErrors else { throw ManifestError(description: "\(objects.diagnostics)") }
    return ClusterPlanner(configuration: configuration).plan(objects).plans
  }

  /// A node with the rules of a target loaded.
  static func node(
    _ target: RuleTarget, manifests: String = manifests, packets: [FlowPacket] = [],
    iptables: IPTablesVariant = .asInstalled
  ) throws -> KernelNode {
    let plans = try plans(manifests)
    let node = try KernelNode(
      NodeLayout(configuration, plans: plans, packets: packets), iptables: iptables)
    try node.load(plans.map { target.compile($0) })
    return node
  }

  static func service(
    _ name: String, _ addresses: [String], protocols: [String] = ["TCP"], extra: String = "type: ClusterIP"
  ) -> String {
    let families = addresses.map { $0.contains(":") ? "IPv6" : "IPv4" }
    let ports = protocols.map { "{name: \($0.lowercased()), protocol: \($0), port: 80}" }
    return """
      apiVersion: v1
      kind: Service
      metadata: {name: \(name), namespace: test}
      spec:
        clusterIP: "\(addresses[0])"
        clusterIPs: [\(addresses.map { "\"\($0)\"" }.joined(separator: ", "))]
        ipFamilies: [\(families.joined(separator: ", "))]
        \(extra)
        ports: [\(ports.joined(separator: ", "))]
      ---
      """
  }

  /// - Parameter endpoints: the nodes of addresses, all of one family.
  static func slice(_ service: String, protocols: [String] = ["TCP"], _ endpoints: [String: String]) -> String {
    let family = endpoints.keys.contains { $0.contains(":") } ? "IPv6" : "IPv4"
    let ports = protocols.map { "{name: \($0.lowercased()), protocol: \($0), port: 8080}" }
    let lines = endpoints.sorted { $0.key < $1.key }.map {
      "- {addresses: [\"\($0.key)\"], conditions: {ready: true}, nodeName: \($0.value)}"
    }
    return """
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata: {name: \(service)-\(family.lowercased()), namespace: test, labels: {kubernetes.io/service-name: \(service)}}
      addressType: \(family)
      ports: [\(ports.joined(separator: ", "))]
      endpoints:
      \(lines.joined(separator: "\n"))
      ---
      """
  }
}

struct ManifestError: Error, CustomStringConvertible {
  var description: String
}

extension FlowPacket {
  init(
    _ origin: Origin, _ source: IPAddress, _ destination: IPAddress, _ transport: Transport = .tcp, port: UInt16 = 80,
    interface: String? = nil, state: State = .new
  ) {
    self.init(
      from: origin, source, to: destination, transport, port: port, interface: interface, state: state)
  }
}

extension IPAddress: ExpressibleByStringLiteral {
  /// - Parameter text: an address, which is for the one who writes it to see to.
  public init(stringLiteral text: String) {
    guard let address = IPAddress(text) else { preconditionFailure("\(text) is no address") }
    self = address
  }
}
