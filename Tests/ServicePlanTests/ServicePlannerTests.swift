import KubernetesObjects
import NetworkAddresses
import ServicePlan
import Testing

@Suite struct ServicePlannerTests {
  private func ports(
    _ family: IPFamily = .ipv4, _ configuration: NodeConfiguration = NodeConfiguration(nodeName: "node-1"),
    _ change: (inout Service) throws -> Void
  ) throws -> [ServicePortPlan] {
    ServicePlanner(family: family, configuration: configuration).plan(try makeService(change), slices: [])
  }

  @Test func leavesOutWhatIsNotProxied() throws {
    #expect(try ports { $0.labels[Service.proxyNameLabel] = "" }.isEmpty)
    #expect(try ports { $0.kind = .externalName }.isEmpty)
    #expect(try ports { $0.isHeadless = true }.isEmpty)
    #expect(try ports { $0.clusterIPs = [] }.isEmpty)
    #expect(try ports { _ in }.count == 1)
  }

  @Test func takesTheClusterIPOfItsFamily() throws {
    let both = try [address("10.96.0.10"), address("fd00:96::10")].map { Located($0, at: nowhere) }
    // FAM-2
    #expect(try ports(.ipv6) { ($0.clusterIPs, $0.ipFamilies) = (both, [.ipv4, .ipv6]) }[0].clusterIP == both[1].value)
    #expect(try ports(.ipv6) { ($0.clusterIPs, $0.ipFamilies) = ([both[0]], [.ipv4, .ipv6]) }.isEmpty)
    // FAM-4
    #expect(try ports(.ipv4) { ($0.clusterIPs, $0.ipFamilies) = ([both[0]], []) }[0].clusterIP == both[0].value)
    #expect(try ports(.ipv6) { ($0.clusterIPs, $0.ipFamilies) = ([both[0]], []) }.isEmpty)
  }

  @Test func keepsLoadBalancerAddressesInModeVIP() throws {
    let plan = try ports { service in
      service.kind = .loadBalancer
      service.loadBalancerIngress = [
        LoadBalancerIngress(address: try address("198.51.100.1"), hostname: nil, mode: .vip, position: nowhere),
        LoadBalancerIngress(address: try address("198.51.100.2"), hostname: nil, mode: .proxy, position: nowhere),
        LoadBalancerIngress(address: nil, hostname: "lb.example", mode: .vip, position: nowhere),
        LoadBalancerIngress(address: try address("fd00::1"), hostname: nil, mode: .vip, position: nowhere),
      ]
    }[0]
    #expect(plan.loadBalancerIPs.map(\.description) == ["198.51.100.1"])
  }

  /// Ranges, whether they filter, and whether the load balancer's own address is allowed on 192.0.2.11.
  @Test(arguments: [
    (["203.0.113.0/24"], true, false),
    (["203.0.113.0/24", "192.0.2.0/24"], true, true),  // FW-5
    (["203.0.113.0/24", "0.0.0.0/0"], false, false),  // FW-2
    (["fd00::/8"], false, false),
    ([], false, false),
  ])
  func filtersLoadBalancerSources(ranges: [String], filters: Bool, allowsItself: Bool) throws {
    var configuration = NodeConfiguration(nodeName: "node-1")
    configuration.nodeIPs = [try address("192.0.2.11")]
    let plan = try ports(.ipv4, configuration) { service in
      service.kind = .loadBalancer
      service.loadBalancerIngress = [
        LoadBalancerIngress(address: try address("198.51.100.1"), hostname: nil, mode: .vip, position: nowhere)
      ]
      service.sourceRanges = try ranges.map { Located(try prefix($0), at: nowhere) }
    }[0]
    #expect(plan.isFiltered == filters)
    #expect(plan.allowsLoadBalancerSources == allowsItself)
  }

  @Test func healthChecksOnlyForLocalLoadBalancers() throws {
    func port(_ kind: Service.Kind, _ policy: Service.TrafficPolicy) throws -> UInt16 {
      try ports {
        $0.kind = kind
        $0.externalTrafficPolicy = policy
        $0.healthCheckNodePort = 31000
      }[0].healthCheckNodePort
    }
    #expect(try port(.loadBalancer, .local) == 31000)
    #expect(try port(.loadBalancer, .cluster) == 0)
    #expect(try port(.nodePort, .local) == 0)
  }
}

@Suite struct FrontendClaimsTests {
  private func service(_ name: String, _ clusterIP: String, _ change: (inout Service) throws -> Void) throws -> Service
  {
    try makeService {
      $0.name.name = name
      $0.clusterIPs = [Located(try address(clusterIP), at: nowhere)]
      try change(&$0)
    }
  }

  @Test func firstByNameOwnsAFrontendWhateverTheOrder() throws {
    var objects = ObjectSet()
    let shared = try [Located(address("198.51.100.7"), at: nowhere)]
    objects.services = [
      try service("b", "10.96.0.2") {
        $0.externalIPs = shared
        $0.ports[0].nodePort = 30080
      },
      try service("a", "10.96.0.1") {
        $0.externalIPs = shared
        $0.ports[0].nodePort = 30080
      },
    ]
    let planner = ClusterPlanner(configuration: NodeConfiguration(nodeName: "node-1"))
    let result = planner.plan(objects, families: [.ipv4])
    objects.services.reverse()
    #expect(planner.plan(objects, families: [.ipv4]).plans == result.plans)
    let ports = result.plans[0].servicePorts
    #expect(ports.map(\.name.service.name) == ["a", "b"])
    #expect(ports.map(\.externalIPs.count) == [1, 0])
    #expect(ports.map(\.nodePort) == [30080, 0])
    #expect(ports.map(\.clusterIP?.description) == ["10.96.0.1", "10.96.0.2"])
    let clashes = result.diagnostics.filter { $0.message.contains("belongs to default/a") }
    #expect(clashes.map(\.severity) == [.warning, .warning])
  }

  @Test func oneServiceMayNameAnAddressTwice() throws {
    var plans = [try makePlan(makeService(), [])]
    plans[0].externalIPs = [try address("198.51.100.7")]
    plans[0].loadBalancerIPs = [try address("198.51.100.7")]
    var claims = FrontendClaims()
    claims.settle(&plans)
    #expect(claims.clashes.isEmpty)
    #expect(plans[0].externalIPs.count == 1 && plans[0].loadBalancerIPs.count == 1)
  }

  @Test func clusterIPIsNoExternalFrontendOfItsOwn() throws {
    var plans = [try makePlan(makeService(), [])]
    let clusterIP = try #require(plans[0].clusterIP)
    plans[0].externalIPs = [clusterIP, try address("198.51.100.7")]
    plans[0].loadBalancerIPs = [clusterIP]
    var claims = FrontendClaims()
    claims.settle(&plans)
    #expect(claims.clashes.isEmpty)
    #expect(plans[0].clusterIP == clusterIP)
    #expect(plans[0].externalIPs.map(\.description) == ["198.51.100.7"])
    #expect(plans[0].loadBalancerIPs.isEmpty)
  }
}
