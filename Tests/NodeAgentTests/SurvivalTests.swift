#if Agent && os(Linux)
  import ConnectionTracking
  import ConntrackNetlink
  import Foundation
  import Glibc
  import KernelFlows
  import KubernetesObjects
  import Netlink
  import NetworkAddresses
  import NodeProgramming
  import RuleTargets
  import Synchronization
  import SystemPrograms
  import Testing

  @testable import NodeAgent

  /// What goes wrong on a node without being anybody's fault: full tables, clocks that are set, news that is lost.
  @Suite(.serialized, .enabled(if: KernelSupport.isUsable, Comment(rawValue: KernelSupport.need)))
  struct SurvivalTests {
    private static func bareNode() throws -> KernelNode {
      try KernelNode(NodeLayout(addresses: [try #require(IPAddress("192.0.2.11"))]))
    }

    /// The objects with other endpoints of `web`.
    private static func withWeb(_ addresses: [String], _ objects: ObjectSet) throws -> (ObjectSet, EndpointSlice) {
      let slice = try #require(try SmallCluster.objects(SmallCluster.slice("web", addresses)).slices.first)
      var objects = objects
      objects.slices = objects.slices.map { $0.name == slice.name ? slice : $0 }
      return (objects, slice)
    }

    // MARK: - Connection tracking

    private static func entry(_ port: UInt16) throws -> TrackedConnection {
      func end(_ address: String, _ port: UInt16) throws -> ConnectionEnd {
        ConnectionEnd(try #require(IPAddress(address)), port)
      }
      return TrackedConnection(
        transport: .udp, originalSource: try end("10.244.1.9", port), originalDestination: try end("10.96.0.12", 53),
        replySource: try end("10.244.9.9", 8080), replyDestination: try end("10.244.1.9", port), zone: 0)
    }

    private static func entries(_ node: KernelNode) throws -> Int {
      try node.perform {
        var table = try ConntrackConnection()
        var count = 0
        _ = try table.list(.ipv4, .udp) { if $0.originalDestination.port == 53 { count += 1 } }
        return count
      }
    }

    /// `nf_conntrack_max` is one for the machine and not a test's to change, so the kernel's answers are played.
    @Test func sweepsThatFailAreTriedAgainAndProgrammingGoesOn() throws {
      let node = try Self.bareNode()
      let faults = Faults()
      var configuration = AgentConfiguration.hasty()
      configuration.syncPeriod = .milliseconds(10)
      let loop = try RunningLoop(configuration, on: node) { FaultyKernel($0, faults) }
      var objects = try SmallCluster.objects
      loop.post(objects)
      try loop.expectRight(objects)
      try loop.expect("the first sweep is over") { loop.sweeps > 0 }
      try node.perform {
        var table = try ConntrackConnection()
        try table.insert(try Self.entry(40000), seconds: 600)
      }
      var unfinished = ConntrackSweepReport()
      unfinished.isComplete = false
      var failed = ConntrackSweepReport()
      failed.failed = 3
      faults.sweeps.withLock {
        $0 =
          [ENOMEM, ENOBUFS].map { .failure(NetlinkError("reading connections (UDP, IPv4)", .refused(code: $0))) }
          + [.success(unfinished), .success(failed)]
      }
      // The Service goes while nothing can be swept: its connections are still to go.
      let dns = NamespacedName(namespace: "shop", name: "dns")
      objects.services.removeAll { $0.name == dns }
      loop.post(.change(.deletedService(dns), resourceVersion: nil))
      let (changed, slice) = try Self.withWeb(["10.244.1.77"], objects)
      loop.post(.change(.slice(slice), resourceVersion: nil))
      try loop.expectRight(changed)
      try loop.expect("it is swept in the end") { try Self.entries(node) == 0 }
      #expect(faults.sweeps.withLock { $0.isEmpty })
      #expect(loop.metric("svcnat_conntrack_sweep_failures_total") == 4)
      #expect(loop.log.contains("stale connections stay: reading connections (UDP, IPv4): ENOMEM"))
      #expect(loop.log.contains("the kernel did not list all connections"))
      #expect(loop.health.report().isHealthy)
      #expect(loop.metric("kubeproxy_sync_proxy_rules_nftables_sync_failures_total") == 0)
      try loop.stop()
    }

    // MARK: - Clocks

    /// The wall clock is only shown: that somebody sets it, forward or back, delays nothing and hastens nothing.
    @Test(arguments: [-1_700_000_000, -3600, 86_400, 3_000_000_000.0])
    func theWallClockMayJump(_ jump: Double) throws {
      let node = try Self.bareNode()
      let shift = Mutex(0.0)
      var configuration = AgentConfiguration.hasty()
      configuration.minSyncPeriod = .milliseconds(5)
      configuration.verificationPeriod = .milliseconds(100)
      let loop = try RunningLoop(configuration, on: node, wallClock: { NodeLoop.time() + shift.withLock { $0 } })
      let objects = try SmallCluster.objects
      loop.post(objects)
      try loop.expectRight(objects)
      shift.withLock { $0 = jump }
      let (changed, slice) = try Self.withWeb(["10.244.1.77"], objects)
      loop.post(.change(.slice(slice), resourceVersion: nil))
      try loop.expectRight(changed)
      #expect(loop.health.report().isHealthy)
      let full = #"kubeproxy_sync_full_proxy_rules_duration_seconds_count{ip_family="IPv4"}"#
      let before = try #require(loop.metric(full))
      try loop.expect("everything is compared as often as before") { loop.metric(full) ?? 0 >= before + 2 }
      _ = try node.perform { try SystemProgram("nft").run(["delete", "table", "ip", "svcnat"]) }
      try loop.expectRight(changed)
      // It is what is shown.
      let last = try #require(
        loop.metric(#"kubeproxy_sync_proxy_rules_last_timestamp_seconds{ip_family="IPv4"}"#))
      #expect(abs(last - NodeLoop.time() - jump) < 600)
      try loop.stop()
    }

    // MARK: - Sockets

    /// The socket is full when somebody changes the rules, so that this is never heard of.
    @Test func aChangeThatIsNotHeardOfIsRepaired() throws {
      let node = try Self.bareNode()
      let faults = Faults()
      let loop = try RunningLoop(.hasty(), on: node) { FaultyKernel($0, faults) }
      let objects = try SmallCluster.objects
      loop.post(objects)
      try loop.expectRight(objects)
      try loop.drain()
      faults.isHeld.withLock { $0 = true }
      loop.post(.invalid(words: "a reason to wake up"))
      try loop.expect("it hears nothing") { faults.isHolding.withLock { $0 } }
      // More than 32 MiB of news.
      let comment = String(repeating: "x", count: 120)
      let keys = (0..<60_000).map { "\($0) comment \"\(comment)\"" }.joined(separator: ", ")
      try node.perform {
        let nft = try SystemProgram("nft")
        _ = try nft.run(
          ["-f", "-"],
          input: "add table ip junk\nadd set ip junk s { type mark; }\nadd element ip junk s { \(keys) }\n".utf8)
        for _ in 0..<2 {
          _ = try nft.run(["-f", "-"], input: "flush set ip junk s\nadd element ip junk s { \(keys) }\n".utf8)
        }
        _ = try nft.run(["flush", "map", "ip", "svcnat", "service-ips"])
      }
      #expect(try !loop.isRight(objects))
      faults.isHeld.withLock { $0 = false }
      try loop.expectRight(objects)
      try loop.expect("it says so") { loop.log.contains("somebody else changed the rules; restored:") }
      #expect(!loop.log.contains("nft (process"), "who it was is among what was lost")
      try loop.stop()
    }

    // MARK: - Reading

    /// A table that is never at rest while it is read cannot be compared; it is tried again, and changes go on.
    @Test func aComparisonThatWasInterruptedIsTriedAgain() throws {
      let node = try Self.bareNode()
      let faults = Faults()
      var configuration = AgentConfiguration.hasty()
      configuration.syncPeriod = .milliseconds(10)
      let loop = try RunningLoop(configuration, on: node) { FaultyKernel($0, faults) }
      let objects = try SmallCluster.objects
      loop.post(objects)
      try loop.expectRight(objects)
      try loop.drain()
      faults.failProgramming(
        4, .busy(NetlinkError("reading table ip svcnat", .keptChanging(attempts: 16))))
      // The reason to compare, and a change that comes meanwhile.
      _ = try node.perform { try SystemProgram("nft").run(["flush", "map", "ip", "svcnat", "service-ips"]) }
      let (changed, slice) = try Self.withWeb(["10.244.1.77"], objects)
      loop.post(.change(.slice(slice), resourceVersion: nil))
      try loop.expect("all interruptions came") { faults.refusalsLeft == 0 }
      try loop.expectRight(changed)
      #expect(!loop.log.contains("left out"), "no Service is the reason")
      try loop.stop()
    }
  }
#endif
