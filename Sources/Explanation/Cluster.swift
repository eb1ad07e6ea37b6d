import KubernetesObjects
import NetworkAddresses
import ServicePlan

/// What is known of the cluster beside rules: objects, and the node whose rules are asked.
///
/// A question asks for little of it, so nothing is indexed: looking through all objects once is quicker.
struct Cluster: Sendable {
  let objects: ObjectSet
  let node: NodeConfiguration

  func service(_ name: NamespacedName) -> Service? { objects.services.first { $0.name == name } }

  /// The Node object of the node whose rules are asked.
  var nodeObject: Node? { objects.nodes.first { $0.name == node.nodeName } }

  /// Addresses of the node, loopback left out.
  var nodeAddresses: [IPAddress] { node.interfaceAddresses + node.nodeIPs }

  func isOfThisNode(_ address: IPAddress) -> Bool { address.isLoopback || nodeAddresses.contains(address) }

  /// Another node with this address.
  func otherNode(_ address: IPAddress) -> Node? {
    objects.nodes.first { $0.name != node.nodeName && $0.addresses.contains { $0.value == address } }
  }

  /// The Pod with this address; those of the host network have none of their own.
  func pod(_ address: IPAddress) -> Pod? {
    objects.pods.first { !$0.usesHostNetwork && $0.addresses.contains { $0.value == address } }
  }

  func zone(ofNode name: String?) -> String? {
    guard let name else { return nil }
    if name == node.nodeName, let zone = node.zone { return zone }
    return objects.nodes.first { $0.name == name }?.zone
  }

  // MARK: - Endpoints

  /// The slices of a Service that proxies read.
  func slices(of service: NamespacedName, _ family: IPFamily) -> [EndpointSlice] {
    objects.slices.filter { $0.addressType.family == family && !$0.isHeadless && $0.owner == service }
  }

  /// All endpoints of a service port, whatever their condition, each once, sorted by address and port.
  func endpoints(of name: ServicePortName, _ family: IPFamily) -> [EndpointFacts] {
    endpoints(in: slices(of: name.service, family)) { $0.name == name.port && $0.transport == name.transport }
  }

  /// - Parameter isWanted: which ports of the slices count.
  func endpoints(in slices: [EndpointSlice], where isWanted: (EndpointPort) -> Bool) -> [EndpointFacts] {
    struct Key: Hashable {
      var address: IPAddress
      var port: UInt16
    }
    var found: [Key: EndpointFacts] = [:]
    for slice in slices {
      for port in slice.ports where isWanted(port) {
        guard let number = port.port else { continue }
        for endpoint in slice.endpoints {
          let facts = EndpointFacts(endpoint, port: number, zone: endpoint.zone ?? zone(ofNode: endpoint.nodeName))
          let key = Key(address: endpoint.address, port: number)
          // EPS-10
          if let known = found[key], known.rank >= facts.rank { continue }
          found[key] = facts
        }
      }
    }
    var endpoints = found.values.sorted { ($0.address, $0.port) < ($1.address, $1.port) }
    name(&endpoints)
    return endpoints
  }

  /// Fills in the names of Pods.
  private func name(_ endpoints: inout [EndpointFacts]) {
    guard !objects.pods.isEmpty, !endpoints.isEmpty else { return }
    var places: [IPAddress: [Int]] = [:]
    for index in endpoints.indices { places[endpoints[index].address, default: []].append(index) }
    for pod in objects.pods where !pod.usesHostNetwork {
      for address in pod.addresses {
        for index in places[address.value] ?? [] { endpoints[index].pod = pod.name }
      }
    }
  }

  /// What an address is as an endpoint of any Service: the name of its node if a slice says it.
  func endpointNode(_ address: IPAddress) -> (service: NamespacedName?, nodeName: String?)? {
    for slice in objects.slices where slice.addressType.family == address.family {
      for endpoint in slice.endpoints where endpoint.address == address { return (slice.owner, endpoint.nodeName) }
    }
    return nil
  }
}

/// One endpoint of a service port, and where it is.
public struct EndpointFacts: Hashable, Sendable {
  public var address: IPAddress
  public var port: UInt16
  public var nodeName: String?
  public var zone: String?
  public var isReady: Bool
  public var isServing: Bool
  public var isTerminating: Bool
  public var hints: EndpointHints?
  public var pod: NamespacedName?

  init(_ endpoint: Endpoint, port: UInt16, zone: String?) {
    address = endpoint.address
    self.port = port
    nodeName = endpoint.nodeName
    self.zone = zone
    isReady = endpoint.isReady
    isServing = endpoint.isServing
    isTerminating = endpoint.isTerminating
    hints = endpoint.hints
  }

  /// Whether it is used where nothing is ready (EPC-3).
  var isServingTerminating: Bool { isServing && isTerminating }

  fileprivate var rank: Int {
    (isTerminating ? 0 : 4) + (isReady ? 2 : 0) + (isServing ? 1 : 0)
  }

  /// `ready`, `not ready`, `terminating, still serving`, ...
  public var condition: String {
    if isTerminating {
      return isReady ? "ready, terminating" : isServing ? "terminating, still serving" : "terminating"
    }
    return isReady ? "ready" : "not ready"
  }
}
