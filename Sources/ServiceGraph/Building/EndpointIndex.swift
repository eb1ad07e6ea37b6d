import KubernetesObjects
import NetworkAddresses
import ServicePlan

/// Finds the endpoints of service ports, and where they are.
struct EndpointIndex {
  private let slices: [NamespacedName: [EndpointSlice]]
  private let zones: [String: String]
  private let pods: [IPAddress: NamespacedName]
  private let node: NodeConfiguration

  init(_ objects: ObjectSet, node: NodeConfiguration) {
    self.node = node
    slices = Dictionary(
      grouping: objects.slices.filter { $0.owner != nil && !$0.isHeadless },
      by: { $0.owner ?? $0.name })
    zones = Dictionary(
      objects.nodes.compactMap { node in node.zone.map { (node.name, $0) } }, uniquingKeysWith: { first, _ in first })
    var pods: [IPAddress: NamespacedName] = [:]
    for pod in objects.pods.sorted(by: { $0.name < $1.name }) where !pod.usesHostNetwork {
      for address in pod.addresses where pods[address.value] == nil { pods[address.value] = pod.name }
    }
    self.pods = pods
  }

  /// All endpoints of a service port, each once (EPS-10), sorted by address and port.
  func endpoints(of plan: ServicePortPlan, _ family: IPFamily) -> [GraphEndpoint] {
    struct Key: Hashable {
      var address: IPAddress
      var port: UInt16
    }
    var found: [Key: GraphEndpoint] = [:]
    for slice in slices[plan.name.service] ?? [] where slice.addressType.family == family {
      for port in slice.ports where port.name == plan.name.port && port.transport == plan.transport {
        guard let number = port.port else { continue }
        for endpoint in slice.endpoints {
          let key = Key(address: endpoint.address, port: number)
          let candidate = describe(endpoint, port: number)
          if let known = found[key], !EndpointIndex.isBetter(candidate, than: known) { continue }
          found[key] = candidate
        }
      }
    }
    return found.values.sorted { ($0.address, $0.port) < ($1.address, $1.port) }
  }

  private func describe(_ endpoint: Endpoint, port: UInt16) -> GraphEndpoint {
    let condition: GraphEndpoint.Condition =
      endpoint.isReady
      ? .ready : !endpoint.isTerminating ? .notReady : endpoint.isServing ? .servingTerminating : .terminating
    return GraphEndpoint(
      address: endpoint.address, port: port, condition: condition, isLocal: endpoint.nodeName == node.nodeName,
      nodeName: endpoint.nodeName, zone: endpoint.zone ?? endpoint.nodeName.flatMap { zones[$0] },
      pod: pods[endpoint.address], routes: [])
  }

  /// Independent of the order of slices.
  private static func isBetter(_ a: GraphEndpoint, than b: GraphEndpoint) -> Bool {
    func rank(_ endpoint: GraphEndpoint) -> Int {
      switch endpoint.condition {
      case .ready: 3
      case .notReady: 2
      case .servingTerminating: 1
      case .terminating: 0
      }
    }
    if rank(a) != rank(b) { return rank(a) > rank(b) }
    if a.isLocal != b.isLocal { return a.isLocal }
    return (a.nodeName ?? "", a.zone ?? "") < (b.nodeName ?? "", b.zone ?? "")
  }
}
