import Foundation
import HealthChecks
import KubernetesObjects
import NetworkAddresses
import ServicePlan
import Testing

@Suite struct HealthCheckPortsTests {
  private let nowhere = SourcePosition(file: 0, line: 1, column: 1)
  private let configuration = NodeConfiguration(nodeName: "worker-1")

  /// A Service `hc/NAME` with TCP ports a and b, both of the given endpoints.
  private func ports(
    named name: String = "web", check: UInt16 = 32600, _ endpoints: [String],
    _ change: (inout Service) -> Void = { _ in }
  ) throws -> [ServicePortPlan] {
    var service = Service(name: NamespacedName(namespace: "hc", name: name), position: nowhere)
    service.kind = .loadBalancer
    service.externalTrafficPolicy = .local
    service.healthCheckNodePort = check
    service.clusterIPs = [Located(IPAddress(ipv4: 0x0a60_0001), at: nowhere)]
    service.ipFamilies = [.ipv4]
    service.ports = ["a", "b"].enumerated().map {
      ServicePort(name: $1, transport: .tcp, port: 80 + UInt16($0), position: nowhere)
    }
    change(&service)
    var slice = EndpointSlice(
      name: NamespacedName(namespace: "hc", name: name + "-1"), position: nowhere, addressType: .ipv4)
    slice.serviceName = name
    slice.ports = ["a", "b"].enumerated().map {
      EndpointPort(name: $1, transport: .tcp, port: 8080 + UInt16($0), position: nowhere)
    }
    slice.endpoints = try endpoints.map { text in
      let words = text.split(separator: " ")
      var endpoint = Endpoint(address: try #require(IPAddress(words[0])), position: nowhere)
      endpoint.nodeName = words.contains("remote") ? "worker-2" : "worker-1"
      endpoint.isReady = !words.contains("unready")
      endpoint.isTerminating = words.contains("terminating")
      return endpoint
    }
    return ServicePlanner(family: .ipv4, configuration: configuration).plan(service, slices: [slice])
  }

  private func table(_ ports: [ServicePortPlan]...) -> HealthCheckPorts {
    HealthCheckPorts(NodePlan(family: .ipv4, configuration: configuration, servicePorts: ports.flatMap(\.self)))
  }

  @Test func existForLocalLoadBalancersOnly() throws {
    // HC-1
    #expect(table(try ports([])).entries.keys.sorted() == [32600])
    #expect(table(try ports([]) { $0.kind = .nodePort }).entries.isEmpty)
    #expect(table(try ports([]) { $0.externalTrafficPolicy = .cluster }).entries.isEmpty)
    #expect(table(try ports([]) { $0.healthCheckNodePort = 0 }).entries.isEmpty)
  }

  /// HC-3
  @Test(arguments: [
    (["10.244.1.1"], 1),
    (["10.244.1.1", "10.244.1.2"], 2),
    (["10.244.1.1", "10.244.2.1 remote"], 1),
    (["10.244.2.1 remote"], 0),
    (["10.244.1.1 unready"], 0),
    // It takes traffic, for want of a better one (CAT-4), but does not count.
    (["10.244.1.1 unready terminating"], 0),
    ([], 0),
  ])
  func countDistinctAddressesOfReadyLocalEndpoints(endpoints: [String], count: Int) throws {
    #expect(table(try ports(endpoints)).entries[32600]?.localEndpoints == count)
  }

  @Test func oneServiceHasAPort() throws {
    let ports = table(
      try ports(named: "a", ["10.244.1.1"]), try ports(named: "b", []), try ports(named: "c", check: 32601, []))
    #expect(ports.entries[32600]?.service.name == "a")
    #expect(ports.entries[32601]?.service.name == "c")
    #expect(ports.clashes.map(\.loser.name) == ["b"])
  }

  @Test func listenersFollow() throws {
    // HC-2
    let before = table(try ports(named: "a", ["10.244.1.1"]), try ports(named: "b", check: 32601, []))
    #expect(before.change(from: before).isEmpty)
    #expect(before.change(from: table(try ports(named: "a", []), try ports(named: "b", check: 32601, []))).isEmpty)
    let moved = table(try ports(named: "a", check: 32602, []), try ports(named: "b", check: 32601, []))
    #expect(moved.change(from: before).closed == [32600])
    #expect(moved.change(from: before).opened == [32602])
    let taken = table(try ports(named: "b", check: 32600, []))
    #expect(taken.change(from: before).closed == [32600, 32601])
    #expect(taken.change(from: before).opened == [32600])
  }

  @Test func listenWhereNodePortsAre() throws {
    // HC-2
    var restricted = NodeConfiguration(nodeName: "worker-1")
    restricted.interfaceAddresses = [try #require(IPAddress("192.0.2.11")), try #require(IPAddress("198.51.100.11"))]
    #expect(HealthCheckPorts.listenAddresses(.ipv4, restricted, for: .iptables).map(\.description) == ["0.0.0.0"])
    #expect(HealthCheckPorts.listenAddresses(.ipv6, restricted, for: .iptables).map(\.description) == ["::"])
    restricted.nodePortAddresses = [.prefix(try #require(IPPrefix("192.0.2.0/24")))]
    #expect(HealthCheckPorts.listenAddresses(.ipv4, restricted, for: .nftables).map(\.description) == ["192.0.2.11"])
  }

  /// HC-4
  @Test(arguments: [(2, true, 200), (2, false, 503), (0, true, 503), (0, false, 503)])
  func answer(localEndpoints: Int, isProxyHealthy: Bool, status: Int) throws {
    let entry = HealthCheckPorts.Entry(
      service: NamespacedName(namespace: "hc", name: "web"), localEndpoints: localEndpoints)
    let answer = HealthCheckAnswer(entry, isProxyHealthy: isProxyHealthy)
    #expect(answer.status == status)
    let headers = Dictionary(uniqueKeysWithValues: answer.headers.map { ($0.name, $0.value) })
    #expect(
      headers == [
        "Content-Type": "application/json", "X-Content-Type-Options": "nosniff",
        "X-Load-Balancing-Endpoint-Weight": "\(localEndpoints)",
      ])
    let body = try #require(try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any])
    #expect(body["service"] as? [String: String] == ["namespace": "hc", "name": "web"])
    #expect(body["localEndpoints"] as? Int == localEndpoints)
    #expect(body["serviceProxyHealthy"] as? Bool == isProxyHealthy)
    #expect(body.count == 3)
  }

  @Test func oddNamesDoNotBreakTheBody() throws {
    let entry = HealthCheckPorts.Entry(
      service: NamespacedName(namespace: "a\"b\\", name: "c\n\u{1}é"), localEndpoints: 1)
    let body = HealthCheckAnswer(entry, isProxyHealthy: true).body
    let json = try #require(try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])
    #expect(json["service"] as? [String: String] == ["namespace": "a\"b\\", "name": "c\n\u{1}é"])
  }
}
