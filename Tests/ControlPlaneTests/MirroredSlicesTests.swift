import ControlPlane
import KubernetesObjects
import NetworkAddresses
import Testing

@Suite struct MirroredSlicesTests {
  let db = service("default/db", selector: [:], ports: [port(5432)], clusterIPs: ["10.96.0.30"])

  private func address(_ text: String, ready: Bool = true, node: String? = nil) -> Endpoints.Address {
    Endpoints.Address(address: ip(text), nodeName: node, isReady: ready, position: at(61))
  }

  private func endpointPort(_ number: UInt16, _ name: String? = "", _ transport: TransportProtocol = .tcp)
    -> EndpointPort
  {
    EndpointPort(name: name, transport: transport, port: number, position: at(62))
  }

  private func endpoints(_ name: String = "default/db", _ subsets: Endpoints.Subset...) -> Endpoints {
    var endpoints = Endpoints(name: named(name), position: at(60))
    endpoints.subsets = subsets
    return endpoints
  }

  @Test func aServiceWithoutSelector() {
    let written = endpoints(
      "default/db",
      Endpoints.Subset(
        addresses: [address("192.0.2.8", ready: false), address("192.0.2.7", node: "worker-1")],
        ports: [endpointPort(5432, nil)]))
    let (result, summary) = completed(objects([db], endpoints: [written]))
    #expect(
      lines(result.slices) == ["default/db-mirrored-1 IPv4 =5432/TCP: 192.0.2.7 192.0.2.8(not ready)"])
    #expect(said(result) == ["note: default/db: 2 endpoints mirrored from Endpoints (no EndpointSlices in the input)"])
    #expect(result.diagnostics[0].position == db.position)
    #expect(result.slices[0].origin == .mirroredFromEndpoints)
    #expect(result.slices[0].owner == db.name)
    #expect(result.slices[0].position == at(60))
    #expect(result.slices[0].endpoints.map(\.nodeName) == ["worker-1", nil])
    #expect(summary.mirroredServices == 1)
  }

  @Test func aSliceForEachFamilyAndEachSetOfPorts() {
    let written = endpoints(
      "default/db",
      Endpoints.Subset(
        addresses: [address("2001:db8::7"), address("192.0.2.7")],
        ports: [endpointPort(5432, "sql"), endpointPort(9187, "metrics")]),
      // The same ports in another order.
      Endpoints.Subset(
        addresses: [address("192.0.2.8")], ports: [endpointPort(9187, "metrics"), endpointPort(5432, "sql")]),
      Endpoints.Subset(addresses: [address("192.0.2.9")], ports: [endpointPort(6432, "sql")]),
      Endpoints.Subset(addresses: [], ports: [endpointPort(1, "none")]))
    let (result, _) = completed(objects([db], endpoints: [written]))
    #expect(
      lines(result.slices) == [
        "default/db-mirrored-1 IPv4 sql=5432/TCP metrics=9187/TCP: 192.0.2.7 192.0.2.8",
        "default/db-mirrored-2 IPv4 sql=6432/TCP: 192.0.2.9",
        "default/db-mirrored-3 IPv6 sql=5432/TCP metrics=9187/TCP: 2001:db8::7",
      ])
  }

  @Test func aLaterEntryForAnAddressReplacesTheEarlier() {
    let written = endpoints(
      "default/db",
      Endpoints.Subset(
        addresses: [address("192.0.2.7", ready: false), address("192.0.2.7")], ports: [endpointPort(5432)]))
    let (result, _) = completed(objects([db], endpoints: [written]))
    #expect(lines(result.slices) == ["default/db-mirrored-1 IPv4 =5432/TCP: 192.0.2.7(not ready)"])
  }

  @Test func aThousandAddressesOfASubset() {
    let many = (0..<1002).map { address("10.1.\($0 / 250).\($0 % 250)", ready: $0 > 1) }
    let written = endpoints("default/db", Endpoints.Subset(addresses: many, ports: [endpointPort(5432)]))
    let (result, _) = completed(objects([db], endpoints: [written]))
    #expect(result.slices.map(\.endpoints.count) == [1000])
    // The ready ones come first.
    #expect(result.slices[0].endpoints.allSatisfy { $0.isReady })
    #expect(
      said(result).last
        == "warning: default/db: subsets: 2 addresses beyond the first 1000 of a subset are not mirrored")
  }

  @Test func skippedObjects() {
    var written = endpoints(
      "default/db", Endpoints.Subset(addresses: [address("192.0.2.7")], ports: [endpointPort(5432)]))
    written.skipsMirroring = true
    let (result, summary) = completed(objects([db], endpoints: [written]))
    #expect(result.slices.isEmpty)
    #expect(summary.mirroredServices == 0)
    #expect(
      said(result) == [
        "note: default/db: its Endpoints are marked as not to be mirrored: the Service has no endpoints"
      ])
  }

  @Test func theApiServersOwnServiceIsServed() {
    var written = endpoints(
      "default/kubernetes",
      Endpoints.Subset(addresses: [address("192.0.2.2")], ports: [endpointPort(6443, "https")]))
    written.skipsMirroring = true
    let api = service("default/kubernetes", selector: [:], ports: [port(443, "https")], clusterIPs: ["10.96.0.1"])
    let (result, _) = completed(objects([api], endpoints: [written]))
    #expect(lines(result.slices) == ["default/kubernetes-mirrored-1 IPv4 https=6443/TCP: 192.0.2.2"])
  }

  @Test func writtenSlicesComeFirst() {
    let written = endpoints(
      "default/db", Endpoints.Subset(addresses: [address("192.0.2.7")], ports: [endpointPort(5432)]))
    let own = slice("default/db-1", of: "db")
    let (result, _) = completed(objects([db], endpoints: [written], slices: [own]))
    #expect(result.slices == [own])
    #expect(result.diagnostics.isEmpty)
  }

  @Test func endpointsWithoutAServiceAreNothing() {
    let written = endpoints(
      "default/leader", Endpoints.Subset(addresses: [address("192.0.2.7")], ports: [endpointPort(5432)]))
    let (result, _) = completed(objects([db], endpoints: [written]))
    #expect(result.slices.isEmpty)
    #expect(result.diagnostics.isEmpty)
  }

  @Test func emptyEndpointsSayNothing() {
    let (result, summary) = completed(objects([db], endpoints: [endpoints()]))
    #expect(result.slices.isEmpty)
    #expect(result.diagnostics.isEmpty)
    #expect(summary.mirroredServices == 0)
  }

  struct Sources: Sendable {
    var podLabels: [String: String]?
    var expected: EndpointSlice.Origin
  }

  /// A Service with a selector has Endpoints as well as slices; its Pods say more.
  @Test(arguments: [
    Sources(podLabels: nil, expected: .mirroredFromEndpoints),
    Sources(podLabels: ["app": "other"], expected: .mirroredFromEndpoints),
    Sources(podLabels: ["app": "web"], expected: .derivedFromPods),
  ])
  func aServiceWithSelector(_ sources: Sources) {
    let web = service("default/web", clusterIPs: ["10.96.0.20"])
    let written = endpoints(
      "default/web", Endpoints.Subset(addresses: [address("192.0.2.7")], ports: [endpointPort(80)]))
    let pods = sources.podLabels.map { [pod("default/a", ["10.0.0.1"], labels: $0)] } ?? []
    let (result, _) = completed(objects([web], pods: pods, endpoints: [written]))
    #expect(result.slices.map(\.origin) == [sources.expected])
  }
}
