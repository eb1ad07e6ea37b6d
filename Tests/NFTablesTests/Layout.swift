import KubernetesObjects
import NFTables
import NetworkAddresses
import ServicePlan
import TestSupport

/// A way to write a plan as a table.
struct Layout: Sendable, CustomStringConvertible {
  var description: String
  var tableName: String
  var table: @Sendable (NodePlan) -> Table

  static let all = [
    Layout(description: "nft-chains", tableName: ChainsLayout.tableName) { ChainsLayout($0).table() },
    Layout(description: "nft-maps", tableName: MapsLayout.tableName) { MapsLayout($0).table() },
  ]
}

/// The plans of both families for one input.
struct PlannedInput: Sendable, CustomStringConvertible {
  var description: String
  var plans: [NodePlan]

  static var all: [PlannedInput] {
    get throws {
      try ReferenceCase.all.filter { $0.modes.contains(.nftables) }
        .map { PlannedInput(description: $0.description, plans: $0.plans) } + [longestNames, ranges, halves]
    }
  }

  /// Names as long as Kubernetes lets them be.
  private static var longestNames: PlannedInput {
    planned("longest names", service: String(repeating: "s", count: 63)) { service in
      service.affinitySeconds = 86400
    }
  }

  /// Source ranges that are no prefixes once neighbours have grown together.
  private static var ranges: PlannedInput {
    planned("ranges", service: "web") { service in
      let texts = [
        "203.0.113.4/30", "203.0.113.8/30", "0.0.0.0/1", "2001:db8::4/126", "2001:db8::8/126", "::/1",
      ]
      service.sourceRanges = texts.compactMap { IPPrefix($0) }.map { Located($0, at: service.position) }
    }
  }

  /// Source ranges that let everybody in, but in halves.
  private static var halves: PlannedInput {
    planned("halves", service: "web") { service in
      service.sourceRanges = ["0.0.0.0/1", "128.0.0.0/1", "::/1", "8000::/1"]
        .compactMap { IPPrefix($0) }.map { Located($0, at: service.position) }
    }
  }

  private static func planned(
    _ description: String, service name: String, _ change: (inout Service) -> Void
  ) -> PlannedInput {
    let position = SourcePosition(file: 0, line: 0, column: 0)
    func located(_ texts: [String]) -> [Located<IPAddress>] {
      texts.compactMap { IPAddress($0) }.map { Located($0, at: position) }
    }
    var configuration = NodeConfiguration(nodeName: "node")
    configuration.nodeIPs = ["192.0.2.1", "2001:db8:1::1"].compactMap { IPAddress($0) }
    configuration.interfaceAddresses = configuration.nodeIPs
    configuration.detectLocal = .interfaceNamePrefix("cali")
    configuration.serviceCIDRs = ["10.96.0.0/16", "10.97.0.0/16", "10.99.0.1/32", "fd00:96::/112", "fd00:98::/112"]
      .compactMap { IPPrefix($0) }
    var objects = ObjectSet()
    var service = Service(
      name: NamespacedName(namespace: String(repeating: "n", count: 63), name: name), position: position)
    service.kind = .loadBalancer
    service.clusterIPs = located(["10.96.0.1", "fd00:96::1"])
    service.ipFamilies = [.ipv4, .ipv6]
    service.externalIPs = located(["198.18.0.1", "2001:db8:18::1"])
    service.loadBalancerIngress = located(["198.51.100.1", "2001:db8:51::1"]).map {
      LoadBalancerIngress(address: $0.value, hostname: nil, mode: .vip, position: position)
    }
    service.externalTrafficPolicy = .local
    service.ports = TransportProtocol.allCases.map {
      ServicePort(
        name: "port-with-" + $0.word, transport: $0, port: 65535, nodePort: 32767, position: position)
    }
    change(&service)
    objects.services = [service]
    objects.slices = IPFamily.allCases.map { family in
      var slice = EndpointSlice(
        name: service.name, position: position, addressType: family == .ipv4 ? .ipv4 : .ipv6)
      slice.serviceName = name
      slice.ports = service.ports.map {
        EndpointPort(name: $0.name, transport: $0.transport, port: 65535, position: position)
      }
      slice.endpoints = (1...9).compactMap { number -> Endpoint? in
        guard let address = IPAddress(family == .ipv4 ? "10.244.255.\(number)" : "fd00:244:ffff:ffff:ffff::\(number)")
        else { return nil }
        var endpoint = Endpoint(address: address, position: position)
        endpoint.nodeName = number % 2 == 0 ? "node" : "other"
        return endpoint
      }
      return slice
    }
    return PlannedInput(
      description: description, plans: ClusterPlanner(configuration: configuration).plan(objects).plans)
  }
}
