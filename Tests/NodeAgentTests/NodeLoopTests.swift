#if Agent && os(Linux)
  import Foundation
  import KernelFlows
  import KubernetesAPI
  import KubernetesObjects
  import LivePlan
  import NFTables
  import NFTablesNetlink
  import NetworkAddresses
  import RuleTargets
  import SystemPrograms
  import Testing

  @testable import NodeAgent

  /// What an agent does to the kernel of a node of its own.
  @Suite(.serialized, .enabled(if: KernelSupport.isUsable, Comment(rawValue: KernelSupport.need)))
  struct NodeLoopTests {
    private static func bareNode() throws -> KernelNode {
      try KernelNode(NodeLayout(addresses: [try #require(IPAddress("192.0.2.11"))]))
    }

    private static func start(
      _ configuration: AgentConfiguration = .hasty(), on node: KernelNode? = nil
    ) throws -> RunningLoop {
      try RunningLoop(configuration, on: try node ?? bareNode())
    }

    /// Runs a program in the namespace of a node.
    @discardableResult
    private static func run(_ node: KernelNode, _ line: String, input: String = "") throws -> String {
      let words = line.split(separator: " ").map(String.init)
      return try node.perform {
        String(decoding: try SystemProgram(words[0]).run(Array(words.dropFirst()), input: input.utf8), as: UTF8.self)
      }
    }

    // MARK: - Start and end

    @Test(arguments: [RuleTarget.nftMaps, .nftChains])
    func nothingIsProgrammedBeforeAllIsKnown(_ target: RuleTarget) throws {
      let loop = try Self.start(.hasty(target))
      let objects = try SmallCluster.objects
      let before = try loop.generation()
      loop.post(.services(objects.services.map { Listed($0) }))
      loop.post(.node(objects.nodes.first))
      usleep(50_000)
      #expect(try loop.generation() == before)
      #expect(loop.health.report().lastUpdated == nil)
      loop.post(.slices(objects.slices.map { Listed($0) }))
      try loop.expectRight(objects)
      try loop.expect("it calls itself up to date") { loop.health.report().lastUpdated != nil }
      try loop.stop()
      // Rules stay.
      #expect(try loop.isRight(objects))
      #expect(loop.log.contains("the rules stay"))
    }

    @Test func aRestartWritesNothing() throws {
      let node = try Self.bareNode()
      let objects = try SmallCluster.objects
      let first = try Self.start(on: node)
      first.post(objects)
      try first.expectRight(objects)
      // Numbers of endpoints are now as history made them.
      first.post(.slices([]))
      first.post(.slices(objects.slices.map { Listed($0) }))
      try first.expect("both syncs are over") { try first.isRight(objects) && first.metric(Self.pending) == 0 }
      try first.stop()
      let generation = try first.generation()
      let second = try Self.start(on: node)
      second.post(objects)
      try second.expect("it has looked") { second.health.report().lastUpdated != nil }
      #expect(try second.generation() == generation)
      #expect(try second.isRight(objects))
      try second.stop()
    }

    @Test func itCleansUpOnlyWhenAsked() throws {
      var configuration = AgentConfiguration.hasty()
      configuration.cleansUpOnExit = true
      let loop = try Self.start(configuration)
      let objects = try SmallCluster.objects
      loop.post(objects)
      try loop.expectRight(objects)
      try loop.stop()
      #expect(try !Self.run(loop.node, "nft list tables").contains("svcnat\n"))
    }

    private static let pending = "kubeproxy_sync_proxy_rules_endpoint_changes_pending"

    // MARK: - Changes

    @Test(arguments: [RuleTarget.nftMaps, .nftChains])
    func changesAreFollowed(_ target: RuleTarget) throws {
      let loop = try Self.start(.hasty(target))
      var objects = try SmallCluster.objects
      loop.post(objects)
      try loop.expectRight(objects)

      let slice = try #require(try SmallCluster.objects(SmallCluster.slice("web", ["10.244.1.6"])).slices.first)
      let place = try #require(objects.slices.firstIndex { $0.name == slice.name })
      objects.slices[place] = slice
      loop.post(.change(.slice(slice), resourceVersion: nil))
      try loop.expectRight(objects)
      #expect(loop.log.contains("shop/web: endpoint 10.244.1.5:8080 gone, 1 remain"))

      objects.services.removeAll { $0.name == SmallCluster.namespacedWeb }
      loop.post(.change(.deletedService(SmallCluster.namespacedWeb), resourceVersion: nil))
      try loop.expectRight(objects)
      #expect(loop.log.contains("shop/web: gone"))
      #expect(loop.metric("svcnat_repairs_total") ?? 0 == 0, "changes of its own are no reason to repair")
      try loop.stop()
    }

    /// What cannot be understood stops nothing else.
    @Test func invalidObjectsAreNamed() throws {
      let loop = try Self.start()
      let objects = try SmallCluster.objects
      loop.post(.invalid(words: "shop/broken: spec.clusterIP: no address"))
      loop.post(objects)
      try loop.expectRight(objects)
      #expect(loop.log.contains("shop/broken"))
      try loop.stop()
    }

    // MARK: - The node changes

    @Test func addressesOfInterfacesAreFollowed() throws {
      let loop = try Self.start(.hasty(nodePortAddresses: ["192.0.2.0/24", "198.51.100.0/24"]))
      let objects = try SmallCluster.objects(
        SmallCluster.text,
        "---\n"
          + SmallCluster.service("np", "10.96.0.20", more: ", type: NodePort").replacing(
            "port: 80}", with: "port: 80, nodePort: 30080}"), "---\n" + SmallCluster.slice("np", ["10.244.1.9"]))
      loop.post(objects)
      try loop.expect("node ports are served at the address") {
        try Self.run(loop.node, "nft list ruleset ip").contains("192.0.2.11")
      }
      try Self.run(loop.node, "ip address add 198.51.100.7/24 dev eth0")
      try loop.expect("the new address is served") {
        try Self.run(loop.node, "nft list ruleset ip").contains("198.51.100.7")
      }
      try Self.run(loop.node, "ip address del 198.51.100.7/24 dev eth0")
      try loop.expect("it is no more") {
        try !Self.run(loop.node, "nft list ruleset ip").contains("198.51.100.7")
      }
      try loop.stop()
    }

    @Test func podRangesThatComeLateAreFollowed() throws {
      let loop = try Self.start()
      let objects = try SmallCluster.objects
      var node = try #require(objects.nodes.first)
      let ranges = node.podCIDRs
      node.podCIDRs = []
      loop.post(objects, node: node)
      try loop.expectRight(objects, node: node)
      node.podCIDRs = ranges
      loop.post(.node(node))
      try loop.expectRight(objects, node: node)
      #expect(try Self.run(loop.node, "nft list ruleset ip").contains("10.244.1.0/24"))
      try loop.stop()
    }

    @Test func theZoneIsFollowed() throws {
      let loop = try Self.start()
      let hint = ", hints: {forZones: [{name: ZONE}]}"
      let objects = try SmallCluster.objects(
        SmallCluster.node, "---\n" + SmallCluster.service("zoned", "10.96.0.30"),
        "---\n" + SmallCluster.slice("zoned", ["10.244.1.5"], more: hint.replacing("ZONE", with: "a")),
        "---\n"
          + SmallCluster.slice("zoned", ["10.244.2.5"], more: hint.replacing("ZONE", with: "b"))
          .replacing("zoned-1", with: "zoned-2"))
      var node = try #require(objects.nodes.first)
      loop.post(objects)
      try loop.expectRight(objects)
      let before = try Self.run(loop.node, "nft list ruleset ip")
      #expect(before.contains("10.244.1.5") && !before.contains("10.244.2.5"))
      node.zone = "b"
      loop.post(.node(node))
      try loop.expectRight(objects, node: node)
      let after = try Self.run(loop.node, "nft list ruleset ip")
      #expect(after.contains("10.244.2.5") && !after.contains("10.244.1.5"))
      // Without its Node it is not eligible for traffic, and keeps its rules.
      loop.post(.node(nil))
      try loop.expect("not eligible") { !loop.health.report().isNodeEligible }
      try loop.stop()
    }

    @Test func switchingIPv6OffIsFollowed() throws {
      let address = try #require(IPAddress("2001:db8::11"))
      let node = try KernelNode(NodeLayout(addresses: [try #require(IPAddress("192.0.2.11")), address]))
      let loop = try Self.start(.hasty(families: IPFamily.allCases, nodePortAddresses: ["2001:db8::/64"]), on: node)
      let objects = try SmallCluster.objects
      loop.post(objects)
      try loop.expect("the address is served") {
        try Self.run(node, "nft list ruleset ip6").contains("2001:db8::11")
      }
      try Self.run(node, "sysctl -q -w net.ipv6.conf.all.disable_ipv6=1")
      try loop.expect("it is no more") { try !Self.run(node, "nft list ruleset ip6").contains("2001:db8::11") }
      #expect(try Self.run(node, "nft list ruleset ip").contains("10.96.0.10"))
      try loop.stop()
    }

    // MARK: - Others change the rules

    @Test(arguments: [
      "flush ruleset", "delete table ip svcnat", "flush chain ip svcnat services", "flush map ip svcnat service-ips",
      "add element ip svcnat cluster-ips { 10.96.99.99 }", "add chain ip svcnat junk",
      "add table ip svcnat { flags dormant; }",
    ])
    func whatOthersDoIsUndone(_ command: String) throws {
      let loop = try Self.start()
      let objects = try SmallCluster.objects
      loop.post(objects)
      try loop.expectRight(objects)
      try Self.run(loop.node, "nft -f -", input: command + "\n")
      try loop.expect("it is told") { loop.log.contains("changed the rules; restored:") }
      #expect(try loop.isRight(objects))
      #expect(loop.log.contains("nft (process"), "\(loop.log.lines)")
      #expect(loop.metric("svcnat_repairs_total") == 1)
      try loop.stop()
    }

    /// Somebody who does it again and again is not fought without end.
    @Test func repairsAreLimited() throws {
      let loop = try Self.start()
      let objects = try SmallCluster.objects
      loop.post(objects)
      try loop.expectRight(objects)
      for _ in 0..<100 {
        try Self.run(loop.node, "nft -f -", input: "flush ruleset\n")
        usleep(5000)
      }
      try loop.expectRight(objects)
      let repairs = try #require(loop.metric("svcnat_repairs_total"))
      #expect(repairs < 20)
      try loop.stop()
    }

    /// Tables of others are nothing to us.
    @Test func othersMayDoAsTheyLike() throws {
      let loop = try Self.start()
      let objects = try SmallCluster.objects
      loop.post(objects)
      try loop.expectRight(objects)
      try loop.expect("the sync is over") { loop.health.report().lastUpdated != nil }
      try Self.run(loop.node, "nft -f -", input: "add table ip other\nadd chain ip other a\n")
      let generation = try loop.generation()
      usleep(50_000)
      #expect(try loop.generation() == generation)
      #expect(try Self.run(loop.node, "nft list tables").contains("table ip other"))
      #expect(loop.metric("svcnat_repairs_total") ?? 0 == 0)
      try loop.stop()
    }

    /// News that is none, such as that of a listener that lost some, leads to a look and no more.
    @Test func suspicionWithoutReasonChangesNothing() throws {
      let loop = try Self.start()
      let objects = try SmallCluster.objects
      loop.post(objects)
      try loop.expectRight(objects)
      // More than the socket holds: it is told that something is lost.
      let many = (0..<3000).map { "add table ip junk-\($0)\ndelete table ip junk-\($0)\n" }.joined()
      for _ in 0..<3 { try Self.run(loop.node, "nft -f -", input: many) }
      try loop.drain()
      #expect(try loop.isRight(objects))
      #expect(loop.metric("svcnat_repairs_total") == 0)
      try Self.run(loop.node, "nft -f -", input: "delete table ip svcnat\n")
      try loop.expect("it still listens") { try loop.isRight(objects) }
      try loop.stop()
    }

    // MARK: - The way to the API server

    @Test func aWayThatNeedsOwnRulesIsWarnedOf() throws {
      var configuration = AgentConfiguration.hasty()
      configuration.apiServer = APIServerAddress(try #require(IPAddress("10.96.0.1")), port: 443, isInCluster: true)
      let inCluster = try Self.start(configuration)
      try inCluster.expect("a warning") { inCluster.log.contains("give the server's own address with --server") }
      try inCluster.stop()

      configuration.apiServer = APIServerAddress(try #require(IPAddress("10.96.0.10")), port: 80, isInCluster: false)
      let byService = try Self.start(configuration)
      byService.post(try SmallCluster.objects)
      try byService.expect("a warning") { byService.log.contains("an address of the Service shop/web") }
      try byService.stop()

      configuration.apiServer = APIServerAddress(try #require(IPAddress("192.0.2.1")), port: 6443, isInCluster: false)
      let direct = try Self.start(configuration)
      direct.post(try SmallCluster.objects)
      try direct.drain()
      #expect(!direct.log.contains("--server"))
      try direct.stop()
    }

    // MARK: - Metrics

    @Test func whatIsCountedIsThere() throws {
      let loop = try Self.start()
      try loop.expect("it is there before anything is counted") { loop.metric("svcnat_repairs_total") == 0 }
      let local = SmallCluster.service(
        "local", "10.96.0.40", more: ", type: NodePort, externalTrafficPolicy: Local, internalTrafficPolicy: Local")
      let objects = try SmallCluster.objects(
        SmallCluster.text, "---\n" + local,
        "---\n" + SmallCluster.slice("local", ["10.244.2.5"]).replacing("node-1", with: "node-2"))
      loop.post(objects)
      try loop.drain()
      func lacking(_ policy: String) -> Double? {
        loop.metric(
          "kubeproxy_sync_proxy_rules_no_local_endpoints_total{ip_family=\"IPv4\",traffic_policy=\"\(policy)\"}")
      }
      #expect(lacking("internal") == 1 && lacking("external") == 0)
      var slice = try #require(objects.slices.first)
      slice.lastChangeTriggerTime = Date().addingTimeInterval(2).formatted(.iso8601)
      loop.post(.change(.slice(slice), resourceVersion: nil))
      slice.lastChangeTriggerTime = "2001-01-01T00:00:00Z"
      loop.post(.change(.slice(slice), resourceVersion: nil))
      try loop.drain()
      let count = "kubeproxy_network_programming_duration_seconds_count{ip_family=\"IPv4\"}"
      loop.post(.change(.deletedService(SmallCluster.namespacedWeb), resourceVersion: nil))
      try loop.expect("the change that has a time is measured") { loop.metric(count) == 1 }
      try loop.stop()
    }

    // MARK: - In place of kube-proxy

    @Test func itTakesOver() throws {
      let node = try Self.bareNode()
      let objects = try SmallCluster.objects
      try Self.run(
        node, "nft -f -",
        input: """
          table ip kube-proxy {
            comment "rules for kube-proxy"
            map service-ips { type ipv4_addr . inet_proto . inet_service : verdict; }
            chain services { ip daddr . meta l4proto . th dport vmap @service-ips; }
            chain nat-prerouting { type nat hook prerouting priority dstnat; jump services; }
          }
          """)
      try Self.run(node, "iptables-nft -t nat -N KUBE-SERVICES")
      var configuration = AgentConfiguration.hasty()
      configuration.takesOver = true
      let loop = try Self.start(configuration, on: node)
      loop.post(objects)
      try loop.expect("the other rules are gone") {
        try !Self.run(node, "nft list ruleset").contains("kube-proxy")
          && !Self.run(node, "iptables-nft-save").contains("KUBE-SERVICES")
      }
      #expect(try loop.isRight(objects))
      try loop.stop()
    }
  }
#endif
