#if Agent && os(Linux)
  import FlowCases
  import Foundation
  import KernelFlows
  import KubernetesObjects
  import NFTables
  import NFTablesNetlink
  import NetworkAddresses
  import RuleTargets
  import ServicePlan
  import Synchronization
  import TestSupport
  import Testing

  @testable import NodeAgent
  @testable import svcnat

  /// Beside a kube-proxy, serving only Services of its own: both sets of rules in one kernel, and all flows right.
  @Suite(.serialized, .enabled(if: KernelSupport.isUsable, Comment(rawValue: KernelSupport.need)))
  struct CanaryTests {
    private static func configuration(_ node: NodeConfiguration) -> AgentConfiguration {
      var configuration = AgentConfiguration(target: .nftMaps) { _ in
        var node = node
        node.nftablesMasqueradeBit = 15
        return node
      }
      configuration.serviceProxyName = "canary"
      configuration.minSyncPeriod = .zero
      return configuration
    }

    private static let label = "service.kubernetes.io/service-proxy-name: canary"

    /// Services of the canary, out of the way of those of the cases.
    private static var own: ObjectSet {
      get throws {
        try SmallCluster.objects(
          SmallCluster.service(
            "canary", "10.222.0.1", port: 80, more: ", type: NodePort", labels: label
          ).replacing("port: 80}", with: "port: 80, nodePort: 32222}"),
          "---\n" + SmallCluster.slice("canary", ["10.244.250.1", "10.244.250.2"]),
          "---\n" + SmallCluster.service("canary-empty", "10.222.0.2", labels: label))
      }
    }

    /// What kube-proxy serves is served as without the canary.
    @Test(arguments: try CaseFile.cases().filter { $0.modes.contains(.nftables) })
    func theOtherProxyIsNotDisturbed(flowCase: FlowCase) throws {
      let canary = Mutex<RunningLoop?>(nil)
      defer { try? canary.withLock { $0 }?.stop() }
      let own = try Self.own
      var run = FlowRun(targets: [.nftChains])
      run.observer = { flowCase, target in
        try SentFlows(flowCase, target) { tables in
          var connection = try NetlinkConnection()
          for table in tables { try connection.update(to: table) }
          if canary.withLock({ $0 != nil }) { return }
          let loop = try RunningLoop(here: Self.configuration(flowCase.configuration))
          canary.withLock { $0 = loop }
          loop.post(own)
          try loop.drain()
        }
      }
      let results = run.results(of: flowCase.withNewFlowsOnly)
      for result in results {
        if case .failed(let failure) = result.verdict { Issue.record("\(result.path): \(failure.mismatches)") }
      }
    }

    @Test func bothServe() throws {
      var node = NodeConfiguration(nodeName: "node-1")
      node.nodeIPs = try [#require(IPAddress("192.0.2.11"))]
      node.interfaceAddresses = node.nodeIPs
      node.detectLocal = .clusterCIDR(try [#require(IPPrefix("10.244.0.0/16"))])
      node.serviceCIDRs = try [#require(IPPrefix("10.96.0.0/16")), #require(IPPrefix("10.222.0.0/16"))]
      let client = try #require(IPAddress("203.0.113.9"))
      let theirs = try SmallCluster.objects
      let plans = ClusterPlanner(configuration: node).plan(theirs).plans
      let kernel = try KernelNode(
        NodeLayout(addresses: node.nodeIPs, usedMarkBits: 1 << 14 | 1 << 15),
        tableLoader: { tables in
          var connection = try NetlinkConnection()
          for table in tables { try connection.update(to: table) }
        })
      try kernel.load(plans.map { RuleTarget.nftChains.compile($0) })
      let loop = try RunningLoop(Self.configuration(node), on: kernel)
      loop.post(try Self.own)
      loop.post(.serviceCIDRs([]))
      try loop.drain()

      func reached(_ destination: String, _ port: UInt16) throws -> Set<String> {
        let seen = try kernel.observe(
          FlowPacket(from: .external, client, to: try #require(IPAddress(destination)), .tcp, port: port), attempts: 40)
        for address in seen.backends.keys {
          #expect(seen.isMasqueraded(address) == true, "traffic from outside the cluster is masqueraded once")
        }
        return Set(seen.backends.keys.map { "\($0.address)" })
      }
      #expect(try reached("10.96.0.10", 80) == ["10.244.1.5", "10.244.1.6"])
      #expect(try reached("10.222.0.1", 80) == ["10.244.250.1", "10.244.250.2"])
      #expect(try reached("192.0.2.11", 32222) == ["10.244.250.1", "10.244.250.2"])
      func action(_ destination: String) throws -> FlowFate.Action? {
        try kernel.observe(
          FlowPacket(from: .external, client, to: try #require(IPAddress(destination)), .tcp, port: 80), attempts: 4
        ).action
      }
      // Each refuses for its own.
      #expect(try action("10.222.0.2") == .reject)
      #expect(try action("10.96.0.11") == .reject)
      // What is whose the canary cannot know, so it says nothing of the rest (REJ-7).
      let rules = try kernel.perform {
        var connection = try NetlinkConnection()
        return try connection.table(TableIdentity(.ipv4, MapsLayout.tableName))?.table
      }
      #expect(rules?.set(named: MapsLayout.SharedSet.serviceCIDRs.name)?.elements.isEmpty ?? true)
      try loop.stop()
    }
  }
#endif
