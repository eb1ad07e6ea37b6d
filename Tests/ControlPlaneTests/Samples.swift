import ControlPlane
import KubernetesObjects
import NetworkAddresses

// Objects as a reader would build them from short manifests. Each has its own line, so that positions tell them apart.

func at(_ line: UInt32) -> SourcePosition { SourcePosition(file: 0, line: line, column: 1) }

func ip(_ text: String) -> IPAddress {
  guard let value = IPAddress(text) else { preconditionFailure("\(text) is a mistake in the test") }
  return value
}

func prefix(_ text: String) -> IPPrefix {
  guard let value = IPPrefix(text) else { preconditionFailure("\(text) is a mistake in the test") }
  return value
}

func named(_ text: String) -> NamespacedName {
  let parts = text.split(separator: "/").map(String.init)
  return NamespacedName(namespace: parts[0], name: parts[1])
}

func port(
  _ number: UInt16, _ name: String = "", _ transport: TransportProtocol = .tcp, target: TargetPort? = nil,
  nodePort: UInt16 = 0
) -> ServicePort {
  ServicePort(
    name: name, transport: transport, port: number, nodePort: nodePort, targetPort: target, position: at(11))
}

func service(
  _ name: String, _ kind: Service.Kind = .clusterIP, selector: [String: String] = ["app": "web"],
  ports: [ServicePort] = [port(80)], clusterIPs: [String] = [], families: [IPFamily] = [],
  policy: Service.FamilyPolicy? = nil
) -> Service {
  var service = Service(name: named(name), position: at(10))
  service.kind = kind
  service.selector = selector
  service.ports = ports
  service.clusterIPs = clusterIPs.map { Located(ip($0), at: at(12)) }
  service.ipFamilies = families
  service.ipFamilyPolicy = policy
  return service
}

/// A Pod as `kubectl get` prints it: running and ready, unless told otherwise.
func pod(
  _ name: String, _ addresses: [String], labels: [String: String] = ["app": "web"], node: String? = "worker-1",
  ready: Bool = true, deleting: Bool = false, phase: Pod.Phase? = .running, ports: [Pod.ContainerPort] = []
) -> Pod {
  var pod = Pod(name: named(name), position: at(20))
  pod.labels = labels
  pod.addresses = addresses.map { Located(ip($0), at: at(21)) }
  pod.phase = phase
  pod.isReady = ready
  pod.isDeleting = deleting
  pod.nodeName = node
  pod.containerPorts = ports
  return pod
}

/// A Pod as people write it: no status, no Node.
func writtenPod(_ name: String, labels: [String: String] = ["app": "web"], node: String? = nil) -> Pod {
  var pod = Pod(name: named(name), position: at(20))
  pod.labels = labels
  pod.nodeName = node
  return pod
}

func container(_ number: UInt16, _ name: String, _ transport: TransportProtocol = .tcp) -> Pod.ContainerPort {
  Pod.ContainerPort(name: name, transport: transport, port: number, position: at(22))
}

func node(_ name: String, zone: String? = nil, addresses: [String] = [], podCIDRs: [String] = []) -> Node {
  var node = Node(name: name, position: at(30))
  node.zone = zone
  node.addresses = addresses.map { Located(ip($0), at: at(31)) }
  node.podCIDRs = podCIDRs.map { Located(prefix($0), at: at(32)) }
  return node
}

func serviceCIDR(_ name: String, _ cidrs: String...) -> ServiceCIDR {
  ServiceCIDR(name: name, position: at(40), cidrs: cidrs.map { Located(prefix($0), at: at(41)) })
}

func slice(_ name: String, of owner: String) -> EndpointSlice {
  var slice = EndpointSlice(name: named(name), position: at(50), addressType: .ipv4)
  slice.serviceName = owner
  return slice
}

func objects(
  _ services: [Service], pods: [Pod] = [], nodes: [Node] = [], cidrs: [ServiceCIDR] = [],
  endpoints: [Endpoints] = [], slices: [EndpointSlice] = []
) -> ObjectSet {
  var objects = ObjectSet()
  objects.files = ["input.yaml"]
  objects.services = services
  objects.pods = pods
  objects.nodes = nodes
  objects.serviceCIDRs = cidrs
  objects.endpoints = endpoints
  objects.slices = slices
  return objects
}

func completed(
  _ objects: ObjectSet, _ change: (inout ClusterCompletion) -> Void = { _ in }
) -> (objects: ObjectSet, summary: ClusterCompletion.Summary) {
  var completion = ClusterCompletion()
  change(&completion)
  var objects = objects
  let summary = completion.complete(&objects)
  return (objects, summary)
}

/// Slices in one line each: `default/web-derived-1 IPv4 http=8080/TCP: 10.244.0.5 10.244.0.6(not ready)`
func lines(_ slices: [EndpointSlice]) -> [String] {
  slices.map { slice in
    let ports = slice.ports.map { "\($0.name ?? "null")=\($0.port ?? 0)/\($0.transport.rawValue)" }
    let endpoints = slice.endpoints.map { endpoint in
      var marks: [String] = []
      if !endpoint.isReady { marks.append("not ready") }
      if !endpoint.isServing { marks.append("not serving") }
      if endpoint.isTerminating { marks.append("terminating") }
      return "\(endpoint.address)" + (marks.isEmpty ? "" : "(\(marks.joined(separator: ", ")))")
    }
    let head = ([slice.addressType.rawValue] + ports).joined(separator: " ")
    return "\(slice.name) \(head): \(endpoints.joined(separator: " "))"
  }
}

/// What was said, without the place: `note: default/web: 1 endpoint derived ...`
func said(_ objects: ObjectSet) -> [String] {
  objects.diagnostics.map { diagnostic in
    var copy = diagnostic
    copy.position = nil
    return copy.text(files: objects.files)
  }
}

/// Numbers that are the same in every run: a linear congruential generator.
struct Repeatable: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ state >> 29
  }
}
