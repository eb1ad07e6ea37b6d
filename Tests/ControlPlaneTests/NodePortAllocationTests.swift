import ControlPlane
import KubernetesObjects
import NetworkAddresses
import Testing

@Suite struct NodePortAllocationTests {
  private func allocated(_ services: [Service], range: ClosedRange<UInt16> = 30000...32767) -> ObjectSet {
    completed(objects(services)) {
      $0.allocates = true
      $0.nodePortRange = range
    }.objects
  }

  private func local(_ service: Service) -> Service {
    var service = service
    service.externalTrafficPolicy = .local
    return service
  }

  private func withoutNodePorts(_ service: Service) -> Service {
    var service = service
    service.allocatesNodePorts = false
    return service
  }

  @Test(arguments: Service.Kind.allCases)
  func kindsThatHaveNodePorts(_ kind: Service.Kind) {
    let result = allocated([service("default/web", kind)])
    let hasNodePorts = kind == .nodePort || kind == .loadBalancer
    // 30000...30085 is left to those who choose.
    #expect((30086...32767).contains(result.services[0].ports[0].nodePort) == hasNodePorts)
    #expect((result.services[0].ports[0].nodePort == 0) == !hasNodePorts)
    #expect(result.services[0].healthCheckNodePort == 0)
  }

  @Test func aLoadBalancerMayDoWithout() {
    let result = allocated([
      withoutNodePorts(service("default/a", .loadBalancer, ports: [port(80), port(81, "x", nodePort: 30007)])),
      // The field means nothing elsewhere.
      withoutNodePorts(service("default/b", .nodePort)),
    ])
    #expect(result.services[0].ports.map(\.nodePort) == [0, 30007])
    #expect(result.services[1].ports[0].nodePort != 0)
  }

  @Test func healthCheckNodePorts() {
    var written = local(service("default/c", .loadBalancer))
    written.healthCheckNodePort = 31000
    let result = allocated([
      local(service("default/a", .loadBalancer)), local(service("default/b", .nodePort)), written,
      withoutNodePorts(local(service("default/d", .loadBalancer))),
    ])
    #expect((30086...32767).contains(result.services[0].healthCheckNodePort))
    #expect(result.services[0].healthCheckNodePort != result.services[0].ports[0].nodePort)
    #expect(result.services[1].healthCheckNodePort == 0)
    #expect(result.services[2].healthCheckNodePort == 31000)
    #expect(result.services[3].healthCheckNodePort != 0)
  }

  @Test func whatIsSaid() {
    let result = allocated([
      local(service("default/web", .loadBalancer, ports: [port(443, "https"), port(80, "http")]))
    ])
    let web = result.services[0]
    #expect(
      said(result) == [
        "note: default/web: allocated cluster IP \(web.clusterIPs[0].value), node port \(web.ports[1].nodePort) for "
          + "port 80, node port \(web.ports[0].nodePort) for port 443, health check node port "
          + "\(web.healthCheckNodePort)",
        "note: default/web: status.loadBalancer.ingress: pending: the load balancer has no address yet",
      ])
  }

  @Test func portsWithTheSameNumberShareANodePort() {
    let given = allocated([service("default/dns", .nodePort, ports: [port(53, "u", .udp), port(53, "t", .tcp)])])
    let nodePorts = given.services[0].ports.map(\.nodePort)
    #expect(nodePorts[0] == nodePorts[1] && nodePorts[0] != 0)
    let written = allocated([
      service("default/dns", .nodePort, ports: [port(53, "u", .udp), port(53, "t", .tcp, nodePort: 30053)])
    ])
    #expect(written.services[0].ports.map(\.nodePort) == [30053, 30053])
  }

  @Test func theOrderOfPortsDoesNotMatter() {
    let ports = (0..<40).map { port(UInt16(1000 + $0), "p\($0)") }
    let first = allocated([service("default/web", .nodePort, ports: ports)], range: 30000...30060)
    let second = allocated([service("default/web", .nodePort, ports: ports.reversed())], range: 30000...30060)
    #expect(first.services[0].ports == second.services[0].ports.reversed())
    #expect(Set(first.services[0].ports.map(\.nodePort)).count == 40)
  }

  @Test func writtenNodePortsKeepTheirPlace() {
    let wanted = allocated([service("default/web", .nodePort)]).services[0].ports[0].nodePort
    let squatter = service("zz/last", .nodePort, ports: [port(1, nodePort: wanted)])
    let result = allocated([service("default/web", .nodePort), squatter])
    #expect(result.services[0].ports[0].nodePort == wanted + 1)
    #expect(result.services[1].ports == squatter.ports)
    var health = local(service("zz/last", .loadBalancer, ports: [port(1, nodePort: 30001)]))
    health.healthCheckNodePort = wanted
    #expect(allocated([service("default/web", .nodePort), health]).services[0].ports[0].nodePort == wanted + 1)
  }

  @Test func aUsedUpRange() {
    let services = (0..<3).map { service("default/s-\($0)", .nodePort) }
    let result = allocated(services, range: 32000...32001)
    #expect(Set(result.services.prefix(2).map { $0.ports[0].nodePort }) == [32000, 32001])
    #expect(result.services[2].ports[0].nodePort == 0)
    #expect(
      said(result).filter { $0.hasPrefix("error") } == [
        "error: default/s-2: spec.ports[0].nodePort: no free node port is left in 32000-32001"
      ])
  }

  @Test func extremesOfTheRange() {
    #expect(allocated([service("default/a", .nodePort)], range: 65535...65535).services[0].ports[0].nodePort == 65535)
    // Zero means none and is never given.
    #expect(allocated([service("default/a", .nodePort)], range: 0...1).services[0].ports[0].nodePort == 1)
  }
}
