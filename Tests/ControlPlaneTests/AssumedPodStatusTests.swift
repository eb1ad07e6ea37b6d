import ControlPlane
import KubernetesObjects
import NetworkAddresses
import Testing

@Suite struct AssumedPodStatusTests {
  let web = service("default/web", clusterIPs: ["10.96.0.20"], families: [.ipv4])

  @Test func podsWrittenByHandRun() throws {
    let (result, summary) = completed(
      objects([web], pods: ["web-0", "web-1", "web-2"].map { writtenPod("default/\($0)") }))
    let endpoints = try #require(result.slices.first).endpoints
    #expect(endpoints.count == 3)
    #expect(Set(endpoints.map(\.address)).count == 3)
    #expect(endpoints.allSatisfy { prefix("10.244.0.0/16").contains($0.address) })
    #expect(endpoints.allSatisfy { $0.isReady && $0.isServing && !$0.isTerminating && $0.nodeName == nil })
    let places = zip(0..., endpoints).map { "web-\($0) at \($1.address)" }.joined(separator: ", ")
    #expect(
      said(result) == [
        "note: default/web: 3 endpoints derived from Pods (no EndpointSlices in the input); "
          + "assumed to run and be ready, for want of a status: \(places)"
      ])
    #expect(summary.assumedPods == 3)
    #expect(summary.assumedPodCIDRs == [prefix("10.244.0.0/16")])
    #expect(result.pods.map(\.phase) == [.running, .running, .running])
    #expect(result.pods.flatMap(\.addresses).map(\.value) == endpoints.map(\.address))
  }

  @Test func theyDoNotWhereThatIsNotWanted() {
    let (result, summary) = completed(objects([web], pods: [writtenPod("default/a")])) { $0.assumesPodStatus = false }
    #expect(result.slices.isEmpty)
    #expect(result.pods[0].addresses.isEmpty)
    #expect(summary.assumedPods == 0)
  }

  @Test(arguments: [
    pod("default/a", [], ready: false, phase: .pending), pod("default/a", ["10.0.0.9"], ready: false),
    pod("default/a", [], ready: true), pod("default/a", ["10.0.0.9"], phase: nil),
  ])
  func anyStatusStands(_ written: Pod) {
    let (result, summary) = completed(objects([web], pods: [written]))
    #expect(result.pods == [written])
    #expect(summary.assumedPods == 0)
  }

  @Test func aDeletedPodTerminates() throws {
    var leaving = writtenPod("default/a")
    leaving.isDeleting = true
    let (result, _) = completed(objects([web], pods: [leaving]))
    let endpoint = try #require(result.slices.first?.endpoints.first)
    #expect([endpoint.isReady, endpoint.isServing, endpoint.isTerminating] == [false, true, true])
  }

  @Test func anotherPodDoesNotRenumberTheOthers() {
    let many = (0..<30).map { writtenPod("default/web-\($0)") }
    let (all, _) = completed(objects([web], pods: many))
    let addresses = Dictionary(uniqueKeysWithValues: all.pods.map { ($0.name, $0.addresses) })
    for left in 0..<30 {
      var fewer = many
      fewer.remove(at: left)
      let (result, _) = completed(objects([web], pods: fewer.reversed()))
      #expect(result.pods.allSatisfy { addresses[$0.name] == $0.addresses })
    }
  }

  struct Place: Sendable {
    var node: String?
    var podCIDRs: [String] = []
    var clusterCIDRs: [String] = []
    var expected: String
  }

  static let places = [
    Place(node: "worker-1", podCIDRs: ["10.7.3.0/24"], clusterCIDRs: ["10.7.0.0/16"], expected: "10.7.3.0/24"),
    Place(node: "elsewhere", podCIDRs: ["10.7.3.0/24"], clusterCIDRs: ["10.7.0.0/16"], expected: "10.7.0.0/16"),
    Place(node: "worker-1", clusterCIDRs: ["10.7.0.0/16"], expected: "10.7.0.0/16"),
    Place(node: "worker-1", expected: "10.244.0.0/16"),
    // The only Node is where it must run.
    Place(node: nil, podCIDRs: ["10.7.3.0/24"], expected: "10.7.3.0/24"),
  ]

  @Test(arguments: places)
  func addressesComeFromTheNodeElseTheCluster(_ place: Place) throws {
    let (result, summary) = completed(
      objects(
        [web], pods: [writtenPod("default/a", node: place.node)], nodes: [node("worker-1", podCIDRs: place.podCIDRs)])
    ) { $0.clusterCIDRs = place.clusterCIDRs.map(prefix) }
    let endpoint = try #require(result.slices.first?.endpoints.first)
    #expect(prefix(place.expected).contains(endpoint.address))
    #expect(endpoint.nodeName == place.node ?? "worker-1")
    #expect(summary.assumedPodCIDRs == (place.expected == "10.244.0.0/16" ? [prefix("10.244.0.0/16")] : []))
  }

  @Test func unscheduledPodsRunWhereTheCallerSays() {
    let nodes = [node("worker-1"), node("worker-2")]
    let pods = [writtenPod("default/a"), writtenPod("default/b", node: "worker-1")]
    let (unsaid, _) = completed(objects([web], pods: pods, nodes: nodes))
    #expect(unsaid.slices.flatMap(\.endpoints).map(\.nodeName) == [nil, "worker-1"])
    let (result, _) = completed(objects([web], pods: pods, nodes: nodes)) { $0.unscheduledNodeName = "worker-2" }
    #expect(result.slices.flatMap(\.endpoints).map(\.nodeName) == ["worker-2", "worker-1"])
  }

  @Test func hostNetworkPodsHaveTheirNodesAddresses() {
    var agent = writtenPod("default/a", node: "worker-1")
    agent.usesHostNetwork = true
    let dual = service("default/web", families: [.ipv4, .ipv6])
    let nodes = [node("worker-1", addresses: ["192.0.2.1", "192.0.2.9", "2001:db8::1"])]
    let (result, _) = completed(objects([dual], pods: [agent], nodes: nodes))
    #expect(result.slices.flatMap(\.endpoints).map(\.address) == [ip("192.0.2.1"), ip("2001:db8::1")])
    let (without, summary) = completed(objects([dual], pods: [agent]))
    #expect(without.slices.isEmpty)
    #expect(without.diagnostics.last?.field == "spec.selector")
    #expect(without.diagnostics.last?.severity == .warning)
    #expect(summary.assumedPods == 0)
  }

  @Test func bothFamiliesWhereTheServiceHasBoth() {
    let dual = service("default/web", families: [.ipv4, .ipv6])
    let (result, summary) = completed(objects([dual], pods: [writtenPod("default/a")]))
    #expect(result.slices.map(\.addressType) == [.ipv4, .ipv6])
    #expect(summary.assumedPodCIDRs == [prefix("10.244.0.0/16"), prefix("fd00:10:244::/56")])
    #expect(prefix("fd00:10:244::/112").contains(result.slices[1].endpoints[0].address))
    // In a cluster that is known to have Pods of one family only they have no other.
    let (single, _) = completed(objects([dual], pods: [writtenPod("default/a")])) {
      $0.clusterCIDRs = [prefix("10.7.0.0/16")]
    }
    #expect(single.slices.map(\.addressType) == [.ipv4])
  }

  @Test func addressesInUseAreNotMadeUpAgain() {
    // Four addresses of six can be given, one is a Pod's and one the Node's.
    let taken = [pod("default/real", ["10.7.3.3"], labels: [:])]
    let nodes = [node("worker-1", addresses: ["10.7.3.4"], podCIDRs: ["10.7.3.0/29"])]
    let written = (0..<4).map { writtenPod("default/web-\($0)") }
    let (result, _) = completed(objects([web], pods: taken + written, nodes: nodes))
    let addresses = result.slices.flatMap(\.endpoints).map(\.address)
    let inNode = addresses.filter { prefix("10.7.3.0/29").contains($0) }
    #expect(Set(inNode) == [ip("10.7.3.2"), ip("10.7.3.5"), ip("10.7.3.6")])
    // A Node that is full sends the rest to the default range.
    #expect(addresses.count == 4)
    #expect(addresses.filter { prefix("10.244.0.0/16").contains($0) }.count == 1)
  }
}
