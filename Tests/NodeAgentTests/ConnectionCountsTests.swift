#if Agent && os(Linux)
  import Foundation
  import KernelFlows
  import KubernetesObjects
  import NFTables
  import NFTablesNetlink
  import NetworkAddresses
  import PrometheusMetrics
  import SystemPrograms
  import Testing

  @testable import NodeAgent

  /// What the counters of frontends add up to.
  struct ConnectionCountsTests {
    private let registry = PrometheusRegistry(AgentMetrics.descriptions)

    private func counts(limit: Int = 10) -> ConnectionCounts { ConnectionCounts(limit: limit, AgentMetrics(registry)) }

    private func element(_ number: UInt32, _ comment: String?, _ packets: UInt64) -> CountedElement {
      var key = RegisterBytes()
      key.append(number: number)
      return CountedElement(key: key, comment: comment, packets: packets)
    }

    /// The values by service and port.
    private var shown: [String: Double] {
      var values: [String: Double] = [:]
      let pattern = /svcnat_service_connections_total\{namespace="(.*)",port="(.*)",service="(.*)"\} (.*)/
      for line in registry.text().split(separator: "\n") {
        guard let match = line.wholeMatch(of: pattern) else { continue }
        values["\(match.output.1)/\(match.output.3):\(match.output.2)"] = Double(match.output.4)
      }
      return values
    }

    @Test func whatWasCountedBeforeIsNobodys() {
      var counts = counts()
      #expect(shown == ["/(others):": 0])
      counts.remove(element(9, "shop/old:http", 5), .ipv4)
      counts.look([element(1, "shop/web:http", 1000), element(2, "shop/dns", 0)], .ipv4)
      #expect(shown == ["/(others):": 0, "shop/web:http": 0, "shop/dns:": 0])
      counts.look([element(1, "shop/web:http", 1007), element(2, "shop/dns", 1)], .ipv4)
      #expect(shown == ["/(others):": 0, "shop/web:http": 7, "shop/dns:": 1])
    }

    @Test func frontendsAndFamiliesAreSummed() {
      var counts = counts()
      for family in IPFamily.allCases { counts.look([], family) }
      counts.look([element(1, "shop/web:http", 3), element(2, "shop/web:http", 4)], .ipv4)
      counts.look([element(1, "shop/web:http", 5)], .ipv6)
      #expect(shown["shop/web:http"] == 12)
    }

    /// An element that is exchanged begins at zero again; the sum does not.
    @Test func sumsNeverShrink() {
      var counts = counts()
      counts.look([], .ipv4)
      counts.look([element(1, "a/b", 10)], .ipv4)
      counts.remove(element(1, "a/b", 13), .ipv4)
      #expect(shown["a/b:"] == 13)
      counts.look([element(1, "a/b", 20)], .ipv4)
      #expect(shown["a/b:"] == 33)
      // It was exchanged and nothing was heard of it.
      counts.look([element(1, "a/b", 2)], .ipv4)
      #expect(shown["a/b:"] == 35)
      // Gone, and nothing was heard of it.
      counts.look([], .ipv4)
      counts.look([element(1, "a/b", 1)], .ipv4)
      #expect(shown["a/b:"] == 36)
      // Exchanged twice between two looks.
      counts.remove(element(1, "a/b", 2), .ipv4)
      counts.remove(element(1, "a/b", 3), .ipv4)
      #expect(shown["a/b:"] == 40)
    }

    @Test func whoHasConnectionsComesFirst() {
      var counts = counts(limit: 2)
      counts.look([], .ipv4)
      counts.look([element(1, "a/a", 0), element(2, "a/b", 1), element(3, "a/c", 0)], .ipv4)
      #expect(shown.count == 3 && shown["a/b:"] == 1)
      counts.look([element(1, "a/a", 0), element(2, "a/b", 1), element(3, "a/c", 4)], .ipv4)
      #expect(shown == ["/(others):": 0, "a/b:": 1, "a/c:": 4])
      counts.look([element(1, "a/a", 6), element(2, "a/b", 1), element(3, "a/c", 4)], .ipv4)
      #expect(shown == ["/(others):": 6, "a/b:": 1, "a/c:": 4])
      // One that is gone makes room.
      counts.forget { $0.service.name != "b" }
      counts.look([element(1, "a/a", 7), element(3, "a/c", 5)], .ipv4)
      #expect(shown == ["/(others):": 6, "a/a:": 1, "a/c:": 5])
    }

    @Test func aLimitOfZeroIsOneSum() {
      var counts = counts(limit: 0)
      counts.look([], .ipv4)
      counts.look([element(1, "a/a", 2), element(2, "a/b", 3)], .ipv4)
      #expect(shown == ["/(others):": 5])
    }

    /// Comments that name no service port, or that were cut.
    @Test(arguments: [nil, "", "web", "shop/" + String(repeating: "w", count: 120) + "..."])
    func otherCommentsAreSummed(_ comment: String?) {
      var counts = counts()
      counts.look([], .ipv4)
      counts.look([element(1, comment, 2)], .ipv4)
      #expect(shown == ["/(others):": 2])
    }

    @Test func lookingTakesNoMoreThanAHundredthOfTheTime() {
      let configuration = AgentConfiguration.hasty()
      #expect(configuration.counterPause(after: .milliseconds(10)) == .seconds(15))
      #expect(configuration.counterPause(after: .milliseconds(300)) == .seconds(30))
    }
  }

  /// Real connections, while the elements that count them are exchanged.
  @Suite(.serialized, .enabled(if: KernelSupport.isUsable, Comment(rawValue: KernelSupport.need)))
  struct ConnectionMetricsTests {
    /// With the long period all but the first look is news of elements that went.
    @Test(arguments: [Duration.milliseconds(5), .seconds(3600)])
    func everyConnectionIsCountedOnce(_ period: Duration) throws {
      var configuration = AgentConfiguration.hasty()
      configuration.connectionMetricsLimit = 1000
      configuration.counterPeriod = period
      let node = try KernelNode(NodeLayout(addresses: [try #require(IPAddress("192.0.2.11"))]))
      let loop = try RunningLoop(configuration, on: node)
      var objects = try SmallCluster.objects(
        SmallCluster.text.replacing("port: 53}]", with: "port: 53, nodePort: 30053}], type: NodePort"))
      loop.post(objects)
      let name = #"svcnat_service_connections_total{namespace="shop",port="",service="dns"}"#
      try loop.expect("it counts") { loop.metric(name) == 0 }
      try node.perform { _ = try SystemProgram("ip").run(["route", "add", "10.0.0.0/8", "dev", "eth0"]) }
      let place = try #require(objects.slices.firstIndex { $0.serviceName == "dns" })
      var sent = 0.0
      for round in 1...5 {
        // Each from a port of its own.
        // The element of a node port stays when endpoints change, so that there is no news of it.
        let toNodePort = period < .seconds(1) ? "; echo > /dev/udp/192.0.2.11/30053" : ""
        let script = "for i in {1..\(round)}; do echo > /dev/udp/10.96.0.12/53; done" + toNodePort
        try node.perform { _ = try SystemProgram("bash").run(["-c", script]) }
        sent += Double(round) + (period < .seconds(1) ? 1 : 0)
        let addresses = (0..<(round % 3 + 2)).map { "10.244.1.\(10 + $0)" }
        let slice = SmallCluster.slice("dns", addresses, transport: "UDP")
        objects.slices[place] = try #require(try SmallCluster.objects(slice).slices.first)
        loop.post(.change(.slice(objects.slices[place]), resourceVersion: nil))
        try loop.expect("round \(round)") { loop.metric(name) == sent }
      }
      try loop.expectRight(objects)
      // What serves nobody is shown no more.
      loop.post(.change(.deletedService(NamespacedName(namespace: "shop", name: "dns")), resourceVersion: nil))
      if period < .seconds(1) { try loop.expect("it is forgotten") { loop.metric(name) == nil } }
      #expect(loop.metric("svcnat_repairs_total") == 0)
      try loop.stop()
    }

    /// More elements than a map has room for: it is given another size, and goes on counting.
    @Test func mapsThatGrowGoOnCounting() throws {
      var configuration = AgentConfiguration.hasty()
      configuration.connectionMetricsLimit = 1000
      configuration.counterPeriod = .milliseconds(5)
      let node = try KernelNode(NodeLayout(addresses: [try #require(IPAddress("192.0.2.11"))]))
      let loop = try RunningLoop(configuration, on: node)
      var text = SmallCluster.node
      for number in 0..<700 {
        text += "---\n" + SmallCluster.service("s\(number)", "10.97.\(number / 250).\(number % 250 + 1)")
        text += "---\n" + SmallCluster.slice("s\(number)", ["10.244.1.5"])
      }
      let many = try SmallCluster.objects(text)
      var few = many
      few.services.removeLast(400)
      few.slices.removeLast(400)
      loop.post(few)
      try loop.expectRight(few)
      loop.post(many)
      try loop.expectRight(many)
      #expect(loop.metric("svcnat_repairs_total") == 0)
      #expect(loop.metric("kubeproxy_sync_proxy_rules_nftables_sync_failures_total") == 0)
      try loop.stop()
    }
  }
#endif
