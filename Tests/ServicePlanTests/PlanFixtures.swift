import KubernetesObjects
import NetworkAddresses
import ServicePlan
import Testing

let nowhere = SourcePosition(file: 0, line: 1, column: 1)

func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }

func prefix(_ text: String) throws -> IPPrefix { try #require(IPPrefix(text)) }

/// A Service `default/web` with one TCP port 80.
func makeService(_ change: (inout Service) throws -> Void = { _ in }) throws -> Service {
  var service = Service(name: NamespacedName(namespace: "default", name: "web"), position: nowhere)
  service.clusterIPs = [Located(try address("10.96.0.10"), at: nowhere)]
  service.ipFamilies = [.ipv4]
  service.ports = [ServicePort(name: "http", transport: .tcp, port: 80, position: nowhere)]
  try change(&service)
  return service
}

/// An endpoint in words: `10.244.1.5@node-1 unready terminating zone=a,b node=node-1`.
func makeEndpoint(_ words: String) throws -> Endpoint {
  var parts = words.split(separator: " ").map(String.init)
  let place = parts.removeFirst().split(separator: "@").map(String.init)
  var endpoint = Endpoint(address: try address(place[0]), position: nowhere)
  endpoint.nodeName = place.count > 1 ? place[1] : nil
  var hints = EndpointHints()
  for part in parts {
    switch part {
    case "unready": endpoint.isReady = false
    case "unserving": endpoint.isServing = false
    case "terminating": endpoint.isTerminating = true
    case _ where part.hasPrefix("zone="):
      hints.forZones = part.dropFirst(5).split(separator: ",").map(String.init)
    case _ where part.hasPrefix("node="):
      hints.forNodes = part.dropFirst(5).split(separator: ",").map(String.init)
    default: Issue.record("unknown word \(part)")
    }
  }
  if hints != EndpointHints() { endpoint.hints = hints }
  return endpoint
}

/// A slice of `default/web` with port http 8080/tcp.
func makeSlice(
  _ endpoints: [String], name: String = "web-1", _ change: (inout EndpointSlice) -> Void = { _ in }
) throws -> EndpointSlice {
  var slice = EndpointSlice(
    name: NamespacedName(namespace: "default", name: name), position: nowhere, addressType: .ipv4)
  slice.serviceName = "web"
  slice.ports = [EndpointPort(name: "http", transport: .tcp, port: 8080, position: nowhere)]
  slice.endpoints = try endpoints.map(makeEndpoint)
  change(&slice)
  return slice
}

/// The plan of the first port on node-1 in zone a.
func makePlan(
  _ service: Service, _ slices: [EndpointSlice], _ change: (inout NodeConfiguration) -> Void = { _ in }
) throws -> ServicePortPlan {
  var configuration = NodeConfiguration(nodeName: "node-1")
  configuration.zone = "a"
  change(&configuration)
  return try #require(
    ServicePlanner(family: .ipv4, configuration: configuration).plan(service, slices: slices).first)
}

extension [Backend] {
  /// Addresses without ports.
  var addresses: [String] { map(\.address.description) }
}
