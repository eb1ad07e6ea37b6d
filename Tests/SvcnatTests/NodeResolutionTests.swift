import ArgumentParser
import KubernetesObjects
import NetworkAddresses
import ServicePlan
import Testing

@testable import svcnat

@Suite struct NodeResolutionTests {
  private let nowhere = SourcePosition(file: 0, line: 1, column: 1)

  private func node(_ name: String, addresses: [String] = [], podCIDRs: [String] = [], zone: String? = nil) throws
    -> Node
  {
    var node = Node(name: name, position: nowhere)
    node.addresses = try addresses.map { Located(try #require(IPAddress($0)), at: nowhere) }
    node.podCIDRs = try podCIDRs.map { Located(try #require(IPPrefix($0)), at: nowhere) }
    node.zone = zone
    return node
  }

  private func resolve(
    _ arguments: [String], nodes: [Node] = [], file: KubeProxyConfiguration? = nil, mode: ProxyMode = .nftables
  ) throws -> NodeResolution.Result {
    var objects = ObjectSet()
    objects.nodes = nodes
    return try NodeResolution(
      options: try NodeOptions.parse(arguments), file: file, serviceCIDRs: [], objects: objects
    ).resolve(for: mode, families: IPFamily.allCases)
  }

  @Test func takesTheOnlyNode() throws {
    let result = try resolve(
      [], nodes: [node("worker-1", addresses: ["192.0.2.11", "2001:db8::11"], zone: "zone-a")])
    #expect(result.configuration.nodeName == "worker-1")
    #expect(result.configuration.zone == "zone-a")
    #expect(result.configuration.nodeIPs.map(\.description) == ["192.0.2.11", "2001:db8::11"])
    #expect(result.configuration.interfaceAddresses == result.configuration.nodeIPs)
    #expect(result.assumptions.contains { $0.contains("interface addresses are unknown") })
  }

  @Test func severalNodesAreAnErrorThatListsThem() throws {
    let nodes = try [node("worker-2"), node("worker-1")]
    #expect(throws: ValidationError.self) { try resolve([], nodes: nodes) }
    do {
      _ = try resolve([], nodes: nodes)
    } catch let error as ValidationError {
      #expect(error.message.contains("worker-1, worker-2"))
    }
    #expect(try resolve(["--node-name", "worker-2"], nodes: nodes).configuration.nodeName == "worker-2")
  }

  @Test func aHypotheticalNodeIsStated() throws {
    let result = try resolve([])
    #expect(result.configuration.nodeName == NodeResolution.hypotheticalNode)
    #expect(result.assumptions.contains { $0.contains("hypothetical") })
  }

  @Test func aNameThatNoNodeHasIsAWarning() throws {
    let result = try resolve(["--node-name", "worker-9"], nodes: [node("worker-1")])
    #expect(result.diagnostics.map(\.severity) == [.warning])
    #expect(result.diagnostics[0].message.contains("worker-1"))
  }

  @Test func flagsWinOverTheFileAndThatOverTheNode() throws {
    var file = KubeProxyConfiguration()
    file.hostnameOverride = "from-file"
    file.clusterCIDRs = [try #require(IPPrefix("10.1.0.0/16"))]
    file.nftablesMasqueradeAll = true
    file.bindAddress = IPAddress("192.0.2.7")
    let fromFile = try resolve([], nodes: [node("from-file", addresses: ["192.0.2.1", "2001:db8::1"])], file: file)
    #expect(fromFile.configuration.nodeName == "from-file")
    #expect(fromFile.configuration.nodeIPs.map(\.description) == ["192.0.2.7", "2001:db8::1"])
    #expect(fromFile.configuration.masqueradeAll)
    #expect(fromFile.configuration.detectLocal == .clusterCIDR(file.clusterCIDRs))
    let flags = try resolve(
      [
        "--node-name", "flag", "--cluster-cidr", "10.2.0.0/16,fd00::/48", "--masquerade-all=false", "--node-ip",
        "192.0.2.9",
      ],
      file: file)
    #expect(flags.configuration.nodeName == "flag")
    #expect(flags.configuration.nodeIPs.map(\.description) == ["192.0.2.9"])
    #expect(!flags.configuration.masqueradeAll)
    #expect(
      flags.configuration.detectLocal
        == .clusterCIDR([try #require(IPPrefix("10.2.0.0/16")), try #require(IPPrefix("fd00::/48"))]))
  }

  @Test func eachModeHasItsOwnMasqueradeAll() throws {
    var file = KubeProxyConfiguration()
    file.iptablesMasqueradeAll = true
    #expect(try resolve([], file: file, mode: .iptables).configuration.masqueradeAll)
    #expect(try !resolve([], file: file, mode: .nftables).configuration.masqueradeAll)
  }

  @Test func detectLocalModes() throws {
    #expect(try resolve([]).configuration.detectLocal == .none)
    #expect(try resolve([]).assumptions.contains { $0.contains("no cluster CIDR") })
    let own = try node("n", podCIDRs: ["10.244.1.0/24"])
    #expect(
      try resolve(["--detect-local-mode", "NodeCIDR"], nodes: [own]).configuration.detectLocal
        == .nodeCIDR(own.podCIDRs.map(\.value)))
    #expect(
      try resolve(["--detect-local-mode", "BridgeInterface", "--pod-bridge-interface", "cni0"]).configuration
        .detectLocal == .bridgeInterface("cni0"))
    #expect(
      try resolve(["--detect-local-mode", "InterfaceNamePrefix", "--pod-interface-name-prefix", "veth"])
        .configuration.detectLocal == .interfaceNamePrefix("veth"))
  }

  @Test(arguments: [
    ["--detect-local-mode", "BridgeInterface"],
    ["--detect-local-mode", "Guess"],
    ["--cluster-cidr", "10.244.0.0"],
    ["--node-ip", "worker-1"],
    ["--nodeport-addresses", "eth0"],
    ["--detect-local-mode", "BridgeInterface", "--pod-bridge-interface", "a name\" drop"],
  ])
  func refuses(arguments: [String]) throws {
    #expect(throws: ValidationError.self) { try resolve(arguments) }
  }

  @Test func nodePortsNowhereAreAWarning() throws {
    var objects = ObjectSet()
    var service = Service(name: NamespacedName(namespace: "a", name: "b"), position: nowhere)
    service.ports = [ServicePort(name: "", transport: .tcp, port: 80, nodePort: 30080, position: nowhere)]
    objects.services = [service]
    let options = try NodeOptions.parse([
      "--node-ip", "192.0.2.1", "--nodeport-addresses", "198.51.100.0/24",
    ])
    let result = try NodeResolution(options: options, file: nil, serviceCIDRs: [], objects: objects)
      .resolve(for: .nftables, families: [.ipv4])
    #expect(result.diagnostics.map(\.severity) == [.warning])
  }
}
