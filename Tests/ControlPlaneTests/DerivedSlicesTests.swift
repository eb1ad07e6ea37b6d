import ControlPlane
import KubernetesObjects
import NetworkAddresses
import Testing

@Suite struct DerivedSlicesTests {
  let web = service("default/web", clusterIPs: ["10.96.0.20"], families: [.ipv4])

  // MARK: - Selection

  @Test func threeReplicasBecomeOneSlice() {
    let (result, summary) = completed(
      objects([web], pods: ["b", "c", "a"].map { pod("default/\($0)", ["10.244.0.\($0.utf8.first!)"]) }))
    #expect(lines(result.slices) == ["default/web-derived-1 IPv4 =80/TCP: 10.244.0.97 10.244.0.98 10.244.0.99"])
    #expect(said(result) == ["note: default/web: 3 endpoints derived from Pods (no EndpointSlices in the input)"])
    #expect(result.diagnostics[0].position == web.position)
    #expect(result.slices[0].origin == .derivedFromPods)
    #expect(result.slices[0].owner == web.name)
    #expect(summary.derivedServices == 1)
    #expect(summary.assumedPods == 0)
  }

  static let selections: [(selector: [String: String], expected: [String])] = [
    (["app": "web"], ["10.0.0.1", "10.0.0.2"]),
    (["app": "web", "tier": "front"], ["10.0.0.1"]),
    (["tier": "front", "app": "web"], ["10.0.0.1"]),
    (["app": "web", "tier": "back"], ["10.0.0.2"]),
    (["app": "web", "tier": "none"], []),
    (["app": "web", "stage": "test"], []),
    (["tier": "front"], ["10.0.0.1", "10.0.0.3"]),
    (["app": ""], []),
    ([:], []),
  ]

  @Test(arguments: selections)
  func everyPairOfTheSelectorMustMatch(_ vector: (selector: [String: String], expected: [String])) {
    let web = service("default/web", selector: vector.selector, clusterIPs: ["10.96.0.20"])
    let (result, _) = completed(
      objects(
        [web],
        pods: [
          pod("default/a", ["10.0.0.1"], labels: ["app": "web", "tier": "front", "x": "y"]),
          pod("default/b", ["10.0.0.2"], labels: ["app": "web", "tier": "back"]),
          pod("default/c", ["10.0.0.3"], labels: ["app": "db", "tier": "front"]),
          pod("other/d", ["10.0.0.4"], labels: ["app": "web", "tier": "front"]),
          pod("default/e", ["10.0.0.5"], labels: [:]),
        ]))
    #expect(result.slices.flatMap(\.endpoints).map(\.address.description) == vector.expected)
  }

  @Test func aServiceWithAnySliceKeepsJustThose() {
    var named = slice("default/by-hand", of: "web")
    named.addressType = .fqdn
    let (result, summary) = completed(objects([web], pods: [pod("default/a", ["10.0.0.1"])], slices: [named]))
    #expect(result.slices == [named])
    #expect(result.diagnostics.isEmpty)
    #expect(summary == ClusterCompletion.Summary())
  }

  @Test func aSliceOfAnotherNamespaceIsNotTheServices() {
    let (result, _) = completed(
      objects([web], pods: [pod("default/a", ["10.0.0.1"])], slices: [slice("other/web-1", of: "web")]))
    #expect(result.slices.count == 2)
  }

  @Test func externalNameGetsNone() {
    let (result, _) = completed(
      objects([service("default/web", .externalName)], pods: [pod("default/a", ["10.0.0.1"])]))
    #expect(result.slices.isEmpty)
    #expect(result.diagnostics.isEmpty)
  }

  @Test func withoutPodsNothingIsSaid() {
    let (result, _) = completed(objects([web]))
    #expect(result.slices.isEmpty)
    #expect(result.diagnostics.isEmpty)
  }

  @Test func aSelectorThatMatchesNothingIsAWarningOncePodsAreGiven() {
    let (result, _) = completed(objects([web], pods: [pod("default/a", ["10.0.0.1"], labels: ["app": "wbe"])]))
    #expect(
      said(result) == [
        "warning: default/web: spec.selector: the selector matches no Pod, and there are no EndpointSlices: "
          + "the Service has no endpoints"
      ])
  }

  // MARK: - Conditions

  struct State: Sendable {
    var ready: Bool
    var deleting: Bool
    var publishes: Bool
    /// ready, serving, terminating
    var expected: [Bool]
  }

  static let states = [
    State(ready: true, deleting: false, publishes: false, expected: [true, true, false]),
    State(ready: false, deleting: false, publishes: false, expected: [false, false, false]),
    State(ready: true, deleting: true, publishes: false, expected: [false, true, true]),
    State(ready: false, deleting: true, publishes: false, expected: [false, false, true]),
    State(ready: true, deleting: false, publishes: true, expected: [true, true, false]),
    State(ready: false, deleting: false, publishes: true, expected: [true, false, false]),
    State(ready: true, deleting: true, publishes: true, expected: [true, true, true]),
    State(ready: false, deleting: true, publishes: true, expected: [true, false, true]),
  ]

  @Test(arguments: states)
  func conditionsAreThoseOfTheController(_ state: State) throws {
    var web = web
    web.publishNotReadyAddresses = state.publishes
    let (result, _) = completed(
      objects([web], pods: [pod("default/a", ["10.0.0.1"], ready: state.ready, deleting: state.deleting)]))
    let endpoint = try #require(result.slices.first?.endpoints.first)
    #expect([endpoint.isReady, endpoint.isServing, endpoint.isTerminating] == state.expected)
  }

  @Test(arguments: Pod.Phase.allCases)
  func podsThatHaveEndedAreLeftOut(_ phase: Pod.Phase) {
    let (result, _) = completed(objects([web], pods: [pod("default/a", ["10.0.0.1"], phase: phase)]))
    #expect(result.slices.isEmpty == (phase == .succeeded || phase == .failed))
  }

  @Test func aPendingPodWithoutAddressIsLeftOut() {
    let (result, summary) = completed(
      objects([web], pods: [pod("default/a", [], node: nil, ready: false, phase: .pending)]))
    #expect(result.slices.isEmpty)
    #expect(
      said(result) == [
        "warning: default/web: spec.selector: the selector matches 1 Pod, but none can be an endpoint: "
          + "they have ended, or have no IPv4 address"
      ])
    #expect(summary.derivedServices == 0)
  }

  @Test func nodeAndZoneComeAlong() throws {
    let (result, _) = completed(
      objects(
        [web],
        pods: [
          pod("default/a", ["10.0.0.1"], node: "worker-1"), pod("default/b", ["10.0.0.2"], node: "worker-2"),
          pod("default/c", ["10.0.0.3"], node: nil),
        ], nodes: [node("worker-1", zone: "east"), node("worker-2")]))
    let endpoints = try #require(result.slices.first).endpoints
    #expect(endpoints.map(\.nodeName) == ["worker-1", "worker-2", nil])
    #expect(endpoints.map(\.zone) == ["east", nil, nil])
    #expect(endpoints.map(\.hints) == [nil, nil, nil])
    #expect(endpoints.map(\.position) == [at(21), at(21), at(21)])
  }

  @Test func hostNetworkPodsAreAtTheirNode() {
    var agent = pod("default/a", ["192.0.2.11"])
    agent.usesHostNetwork = true
    let (result, _) = completed(objects([web], pods: [agent]))
    #expect(lines(result.slices) == ["default/web-derived-1 IPv4 =80/TCP: 192.0.2.11"])
  }

  // MARK: - Ports

  static let targets: [(target: TargetPort?, expected: UInt16)] = [
    (nil, 80), (.number(8080), 8080), (.number(0), 80), (.name(""), 80), (.name("http"), 3000),
  ]

  @Test(arguments: targets)
  func targetPorts(_ vector: (target: TargetPort?, expected: UInt16)) {
    let web = service("default/web", ports: [port(80, "main", target: vector.target)], clusterIPs: ["10.96.0.20"])
    let (result, _) = completed(
      objects([web], pods: [pod("default/a", ["10.0.0.1"], ports: [container(3000, "http")])]))
    #expect(lines(result.slices) == ["default/web-derived-1 IPv4 main=\(vector.expected)/TCP: 10.0.0.1"])
  }

  @Test func aNameIsLookedUpWithItsProtocolAndTheFirstMatchCounts() {
    let dns = service(
      "default/web",
      ports: [port(53, "udp", .udp, target: .name("dns")), port(53, "tcp", .tcp, target: .name("dns"))],
      clusterIPs: ["10.96.0.20"])
    let ports = [container(1053, "dns", .tcp), container(2053, "dns", .udp), container(3053, "dns", .udp)]
    let (result, _) = completed(objects([dns], pods: [pod("default/a", ["10.0.0.1"], ports: ports)]))
    #expect(lines(result.slices) == ["default/web-derived-1 IPv4 udp=2053/UDP tcp=1053/TCP: 10.0.0.1"])
  }

  @Test func podsWithOtherNumbersForANameGetASliceOfTheirOwn() {
    let web = service("default/web", ports: [port(80, target: .name("http"))], clusterIPs: ["10.96.0.20"])
    let (result, _) = completed(
      objects(
        [web],
        pods: [
          pod("default/a", ["10.0.0.1"], ports: [container(8080, "http")]),
          pod("default/b", ["10.0.0.2"], ports: [container(9090, "http")]),
          pod("default/c", ["10.0.0.3"], ports: [container(8080, "http")]),
        ]))
    #expect(
      lines(result.slices) == [
        "default/web-derived-1 IPv4 =8080/TCP: 10.0.0.1 10.0.0.3", "default/web-derived-2 IPv4 =9090/TCP: 10.0.0.2",
      ])
    #expect(said(result) == ["note: default/web: 3 endpoints derived from Pods (no EndpointSlices in the input)"])
  }

  @Test func aPodWithoutTheNamedPortStaysWithTheOtherPorts() {
    let web = service(
      "default/web", ports: [port(80, "http", target: .name("http")), port(443, "https", target: .number(8443))],
      clusterIPs: ["10.96.0.20"])
    let (result, _) = completed(
      objects(
        [web],
        pods: [
          pod("default/a", ["10.0.0.1"], ports: [container(8080, "http")]),
          pod("default/b", ["10.0.0.2"], ports: [container(8080, "http", .udp), container(8080, "")]),
        ]))
    #expect(
      lines(result.slices) == [
        "default/web-derived-1 IPv4 http=8080/TCP https=8443/TCP: 10.0.0.1",
        "default/web-derived-2 IPv4 https=8443/TCP: 10.0.0.2",
      ])
    #expect(
      said(result).last
        == "warning: default/web: spec.ports[0].targetPort: no TCP container port is named http in 1 of 2 Pods: b")
    #expect(result.diagnostics.last?.position == at(11))
  }

  @Test func aHeadlessServiceMayHaveNoPorts() {
    var web = service("default/web", ports: [])
    web.isHeadless = true
    let (result, _) = completed(objects([web], pods: [pod("default/a", ["10.0.0.1"])]))
    #expect(lines(result.slices) == ["default/web-derived-1 IPv4: 10.0.0.1"])
    #expect(result.slices[0].isHeadless)
  }

  // MARK: - Families

  struct Families: Sendable {
    var clusterIPs: [String] = []
    var families: [IPFamily] = []
    var policy: Service.FamilyPolicy?
    var cidrs: [String] = []
    var expected: [EndpointSlice.AddressType]
  }

  static let families = [
    Families(families: [.ipv4], expected: [.ipv4]),
    Families(families: [.ipv6], expected: [.ipv6]),
    Families(families: [.ipv6, .ipv4], expected: [.ipv6, .ipv4]),
    Families(clusterIPs: ["10.96.0.1"], expected: [.ipv4]),
    Families(clusterIPs: ["fd00::1"], expected: [.ipv6]),
    Families(clusterIPs: ["10.96.0.1", "fd00::1"], expected: [.ipv4, .ipv6]),
    Families(expected: [.ipv4]),
    Families(policy: .preferDualStack, expected: [.ipv4]),
    Families(policy: .requireDualStack, expected: [.ipv4, .ipv6]),
    Families(cidrs: ["fd00:1::/112", "10.0.0.0/16"], expected: [.ipv6]),
    Families(policy: .preferDualStack, cidrs: ["fd00:1::/112", "10.0.0.0/16"], expected: [.ipv6, .ipv4]),
    Families(policy: .singleStack, cidrs: ["fd00:1::/112", "10.0.0.0/16"], expected: [.ipv6]),
  ]

  @Test(arguments: families)
  func aSliceForEachFamilyOfTheService(_ vector: Families) {
    let web = service(
      "default/web", clusterIPs: vector.clusterIPs, families: vector.families, policy: vector.policy)
    let (result, _) = completed(objects([web], pods: [pod("default/a", ["10.0.0.1", "fd00::a"])])) {
      $0.serviceCIDRs = vector.cidrs.map(prefix)
    }
    #expect(result.slices.map(\.addressType) == vector.expected)
    for slice in result.slices {
      #expect(slice.endpoints.map(\.address) == [slice.addressType == .ipv4 ? ip("10.0.0.1") : ip("fd00::a")])
    }
  }

  @Test func podsOfOneFamilyOnlyAppearThere() {
    let web = service("default/web", families: [.ipv4, .ipv6])
    let (result, _) = completed(
      objects([web], pods: [pod("default/a", ["10.0.0.1", "fd00::a"]), pod("default/b", ["10.0.0.2"])]))
    #expect(
      lines(result.slices) == [
        "default/web-derived-1 IPv4 =80/TCP: 10.0.0.1 10.0.0.2", "default/web-derived-2 IPv6 =80/TCP: fd00::a",
      ])
    #expect(
      said(result).last == "note: default/web: 2 endpoints derived from Pods (no EndpointSlices in the input)")
  }

  // MARK: - Scale and order

  /// As many label comparisons as a loop over all pairs would make do not end within a test run.
  @Test func manyServicesAndManyPods() {
    let services = (0..<5000).map {
      service("ns-\($0 % 7)/s-\($0)", selector: ["app": "all", "number": "\($0)"], clusterIPs: ["10.96.0.1"])
    }
    let pods = (0..<15000).map {
      pod("ns-\($0 / 3 % 7)/p-\($0)", ["10.0.0.1"], labels: ["app": "all", "number": "\($0 / 3)", "hash": "\($0)"])
    }
    let (result, summary) = completed(objects(services, pods: pods))
    #expect(summary.derivedServices == 5000)
    #expect(result.slices.allSatisfy { $0.endpoints.count == 3 })
  }

  @Test func theOrderOfTheInputDoesNotMatter() {
    let services = (0..<20).map { service("default/s-\($0)", ports: [port(80, target: .name("http"))]) }
    let pods = (0..<20).map {
      pod("default/p-\($0)", ["10.0.0.\($0)"], ports: [container(UInt16(8000 + $0 % 3), "http")])
    }
    let (first, _) = completed(objects(services, pods: pods))
    var generator = Repeatable(state: 7)
    for _ in 0..<5 {
      let (other, _) = completed(
        objects(services.shuffled(using: &generator), pods: pods.shuffled(using: &generator)))
      #expect(other.slices == first.slices)
      #expect(said(other) == said(first))
    }
  }
}
