import ControlPlane
import KubernetesObjects
import NetworkAddresses
import Testing

/// The examples that tutorials show, as they stand: no cluster IPs, no status, no Nodes.
@Suite struct TutorialTests {
  private func tutorial() -> ObjectSet {
    let labels = ["app.kubernetes.io/name": "MyApp"]
    var nginx = (0..<3).map { writtenPod("default/nginx-\($0)", labels: labels) }
    for index in nginx.indices { nginx[index].containerPorts = [container(9376, "http-web-svc")] }
    var headless = service("default/headless", selector: labels)
    headless.isHeadless = true
    var external = service("default/external", .externalName, selector: [:], ports: [])
    external.externalName = Located("my.database.example.com", at: at(14))
    return objects(
      [
        service("default/my-service", selector: labels, ports: [port(80, target: .number(9376))]),
        service("default/by-name", selector: labels, ports: [port(80, "http", target: .name("http-web-svc"))]),
        service(
          "default/node-port", .nodePort, selector: labels,
          ports: [port(80, target: .number(80), nodePort: 30007)]),
        service("default/balanced", .loadBalancer, selector: labels, ports: [port(80, target: .number(9376))]),
        headless, external,
      ], pods: nginx)
  }

  @Test func everyKindWorksWithAllocation() throws {
    let (result, summary) = completed(tutorial()) { $0.allocates = true }
    #expect(!result.hasErrors)
    #expect(result.diagnostics.allSatisfy { $0.severity == .note })
    #expect(summary.allocatedServices == 4)
    #expect(summary.derivedServices == 5)
    #expect(summary.assumedPods == 3)

    let byName = Dictionary(uniqueKeysWithValues: result.services.map { ($0.name.name, $0) })
    for name in ["my-service", "by-name", "node-port", "balanced"] {
      #expect(try #require(byName[name]).clusterIPs.count == 1)
      #expect(try #require(byName[name]).ipFamilies == [.ipv4])
    }
    #expect(byName["headless"]?.clusterIPs == [])
    #expect(byName["external"]?.clusterIPs == [])
    #expect(byName["node-port"]?.ports[0].nodePort == 30007)
    #expect(byName["balanced"]?.ports[0].nodePort != 0)
    #expect(byName["balanced"]?.loadBalancerIngress == [])

    let slices = Dictionary(uniqueKeysWithValues: result.slices.map { ($0.serviceName ?? "", $0) })
    #expect(
      slices.mapValues { $0.ports.map(\.port) } == [
        "my-service": [9376], "by-name": [9376], "node-port": [80], "balanced": [9376], "headless": [80],
      ])
    #expect(slices.values.allSatisfy { $0.endpoints.count == 3 && $0.endpoints.allSatisfy(\.isReady) })
    // Every Service sees the same Pods at the same addresses.
    #expect(Set(slices.values.map { $0.endpoints.map(\.address) }).count == 1)
  }

  @Test func withoutAllocationEveryServiceThatWouldBeLostIsNamed() {
    let (result, _) = completed(tutorial())
    #expect(
      result.diagnostics.filter { $0.severity == .warning }.map(\.object) == [
        "default/balanced", "default/by-name", "default/my-service", "default/node-port",
      ])
  }

  @Test func completingTwiceChangesNothingMore() {
    let (once, _) = completed(tutorial()) { $0.allocates = true }
    let (twice, summary) = completed(once) { $0.allocates = true }
    #expect(twice.services == once.services)
    #expect(twice.slices == once.slices)
    #expect(twice.pods == once.pods)
    #expect(summary == ClusterCompletion.Summary())
  }
}
