import ConnectionTracking
import KubernetesObjects
import NetworkAddresses
import ServicePlan
import Testing

/// Two ends in words: `10.96.0.10:53`.
func end(_ text: String) throws -> ConnectionEnd {
  let colon = try #require(text.lastIndex(of: ":"))
  let host = text[..<colon].trimmingPrefix("[")
  let address = try #require(IPAddress(host.hasSuffix("]") ? host.dropLast() : host))
  return ConnectionEnd(address, try #require(UInt16(text[text.index(after: colon)...])))
}

/// A connection from one end to another, which is translated to a third unless that is nil.
func connection(
  _ source: String, to destination: String, at backend: String? = nil, _ transport: TransportProtocol = .udp,
  zone: UInt16 = 0
) throws -> TrackedConnection {
  TrackedConnection(
    transport: transport, originalSource: try end(source), originalDestination: try end(destination),
    replySource: try end(backend ?? destination), replyDestination: try end(source), zone: zone)
}

/// A plan of one UDP service port `u/dns:d`.
func plan(
  _ family: IPFamily = .ipv4, clusterIP: String = "10.96.0.10", nodePort: UInt16 = 0, serving: [String]
) throws -> NodePlan {
  let position = SourcePosition(file: 0, line: 1, column: 1)
  var service = Service(name: NamespacedName(namespace: "u", name: "dns"), position: position)
  service.clusterIPs = [Located(try #require(IPAddress(clusterIP)), at: position)]
  service.ipFamilies = [family]
  service.ports = [ServicePort(name: "d", transport: .udp, port: 53, position: position)]
  service.ports[0].nodePort = nodePort
  var slice = EndpointSlice(
    name: NamespacedName(namespace: "u", name: "dns-1"), position: position,
    addressType: family == .ipv4 ? .ipv4 : .ipv6)
  slice.serviceName = "dns"
  slice.ports = [EndpointPort(name: "d", transport: .udp, port: 1053, position: position)]
  slice.endpoints = try serving.map { Endpoint(address: try #require(IPAddress($0)), position: position) }
  let configuration = NodeConfiguration(nodeName: "worker-1")
  return NodePlan(
    family: family, configuration: configuration,
    servicePorts: ServicePlanner(family: family, configuration: configuration).plan(service, slices: [slice]))
}
