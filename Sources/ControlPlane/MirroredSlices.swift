import KubernetesObjects
import NetworkAddresses

/// The EndpointSlices that the EndpointSlice mirroring controller makes from an Endpoints object.
///
/// One slice for each address family and set of ports; subsets with the same ports share one.
enum MirroredSlices {
  /// The controller's default for `--mirroring-max-endpoints-per-subset`.
  static let limitPerSubset = 1000

  /// The API server writes the slices of its own Service itself and marks its Endpoints as not to be mirrored; where
  /// only those Endpoints are given they say the same.
  static let apiServerName = NamespacedName(namespace: "default", name: "kubernetes")

  /// Whether the object is one the controller passes over.
  static func isSkipped(_ endpoints: Endpoints) -> Bool {
    endpoints.skipsMirroring && endpoints.name != apiServerName
  }

  /// - Returns: the slices, and how many addresses were beyond ``limitPerSubset``.
  static func mirror(_ endpoints: Endpoints) -> (slices: [EndpointSlice], beyondLimit: Int) {
    var groups: [Group] = []
    var indexByKey: [Key: Int] = [:]
    var beyondLimit = 0
    for subset in endpoints.subsets {
      // The controller takes the ready addresses first, and a later entry for an address replaces the earlier one.
      let addresses = subset.addresses.filter(\.isReady) + subset.addresses.filter { !$0.isReady }
      beyondLimit += max(0, addresses.count - limitPerSubset)
      for address in addresses.prefix(limitPerSubset) {
        let key = Key(family: address.address.family, ports: portKey(subset.ports))
        let index = indexByKey[key] ?? groups.count
        if index == groups.count {
          indexByKey[key] = index
          groups.append(Group(family: address.address.family, ports: subset.ports))
        }
        groups[index].insert(address)
      }
    }
    groups.sort { $0.family < $1.family }
    let slices = groups.enumerated().map { number, group in slice(endpoints, number: number + 1, group) }
    return (slices, beyondLimit)
  }

  private struct Key: Hashable {
    var family: IPFamily
    var ports: [PortKey]
  }

  private struct PortKey: Hashable, Comparable {
    var name: String
    var transport: TransportProtocol
    var port: UInt16

    static func < (a: PortKey, b: PortKey) -> Bool {
      (a.name, a.transport, a.port) < (b.name, b.transport, b.port)
    }
  }

  private struct Group {
    var family: IPFamily
    var ports: [EndpointPort]
    var endpoints: [Endpoint] = []
    var indexByAddress: [IPAddress: Int] = [:]

    init(family: IPFamily, ports: [EndpointPort]) {
      self.family = family
      self.ports = ports
    }

    mutating func insert(_ address: Endpoints.Address) {
      // Of the conditions only ready is mirrored; the others keep their defaults.
      var endpoint = Endpoint(address: address.address, position: address.position)
      endpoint.isReady = address.isReady
      endpoint.nodeName = address.nodeName
      if let index = indexByAddress[address.address] {
        endpoints[index] = endpoint
      } else {
        indexByAddress[address.address] = endpoints.count
        endpoints.append(endpoint)
      }
    }
  }

  private static func portKey(_ ports: [EndpointPort]) -> [PortKey] {
    ports.map { PortKey(name: $0.name ?? "", transport: $0.transport, port: $0.port ?? 0) }.sorted()
  }

  private static func slice(_ endpoints: Endpoints, number: Int, _ group: Group) -> EndpointSlice {
    var slice = EndpointSlice(
      name: NamespacedName(namespace: endpoints.name.namespace, name: "\(endpoints.name.name)-mirrored-\(number)"),
      position: endpoints.position, addressType: group.family == .ipv4 ? .ipv4 : .ipv6)
    slice.serviceName = endpoints.name.name
    // In Endpoints a port without a name has the empty one.
    slice.ports = group.ports.map {
      EndpointPort(name: $0.name ?? "", transport: $0.transport, port: $0.port, position: $0.position)
    }
    slice.endpoints = group.endpoints
    slice.origin = .mirroredFromEndpoints
    return slice
  }
}
