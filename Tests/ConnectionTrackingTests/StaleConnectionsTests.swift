import ConnectionTracking
import KubernetesObjects
import NetworkAddresses
import ServicePlan
import Testing

@Suite struct StaleConnectionsTests {
  private let nowhere = SourcePosition(file: 0, line: 1, column: 1)

  private func end(_ text: String) throws -> ConnectionEnd {
    let colon = try #require(text.lastIndex(of: ":"))
    let host = String(text[..<colon]).replacing("[", with: "").replacing("]", with: "")
    return ConnectionEnd(
      try #require(IPAddress(host)), try #require(UInt16(text[text.index(after: colon)...])))
  }

  private func connection(
    to destination: String, at backend: String? = nil, _ transport: TransportProtocol = .udp
  ) throws -> TrackedConnection {
    let destination = try end(destination)
    let client = try end(destination.address.family == .ipv4 ? "10.244.1.9:40000" : "[fd00:244::9]:40000")
    return TrackedConnection(
      transport: transport, originalSource: client, originalDestination: destination,
      replySource: try backend.map(end) ?? destination, replyDestination: client)
  }

  /// A load balancer `u/NAME` with a UDP port 53 and node port 30053.
  private func plan(
    named name: String = "dns", clusterIP: String = "10.96.0.10", _ endpoints: [String],
    _ change: (inout Service, inout EndpointSlice) -> Void = { _, _ in }
  ) throws -> NodePlan {
    let clusterIP = try #require(IPAddress(clusterIP))
    var service = Service(name: NamespacedName(namespace: "u", name: name), position: nowhere)
    service.kind = .loadBalancer
    service.clusterIPs = [Located(clusterIP, at: nowhere)]
    service.ipFamilies = [clusterIP.family]
    service.ports = [ServicePort(name: "d", transport: .udp, port: 53, position: nowhere)]
    service.ports[0].nodePort = 30053
    service.externalIPs = [Located(try #require(IPAddress("198.51.100.7")), at: nowhere)]
    service.loadBalancerIngress = [
      LoadBalancerIngress(address: IPAddress("198.18.0.7"), hostname: nil, mode: .vip, position: nowhere)
    ]
    var slice = EndpointSlice(
      name: NamespacedName(namespace: "u", name: name + "-1"), position: nowhere,
      addressType: clusterIP.family == .ipv4 ? .ipv4 : .ipv6)
    slice.serviceName = name
    slice.ports = [EndpointPort(name: "d", transport: .udp, port: 1053, position: nowhere)]
    slice.endpoints = try endpoints.map { text in
      let words = text.split(separator: " ")
      var endpoint = Endpoint(address: try #require(IPAddress(words[0])), position: nowhere)
      endpoint.isReady = !words.contains("unready")
      endpoint.isServing = !words.contains("unserving")
      endpoint.isTerminating = words.contains("terminating")
      return endpoint
    }
    change(&service, &slice)
    let configuration = NodeConfiguration(nodeName: "worker-1")
    return NodePlan(
      family: clusterIP.family, configuration: configuration,
      servicePorts: ServicePlanner(family: clusterIP.family, configuration: configuration)
        .plan(service, slices: [slice]))
  }

  @Test(arguments: ["10.96.0.10:53", "198.51.100.7:53", "198.18.0.7:53", "192.0.2.11:30053", "10.244.7.7:30053"])
  func condemnsWhatLeadsToNoServingEndpoint(frontend: String) throws {
    // CT-3
    let stale = StaleConnections([try plan(["10.244.2.2"])])
    #expect(stale.reason(try connection(to: frontend, at: "10.244.2.2:1053")) == nil)
    let gone = try end("10.244.9.9:1053")
    let reason = try #require(stale.reason(try connection(to: frontend, at: "10.244.9.9:1053")))
    #expect(reason.cause == .notServing(gone))
    #expect(reason.servicePort == "u/dns:d")
    let destination = try end(frontend)
    #expect(reason.frontend == (destination.port == 53 ? .address(destination) : .nodePort(30053)))
    // Of an endpoint the port counts, too.
    #expect(stale.reason(try connection(to: frontend, at: "10.244.2.2:53")) != nil)
  }

  @Test(arguments: ["10.96.0.10:54", "10.96.0.11:53", "198.51.100.8:53", "192.0.2.11:30054"])
  func leavesWhatIsToNoFrontend(frontend: String) throws {
    let stale = StaleConnections([try plan(["10.244.2.2"])])
    #expect(stale.reason(try connection(to: frontend, at: "10.244.9.9:1053")) == nil)
    #expect(stale.reason(try connection(to: frontend)) == nil)
  }

  @Test(arguments: [TransportProtocol.tcp, .sctp])
  func leavesOtherProtocols(transport: TransportProtocol) throws {
    let stale = StaleConnections([try plan(["10.244.2.2"])])
    #expect(stale.reason(try connection(to: "10.96.0.10:53", at: "10.244.9.9:1053", transport)) == nil)
    let other = StaleConnections([
      try plan(["10.244.2.2"]) { service, slice in
        service.ports[0].transport = transport
        slice.ports[0].transport = transport
      }
    ])
    #expect(other.isEmpty)
    #expect(other.reason(try connection(to: "10.96.0.10:53", at: "10.244.9.9:1053")) == nil)
  }

  /// Serving alone counts (CT-3): not readiness, termination, policies, locality or hints.
  @Test(arguments: [
    ("10.244.2.2", true), ("10.244.2.2 unready", true), ("10.244.2.2 unready terminating", true),
    ("10.244.2.2 terminating", true), ("10.244.2.2 unserving", false), ("10.244.2.2 unready unserving", false),
  ])
  func asksWhetherAnEndpointServes(endpoint: String, mayStay: Bool) throws {
    for isLocal in [false, true] {
      let stale = StaleConnections([
        try plan([endpoint, "10.244.2.3"]) { service, slice in
          if isLocal {
            service.internalTrafficPolicy = .local
            service.externalTrafficPolicy = .local
          }
          slice.endpoints[0].hints = EndpointHints(forZones: ["elsewhere"])
          slice.endpoints[0].nodeName = "worker-2"
        }
      ])
      #expect((stale.reason(try connection(to: "10.96.0.10:53", at: "10.244.2.2:1053")) == nil) == mayStay)
    }
  }

  @Test func condemnsUntranslatedOnesOnceThereIsAnEndpoint() throws {
    // CT-4
    let stale = StaleConnections([try plan(["10.244.2.2"])])
    #expect(stale.reason(try connection(to: "10.96.0.10:53"))?.cause == .untranslated)
    #expect(stale.reason(try connection(to: "192.0.2.11:30053"))?.cause == .untranslated)
  }

  @Test(arguments: [[], ["10.244.2.2 unready unserving"]])
  func condemnsAllWhereNothingServes(endpoints: [String]) throws {
    // CT-5, NEW-1
    let stale = StaleConnections([try plan(endpoints)])
    #expect(stale.reason(try connection(to: "10.96.0.10:53", at: "10.244.2.2:1053"))?.cause == .noServingEndpoint)
    #expect(stale.reason(try connection(to: "192.0.2.11:30053"))?.cause == .noServingEndpoint)
  }

  @Test func eitherReadingCondemns() throws {
    // The address is that of one Service, the port is the node port of another (CT-3).
    let both = StaleConnections([
      try plan(["10.244.2.2"]),
      try plan(named: "other", clusterIP: "10.96.0.20", ["10.244.2.2"]) { service, slice in
        service.ports[0].port = 30053
        service.ports[0].nodePort = 0
        service.externalIPs = []
        service.loadBalancerIngress = []
        slice.ports[0].port = 2053
      },
    ])
    let reason = try #require(both.reason(try connection(to: "10.96.0.20:30053", at: "10.244.2.2:2053")))
    #expect(reason.frontend == .nodePort(30053))
  }

  @Test func keepsFamiliesApart() throws {
    // BASE-5: a node port of one family says nothing of the other.
    let stale = StaleConnections([try plan(["10.244.2.2"])])
    #expect(stale.reason(try connection(to: "[fd00::11]:30053", at: "[fd00:244::2]:1053")) == nil)
    let both = StaleConnections([
      try plan(["10.244.2.2"]), try plan(clusterIP: "fd00:96::10", ["fd00:244::2"]),
    ])
    #expect(both.reason(try connection(to: "[fd00::11]:30053", at: "[fd00:244::2]:1053")) == nil)
    #expect(both.reason(try connection(to: "[fd00::11]:30053", at: "[fd00:244::3]:1053")) != nil)
    #expect(both.reason(try connection(to: "[fd00:96::10]:53")) != nil)
  }

  @Test func findsEndpointsAmongMany() throws {
    let many = (1...200).map { "10.244.3.\($0)" }
    let stale = StaleConnections([try plan(many)])
    for endpoint in many {
      #expect(stale.reason(try connection(to: "10.96.0.10:53", at: endpoint + ":1053")) == nil)
    }
    #expect(stale.reason(try connection(to: "10.96.0.10:53", at: "10.244.3.201:1053")) != nil)
  }

  @Test func removedServicesCountAsEmpty() throws {
    // CT-6, NEW-2
    let before = [try plan(["10.244.2.2"])]
    let removed = ConntrackSweepTrigger.removed(from: before, to: [])
    #expect(removed.map(\.servicePorts.count) == [1])
    let stale = StaleConnections([], removed: removed)
    for frontend in ["10.96.0.10:53", "192.0.2.11:30053"] {
      #expect(stale.reason(try connection(to: frontend, at: "10.244.2.2:1053"))?.cause == .serviceRemoved)
    }
    // A new owner of the same frontends takes precedence.
    let after = [try plan(named: "heir", ["10.244.5.5"])]
    let inherited = StaleConnections(after, removed: ConntrackSweepTrigger.removed(from: before, to: after))
    #expect(inherited.reason(try connection(to: "10.96.0.10:53", at: "10.244.5.5:1053")) == nil)
    let reason = try #require(inherited.reason(try connection(to: "10.96.0.10:53", at: "10.244.2.2:1053")))
    #expect(reason.servicePort == "u/heir:d")
    #expect(ConntrackSweepTrigger.removed(from: before, to: before).isEmpty)
  }

  @Test func slicesWithUDPPortsCallForASweep() throws {
    // CT-1
    var slice = EndpointSlice(
      name: NamespacedName(namespace: "u", name: "dns-1"), position: nowhere, addressType: .ipv4)
    slice.serviceName = "dns"
    slice.ports = [EndpointPort(name: "d", transport: .udp, port: 1053, position: nowhere)]
    var changed = slice
    changed.endpoints = [Endpoint(address: IPAddress(ipv4: 1), position: nowhere)]
    #expect(ConntrackSweepTrigger.isCalledFor(from: nil, to: slice))
    #expect(ConntrackSweepTrigger.isCalledFor(from: slice, to: nil))
    #expect(ConntrackSweepTrigger.isCalledFor(from: slice, to: changed))
    #expect(!ConntrackSweepTrigger.isCalledFor(from: slice, to: slice))
    // The old state counts as well.
    var other = changed
    other.ports[0].transport = .tcp
    #expect(ConntrackSweepTrigger.isCalledFor(from: slice, to: other))
    #expect(ConntrackSweepTrigger.isCalledFor(from: other, to: slice))
    #expect(!ConntrackSweepTrigger.isCalledFor(from: nil, to: other))
    // Where it stands in a file is no change.
    var moved = slice
    moved.position = SourcePosition(file: 3, line: 7, column: 1)
    moved.ports[0].position = moved.position
    #expect(!ConntrackSweepTrigger.isCalledFor(from: slice, to: moved))
    #expect(!ConntrackSweepTrigger.isCalledFor(from: [slice], to: [moved]))
    #expect(ConntrackSweepTrigger.isCalledFor(from: [slice], to: [changed]))
    #expect(ConntrackSweepTrigger.isCalledFor(from: [], to: [changed]))
    #expect(ConntrackSweepTrigger.isCalledFor(from: [slice], to: []))
    var orphan = slice
    orphan.serviceName = nil
    #expect(!ConntrackSweepTrigger.isCalledFor(from: nil, to: orphan))
  }
}
