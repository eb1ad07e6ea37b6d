import KubernetesObjects
import NetworkAddresses
import ServicePlan

/// Small inputs for tests of lowering.
enum Plans {
  static let position = SourcePosition(file: 0, line: 1, column: 1)

  /// A Service `shop/cart` with a port `http` at 10.96.0.10:80.
  static func service(_ change: (inout Service) -> Void = { _ in }) -> Service {
    var service = Service(name: NamespacedName(namespace: "shop", name: "cart"), position: position)
    service.clusterIPs = [Located(IPAddress(ipv4: 0x0a60_000a), at: position)]
    service.ipFamilies = [.ipv4]
    service.ports = [ServicePort(name: "http", transport: .tcp, port: 80, position: position)]
    change(&service)
    return service
  }

  /// So many endpoints 10.244.0.1:3000 and up, none of them on this node.
  static func slice(
    of service: Service, endpoints count: Int, _ change: (inout Endpoint) -> Void = { _ in }
  ) -> EndpointSlice {
    var slice = EndpointSlice(name: service.name, position: position, addressType: .ipv4)
    slice.serviceName = service.name.name
    slice.ports = [EndpointPort(name: "http", transport: .tcp, port: 3000, position: position)]
    slice.endpoints = (0..<count).map {
      var endpoint = Endpoint(address: IPAddress(ipv4: 0x0af4_0001 + UInt32($0)), position: position)
      change(&endpoint)
      return endpoint
    }
    return slice
  }

  /// The IPv4 plan of a node `here` with pods in 10.244.0.0/16.
  static func plan(
    _ services: [Service], _ slices: [EndpointSlice], _ change: (inout NodeConfiguration) -> Void = { _ in }
  ) -> NodePlan {
    var objects = ObjectSet()
    objects.services = services
    objects.slices = slices
    var configuration = NodeConfiguration(nodeName: "here")
    configuration.detectLocal = .clusterCIDR([IPPrefix(IPAddress(ipv4: 0x0af4_0000), length: 16)])
    change(&configuration)
    return ClusterPlanner(configuration: configuration).plan(objects, families: [.ipv4]).plans[0]
  }

  /// The plan of ``service(_:)`` with so many endpoints.
  static func plan(endpoints: Int, _ change: (inout Service) -> Void = { _ in }) -> NodePlan {
    let service = service(change)
    return plan([service], [slice(of: service, endpoints: endpoints)])
  }
}
