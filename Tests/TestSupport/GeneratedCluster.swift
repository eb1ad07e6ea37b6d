import KubernetesObjects
import NetworkAddresses
import ServicePlan

/// A random cluster as one node sees it. The same seed gives the same cluster.
public struct GeneratedCluster: Sendable {
  public var objects: ObjectSet
  public var configuration: NodeConfiguration

  public init(objects: ObjectSet, configuration: NodeConfiguration) {
    self.objects = objects
    self.configuration = configuration
  }

  /// Small enough to read, with everything that shapes rules: frontends of all kinds, policies, affinity, source
  /// ranges, hints, terminating and duplicate endpoints, several slices, two families, odd node port addresses,
  /// Services that are left out, and Services that claim each other's frontends.
  public init(seed: UInt64) {
    var generator = ClusterGenerator(seed: seed)
    configuration = generator.configuration()
    objects = generator.objects()
  }

  /// The plans of both families, IPv4 first.
  public var plans: [NodePlan] { ClusterPlanner(configuration: configuration).plan(objects).plans }
}

/// Addresses that play a part in every generated cluster.
///
/// Endpoints listen on ports that no frontend has, and lie outside the service ranges: a backend that is itself a
/// frontend is refused by rules that mean the frontend, which is true of kube-proxy too but says nothing.
enum ClusterPool {
  static let nodeAddresses: [IPFamily: [IPAddress]] = [
    .ipv4: addresses("192.0.2.11", "198.51.100.11", "192.0.2.111"),
    .ipv6: addresses("2001:db8::11", "2001:db8:1::11", "2001:db8::111"),
  ]
  static let clusterIPs: [IPFamily: [IPAddress]] = [
    .ipv4: addresses("10.96.0.10", "10.96.0.20", "10.96.0.30", "10.96.1.1", "10.97.0.5", "10.96.0.40"),
    .ipv6: addresses("fd00:96::10", "fd00:96::20", "fd00:96::30", "fd00:96::1:1", "fd00:97::5", "fd00:96::40"),
  ]
  static let externalIPs: [IPFamily: [IPAddress]] = [
    .ipv4: addresses("203.0.113.50", "203.0.113.51", "192.0.2.11", "198.51.100.11", "10.96.0.20"),
    .ipv6: addresses("2001:db8:5::50", "2001:db8:5::51", "2001:db8::11", "2001:db8:1::11", "fd00:96::20"),
  ]
  static let loadBalancerIPs: [IPFamily: [IPAddress]] = [
    .ipv4: addresses("198.18.0.1", "198.18.0.2", "10.96.0.77", "192.0.2.11"),
    .ipv6: addresses("2001:db8:18::1", "2001:db8:18::2", "fd00:96::77", "2001:db8::11"),
  ]
  static let localPods: [IPFamily: [IPAddress]] = [
    .ipv4: addresses("10.244.1.5", "10.244.1.6", "10.244.1.15", "192.0.2.11"),
    .ipv6: addresses("fd00:244:1::5", "fd00:244:1::6", "fd00:244:1::15", "2001:db8::11"),
  ]
  static let remotePods: [IPFamily: [IPAddress]] = [
    .ipv4: addresses("10.244.7.5", "10.244.7.6", "10.244.8.5", "192.0.2.12"),
    .ipv6: addresses("fd00:244:7::5", "fd00:244:7::6", "fd00:244:8::5", "2001:db8::12"),
  ]
  static let sourceRanges: [IPFamily: [IPPrefix]] = [
    .ipv4: prefixes("203.0.113.0/25", "203.0.113.128/26", "10.244.0.0/16", "192.0.2.0/24", "203.0.113.9/32"),
    .ipv6: prefixes("2001:db8:c::/65", "2001:db8:c:0:8000::/66", "fd00:244::/32", "2001:db8::/64", "2001:db8:c::9/128"),
  ]
  static let podRanges = prefixes("10.244.0.0/16", "fd00:244::/32")
  static let nodePodRanges = prefixes("10.244.1.0/24", "fd00:244:1::/48")
  static let serviceRanges: [[IPPrefix]] = [
    [], prefixes("10.96.0.0/16", "fd00:96::/112"), prefixes("10.96.0.0/24", "10.96.1.0/24", "fd00:96::/64"),
    prefixes("10.96.0.0/12"),
  ]

  private static func addresses(_ texts: String...) -> [IPAddress] { texts.compactMap { IPAddress($0) } }

  private static func prefixes(_ texts: String...) -> [IPPrefix] { texts.compactMap { IPPrefix($0) } }
}

/// Draws the parts of a ``GeneratedCluster``.
struct ClusterGenerator {
  private var random: SeededNumbers
  private let nowhere = SourcePosition(file: 0, line: 0, column: 0)

  init(seed: UInt64) { random = SeededNumbers(seed: seed) }

  // MARK: - Node

  mutating func configuration() -> NodeConfiguration {
    var configuration = NodeConfiguration(nodeName: "node-1")
    let interfaces = IPFamily.allCases.flatMap { ClusterPool.nodeAddresses[$0] ?? [] }
    configuration.interfaceAddresses = random.chance(80) ? interfaces : random.some(of: interfaces, 60)
    configuration.nodeIPs = IPFamily.allCases.compactMap { ClusterPool.nodeAddresses[$0]?.first }
    if random.chance(15) { configuration.nodeIPs.removeAll { $0.family == .ipv6 } }
    configuration.zone = random.one(of: ["zone-a", "zone-a", "zone-b", nil])
    switch random.number(0...9) {
    case 0...3: configuration.detectLocal = .clusterCIDR(ClusterPool.podRanges)
    case 4: configuration.detectLocal = .clusterCIDR([ClusterPool.podRanges[0]])
    case 5: configuration.detectLocal = .nodeCIDR(ClusterPool.nodePodRanges)
    case 6: configuration.detectLocal = .bridgeInterface("pods0")
    case 7: configuration.detectLocal = .interfaceNamePrefix("pod")
    default: configuration.detectLocal = NodeConfiguration.DetectLocal.none
    }
    configuration.serviceCIDRs = random.one(of: ClusterPool.serviceRanges)
    configuration.nodePortAddresses = nodePortAddresses()
    configuration.masqueradeAll = random.chance(15)
    configuration.localhostNodePorts = random.chance(70)
    configuration.conntrackTCPLiberal = random.chance(20)
    if random.chance(20) {
      configuration.iptablesMasqueradeBit = random.number(0...31)
      configuration.nftablesMasqueradeBit = random.number(0...31)
    }
    return configuration
  }

  private mutating func nodePortAddresses() -> [NodePortAddressEntry]? {
    func prefix(_ text: String) -> [NodePortAddressEntry] { IPPrefix(text).map { [.prefix($0)] } ?? [] }
    return switch random.number(0...11) {
    case 0...4: nil
    case 5: [.primary]
    case 6: [.all]
    case 7: prefix("192.0.2.0/24") + prefix("2001:db8::/64")
    case 8: prefix("127.0.0.0/8") + prefix("::1/128") + prefix("198.51.100.11/32")
    case 9: prefix("0.0.0.0/0")
    case 10: prefix("172.16.0.0/12")
    default: [.primary, .localhost]
    }
  }

  // MARK: - Objects

  mutating func objects() -> ObjectSet {
    var objects = ObjectSet()
    objects.files = ["generated"]
    for index in 0..<random.number(1...5) {
      let service = service(index)
      objects.services.append(service)
      for slice in slices(of: service) { objects.slices.append(slice) }
    }
    if random.chance(10) {
      // Nobody's endpoints.
      objects.slices.append(slice("stray", of: "gone", .ipv4, ports: []))
    }
    return objects
  }

  private mutating func service(_ index: Int) -> Service {
    var service = Service(
      name: NamespacedName(namespace: random.one(of: ["shop", "default"]), name: "s\(index)"), position: nowhere)
    service.kind = random.one(of: [.clusterIP, .clusterIP, .nodePort, .nodePort, .loadBalancer, .loadBalancer])
    if random.chance(3) { service.kind = .externalName }
    if random.chance(3) { service.isHeadless = true }
    if random.chance(3) { service.labels[Service.proxyNameLabel] = "other" }
    let families = random.one(
      of: [[.ipv4], [.ipv6], [.ipv4, .ipv6], [.ipv4, .ipv6], [.ipv6, .ipv4]] as [[IPFamily]])
    if !service.isHeadless {
      service.ipFamilies = families
      service.clusterIPs = families.map { family in
        Located(random.one(of: ClusterPool.clusterIPs[family] ?? []), at: nowhere)
      }
    }
    service.internalTrafficPolicy = random.chance(25) ? .local : .cluster
    service.externalTrafficPolicy = random.chance(45) ? .local : .cluster
    if random.chance(25) { service.affinitySeconds = UInt32(random.one(of: [1, 60, 300, 10800])) }
    for family in IPFamily.allCases {
      if random.chance(25) {
        service.externalIPs += random.some(of: ClusterPool.externalIPs[family] ?? [], 40).map {
          Located($0, at: nowhere)
        }
      }
      if service.kind == .loadBalancer ? random.chance(85) : random.chance(5) {
        service.loadBalancerIngress += random.some(of: ClusterPool.loadBalancerIPs[family] ?? [], 45).map { address in
          LoadBalancerIngress(
            address: address, hostname: nil, mode: random.chance(90) ? .vip : .proxy, position: nowhere)
        }
      }
      if service.kind == .loadBalancer, random.chance(45) {
        service.sourceRanges += random.some(of: ClusterPool.sourceRanges[family] ?? [], 40).map {
          Located($0, at: nowhere)
        }
        if random.chance(5) {
          service.sourceRanges.append(Located(IPPrefix(.unspecified(family), length: 0), at: nowhere))
        }
      }
    }
    if service.kind == .loadBalancer, service.externalTrafficPolicy == .local, random.chance(70) {
      service.healthCheckNodePort = UInt16(32600 + index)
    }
    service.ports = ports(index, service.kind)
    return service
  }

  private mutating func ports(_ index: Int, _ kind: Service.Kind) -> [ServicePort] {
    var ports: [ServicePort] = []
    for number in 0..<random.number(1...3) {
      let transport = random.one(of: [TransportProtocol.tcp, .tcp, .tcp, .udp, .sctp])
      let port = UInt16(random.one(of: [80, 443, 53, 8000, 30081]))
      if ports.contains(where: { $0.port == port && $0.transport == transport }) { continue }
      var nodePort: UInt16 = 0
      if kind == .nodePort || kind == .loadBalancer, random.chance(85) {
        // Now and then one that another Service may have.
        nodePort = random.chance(8) ? 30081 : UInt16(30100 + index * 10 + number)
      }
      ports.append(
        ServicePort(
          name: "p\(number)", transport: transport, port: port,
          nodePort: nodePort, position: nowhere))
    }
    // One port alone needs no name.
    if ports.count == 1, random.chance(30) { ports[0].name = "" }
    return ports
  }

  // MARK: - Endpoints

  private mutating func slices(of service: Service) -> [EndpointSlice] {
    if random.chance(6) { return [] }
    var slices: [EndpointSlice] = []
    let flavour = random.number(0...9)
    let hints = random.number(0...5)
    for family in IPFamily.allCases {
      for number in 0..<random.one(of: [1, 1, 1, 2]) {
        var slice = slice("\(service.name.name)-\(family.rawValue)-\(number)", of: service.name.name, family, ports: [])
        slice.name.namespace = service.name.namespace
        for port in service.ports where random.chance(95) {
          slice.ports.append(
            EndpointPort(
              name: port.name, transport: port.transport,
              port: random.chance(97) ? UInt16(random.one(of: [8080, 9090])) : nil,
              position: nowhere))
        }
        slice.endpoints = endpoints(family, flavour: flavour, hints: hints)
        if random.chance(2) { slice.isHeadless = true }
        slices.append(slice)
      }
    }
    return slices
  }

  private func slice(
    _ name: String, of service: String, _ family: IPFamily, ports: [EndpointPort]
  ) -> EndpointSlice {
    var slice = EndpointSlice(
      name: NamespacedName(namespace: "default", name: name.lowercased()), position: nowhere,
      addressType: family == .ipv4 ? .ipv4 : .ipv6)
    slice.serviceName = service
    slice.ports = ports
    return slice
  }

  /// - Parameter flavour: what most endpoints of a Service have in common.
  private mutating func endpoints(_ family: IPFamily, flavour: Int, hints: Int) -> [Endpoint] {
    var endpoints: [Endpoint] = []
    let local = flavour == 0 ? [] : random.some(of: ClusterPool.localPods[family] ?? [], 40)
    let remote = flavour == 1 ? [] : random.some(of: ClusterPool.remotePods[family] ?? [], 40)
    for address in local + remote {
      var endpoint = Endpoint(address: address, position: nowhere)
      let isLocal = local.contains(address)
      endpoint.nodeName = random.chance(95) ? (isLocal ? "node-1" : "node-2") : nil
      if flavour == 2 || random.chance(10) {
        endpoint.isReady = false
        endpoint.isServing = random.chance(70)
        endpoint.isTerminating = random.chance(70)
      } else if flavour == 3, random.chance(60) {
        endpoint.isReady = false
        endpoint.isTerminating = true
      }
      switch hints {
      case 0: endpoint.hints = EndpointHints(forZones: [random.one(of: ["zone-a", "zone-b"])])
      case 1:
        endpoint.hints = EndpointHints(
          forNodes: [random.one(of: ["node-1", "node-2"])], forZones: [random.one(of: ["zone-a", "zone-b"])])
      case 2: if random.chance(70) { endpoint.hints = EndpointHints(forZones: ["zone-a"]) }
      default: break
      }
      endpoints.append(endpoint)
    }
    return endpoints
  }
}
