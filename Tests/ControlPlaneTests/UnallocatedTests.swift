import ControlPlane
import KubernetesObjects
import NetworkAddresses
import Testing

/// What is said, without `--allocate`, of Services that the API server has not seen.
@Suite struct UnallocatedTests {
  static let kinds: [(kind: Service.Kind, headless: Bool, clusterIPs: [String], nodePort: UInt16, expected: [String])] =
    [
      (
        .clusterIP, false, [], 0,
        [
          "warning: default/web: spec.clusterIP: not yet allocated: the Service has no rules; "
            + "--allocate gives out cluster IPs and node ports"
        ]
      ),
      (.clusterIP, false, ["10.96.0.9"], 0, []),
      (.clusterIP, true, [], 0, []),
      (.externalName, false, [], 0, []),
      (
        .nodePort, false, [], 30080,
        [
          "warning: default/web: spec.clusterIP: not yet allocated: the Service has no rules; "
            + "--allocate gives out cluster IPs and node ports"
        ]
      ),
      (.nodePort, false, ["10.96.0.9"], 30080, []),
      (
        .nodePort, false, ["10.96.0.9"], 0,
        [
          "warning: default/web: spec.ports[0].nodePort: not yet allocated: the port has no rules for nodes' addresses; "
            + "--allocate gives out node ports"
        ]
      ),
      (
        .loadBalancer, false, ["10.96.0.9"], 0,
        [
          "note: default/web: spec.ports[0].nodePort: not yet allocated: the port has no rules for nodes' addresses; "
            + "--allocate gives out node ports",
          "note: default/web: status.loadBalancer.ingress: pending: the load balancer has no address yet",
        ]
      ),
    ]

  @Test(arguments: kinds)
  func everyKind(
    _ vector: (kind: Service.Kind, headless: Bool, clusterIPs: [String], nodePort: UInt16, expected: [String])
  ) {
    var web = service(
      "default/web", vector.kind, ports: [port(80, nodePort: vector.nodePort)], clusterIPs: vector.clusterIPs)
    web.isHeadless = vector.headless
    let (result, summary) = completed(objects([web]))
    #expect(said(result) == vector.expected)
    #expect(result.services == [web])
    #expect(summary == ClusterCompletion.Summary())
  }

  @Test func servicesOfAnotherProxyAreNotOurs() {
    var web = service("default/web", .loadBalancer)
    web.labels[Service.proxyNameLabel] = ""
    #expect(completed(objects([web])).objects.diagnostics.isEmpty)
  }

  @Test func anIngressIsEnough() {
    var web = service("default/web", .loadBalancer, ports: [port(80, nodePort: 30080)], clusterIPs: ["10.96.0.9"])
    web.loadBalancerIngress = [
      LoadBalancerIngress(address: nil, hostname: "lb.example", mode: .vip, position: at(13))
    ]
    #expect(completed(objects([web])).objects.diagnostics.isEmpty)
  }

  @Test func placesAreTheServicesAndThePorts() {
    let (result, _) = completed(
      objects([service("default/a"), service("default/b", .nodePort, clusterIPs: ["10.96.0.9"])]))
    #expect(result.diagnostics.map(\.position) == [at(10), at(11)])
  }
}
