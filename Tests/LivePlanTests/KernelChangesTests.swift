#if Netlink && os(Linux)
  import FlowCases
  import Foundation
  import KernelFlows
  import KubernetesObjects
  import LivePlan
  import NFTables
  import NFTablesNetlink
  import NetworkAddresses
  import RuleEvaluator
  import RuleTargets
  import ServicePlan
  import TestSupport
  import Testing

  /// The kernel, given changes and nothing else, has what the node takes it to have.
  @Suite(.serialized, .enabled(if: KernelSupport.isUsable, Comment(rawValue: KernelSupport.need)))
  struct KernelChangesTests {
    @Test(arguments: [RuleTarget.nftMaps, .nftChains], [101] as [UInt64])
    func theKernelFollows(target: RuleTarget, seed: UInt64) throws {
      let node = try KernelNode(NodeLayout(addresses: []))
      try node.perform {
        var connection = try NetlinkConnection()
        var watch = RandomWatch(seed: seed)
        var live = LiveNode(configuration: watch.configuration, target: target)
        for step in 0..<220 {
          watch.next(&live)
          let change = live.takeChange()
          for (family, change) in zip(live.families, change.families) {
            let table = try #require(live.table(family))
            if step > 0, let change = change.table {
              try connection.commit(TableUpdate(change))
            } else {
              try connection.update(to: table)
            }
            let installed = try #require(try connection.table(table.identity))
            let rest = TableUpdate(from: installed, to: table)
            try #require(rest.isEmpty, "step \(step)")
          }
        }
      }
    }

    /// A start on a programmed kernel adopts what is there: nothing is written.
    @Test func aRestartChangesNothing() throws {
      let node = try KernelNode(NodeLayout(addresses: []))
      try node.perform {
        var connection = try NetlinkConnection()
        var watch = RandomWatch(seed: 7)
        var live = LiveNode(configuration: watch.configuration)
        var renumbered = 0
        for _ in 0..<60 {
          for _ in 0..<5 { watch.next(&live) }
          _ = live.takeChange()
          var next = LiveNode(configuration: watch.configuration)
          for service in watch.objects.services { next.apply(.service(service)) }
          for slice in watch.objects.slices { next.apply(.slice(slice)) }
          for family in live.families {
            let table = try #require(live.table(family))
            try connection.update(to: table)
            next.adopt(try #require(try connection.table(table.identity)).table)
          }
          _ = next.takeChange()
          for (family, plan) in zip(
            live.families, ClusterPlanner(configuration: watch.configuration).plan(watch.objects).plans)
          {
            let table = try #require(next.table(family))
            let update = try connection.update(to: table)
            #expect(update.isEmpty)
            if MapsLayout(plan).table() != table { renumbered += 1 }
          }
        }
        // Else it would be no art.
        #expect(renumbered > 0)
      }
    }

    /// Cases with several steps.
    private static let cases = Result {
      try CaseFile.cases().filter { flowCase in
        flowCase.modes.contains(.nftables) && flowCase.steps.dropFirst().contains { !$0.flows.isEmpty }
      }
    }

    /// The flows of cases with steps end where the case says when the steps are changes.
    @Test(arguments: try cases.get())
    func flowsFollowTheSteps(flowCase: FlowCase) throws {
      let states = ClusterState.all(of: flowCase)
      // The rest needs the rules to be taken away and put back as they were loaded.
      let flows = flowCase.steps.map { step in
        step.flows.compactMap { flow in FlowPacket(flow.packet).map { (flow: flow, packet: $0) } }
          .filter { $0.packet.state == .new }
      }
      let node = try KernelNode(
        NodeLayout(
          flowCase.configuration, plans: states.flatMap(\.plans), packets: flows.flatMap { $0.map(\.packet) }))
      var live = LiveNode(configuration: flowCase.configuration)
      for (step, state) in states.enumerated() {
        live.configuration = state.configuration
        live.replaceServices(with: state.objects.services.map { Listed($0) })
        live.replaceSlices(with: state.objects.slices.map { Listed($0) })
        let changes = live.takeChange().families
        if step == 0 {
          try node.load(live.families.map { live.rules($0) })
        } else {
          let updates = try changes.map { TableUpdate(try #require($0.table)) }
          try node.perform {
            var connection = try NetlinkConnection()
            for update in updates { try connection.commit(update) }
          }
        }
        for (flow, packet) in flows[step] {
          guard let expectation = flow.expectations[.nftables] else { continue }
          let attempts =
            expectation.action == .dnat ? Attempts.toReach(backends: expectation.backends.count) : Attempts.ofOneKind
          let seen = try node.observe(packet, attempts: attempts, forgettingClients: flow.affinity != nil)
          #expect(seen.action?.rawValue == expectation.action.rawValue, "step \(step), flow \(flow.name)")
          let reached = Set(seen.backends.keys.map { FlowBackend(address: $0.address, port: $0.port) })
          #expect(reached == Set(expectation.backends.keys), "step \(step), flow \(flow.name)")
        }
      }
    }
  }

  /// Whether tests that need a kernel can run here; in continuous integration a machine that cannot is a failure.
  enum KernelSupport {
    static let obstacle = KernelNode.obstacle(needsIPTables: false)

    static let isUsable = obstacle == nil || (getuid() == 0 && ProcessInfo.processInfo.environment["CI"] == "true")

    static let need = "needs Linux, root, ip and nft; " + (obstacle.map { "\($0)" } ?? "all there")
  }
#endif
