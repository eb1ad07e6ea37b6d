import KubernetesObjects
import NetworkAddresses
import ServicePlan
import Testing

@Suite struct EndpointSelectionTests {
  /// Endpoints, and the cluster set on node-1 in zone a.
  @Test(arguments: [
    (["10.0.0.1", "10.0.0.2 unready"], ["10.0.0.1"]),  // CAT-1
    (["10.0.0.1 unready terminating", "10.0.0.2 unready"], ["10.0.0.1"]),  // CAT-2
    (["10.0.0.1 unready terminating unserving"], []),
    (["10.0.0.1 unready"], []),
    (["10.0.0.1 terminating", "10.0.0.2"], ["10.0.0.1", "10.0.0.2"]),  // EPC-2: ready is what counts
    (["10.0.0.1", "10.0.0.10"], ["10.0.0.10", "10.0.0.1"]),  // EPS-12: by text, "10.0.0.10:" before "10.0.0.1:"
    (["10.0.0.1 node=node-1", "10.0.0.2 node=node-2"], ["10.0.0.1"]),  // TOPO-1
    (["10.0.0.1 node=node-1", "10.0.0.2"], ["10.0.0.1", "10.0.0.2"]),  // TOPO-1: not all have one
    (["10.0.0.1 zone=a", "10.0.0.2 zone=b", "10.0.0.3 zone=b,a"], ["10.0.0.1", "10.0.0.3"]),  // TOPO-3
    (["10.0.0.1 zone=b", "10.0.0.2 zone=c"], ["10.0.0.1", "10.0.0.2"]),
    (["10.0.0.1 zone=a", "10.0.0.2 zone=b", "10.0.0.3 unready"], ["10.0.0.1"]),  // TOPO-5
    (["10.0.0.1 node=node-9 zone=a", "10.0.0.2 node=node-8 zone=b"], ["10.0.0.1"]),  // TOPO-2
    (["10.0.0.1 unready terminating zone=b"], ["10.0.0.1"]),  // TOPO-7
  ])
  func clusterSet(endpoints: [String], expected: [String]) throws {
    let plan = try makePlan(makeService(), [makeSlice(endpoints)])
    #expect(plan.clusterBackends.addresses == expected)
    #expect(plan.hasEndpoints == !expected.isEmpty)
    #expect(plan.internalRefusal == (expected.isEmpty ? .reject : nil))
  }

  @Test func zoneHintsNeedAZone() throws {
    let slice = try makeSlice(["10.0.0.1 zone=a", "10.0.0.2 zone=b"])
    let plan = try makePlan(makeService(), [slice]) { $0.zone = nil }
    #expect(plan.clusterBackends.addresses == ["10.0.0.1", "10.0.0.2"])
  }

  /// Endpoints, the local set, and what becomes of cluster IP traffic with internal policy Local.
  @Test(arguments: [
    (["10.0.0.1@node-1", "10.0.0.2@node-2"], ["10.0.0.1"], nil),
    (["10.0.0.2@node-2"], [], ServicePortPlan.Refusal.drop),
    (["10.0.0.1"], [], .drop),  // EPS-7
    (["10.0.0.1@node-1 unready terminating", "10.0.0.2@node-2"], ["10.0.0.1"], nil),  // CAT-4
    (["10.0.0.1@node-1 unready"], [], .reject),
    (["10.0.0.2@node-2 unready terminating"], [], .drop),  // CAT-6
    (["10.0.0.1@node-1 zone=b", "10.0.0.2@node-2 zone=a"], ["10.0.0.1"], nil),  // TOPO-8
  ])
  func localSet(endpoints: [String], expected: [String], refusal: ServicePortPlan.Refusal?) throws {
    let service = try makeService { $0.internalTrafficPolicy = .local }
    let plan = try makePlan(service, [makeSlice(endpoints)])
    #expect(plan.localBackends.addresses == expected)
    #expect(plan.internalRefusal == refusal)
    // CAT-5: nothing else would use it.
    #expect(plan.clusterBackends.isEmpty)
  }

  @Test func externalPolicyUsesBothSets() throws {
    let service = try makeService {
      $0.kind = .nodePort
      $0.externalTrafficPolicy = .local
      $0.ports[0].nodePort = 30080
    }
    let plan = try makePlan(service, [makeSlice(["10.0.0.1@node-1", "10.0.0.2@node-2"])])
    #expect(plan.clusterBackends.addresses == ["10.0.0.1", "10.0.0.2"])
    #expect(plan.localBackends.addresses == ["10.0.0.1"])
    #expect(plan.reachableBackends.addresses == ["10.0.0.1", "10.0.0.2"])
    #expect(plan.externalRefusal == nil)
  }

  @Test func externalPolicyCountsOnlyWhereThereIsAnExternalFrontend() throws {
    let plan = try makePlan(
      makeService { $0.externalTrafficPolicy = .local }, [makeSlice(["10.0.0.2@node-2"])])
    #expect(plan.externalPolicy == .cluster)
    #expect(!plan.usesLocalBackends)
  }

  // MARK: Slices

  @Test func mergesSlicesAndKeepsTheEndpointThatStays() throws {
    let slices = [
      try makeSlice(["10.0.0.1 unready terminating", "10.0.0.2"], name: "web-1"),
      try makeSlice(["10.0.0.1", "10.0.0.3"], name: "web-2"),
    ]
    for order in [slices, slices.reversed()] {
      let plan = try makePlan(makeService(), order)
      #expect(plan.clusterBackends.addresses == ["10.0.0.1", "10.0.0.2", "10.0.0.3"])
    }
  }

  @Test func joinsPortsByNameAndProtocol() throws {
    let slice = try makeSlice(["10.0.0.1"]) {
      $0.ports = [
        EndpointPort(name: "http", transport: .udp, port: 1, position: nowhere),
        EndpointPort(name: "", transport: .tcp, port: 2, position: nowhere),
        EndpointPort(name: nil, transport: .tcp, port: 3, position: nowhere),
        EndpointPort(name: "http", transport: .tcp, port: nil, position: nowhere),
        EndpointPort(name: "http", transport: .tcp, port: 8443, position: nowhere),
      ]
    }
    let plan = try makePlan(makeService(), [slice])
    #expect(plan.clusterBackends.map(\.key) == ["10.0.0.1:8443"])
  }

  @Test func passesOverSlicesOfOtherFamiliesAndHeadlessOnes() throws {
    let slices = [
      try makeSlice(["fd00::1"], name: "six") { $0.addressType = .ipv6 },
      try makeSlice(["10.0.0.1"], name: "name") { $0.addressType = .fqdn },
      try makeSlice(["10.0.0.2"], name: "headless") { $0.isHeadless = true },
    ]
    #expect(try makePlan(makeService(), slices).clusterBackends.isEmpty)
  }
}
