import Foundation
import NetworkAddresses
import RuleEvaluator
import RuleTargets
import ServicePlan
import TestSupport
import Testing

@testable import RuleDifference

/// A flow change is reported if and only if some probed flow changes: of random clusters and what random changes make of
/// them, every probed packet is walked through the rules of both.
///
/// `SVCNAT_CLUSTERS` says how many pairs are tried, `SVCNAT_SEED` which is the first.
@Suite struct FlowPropertyTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let pairs = environment["SVCNAT_CLUSTERS"].flatMap(Int.init) ?? 24
  private static let firstSeed = environment["SVCNAT_SEED"].flatMap(UInt64.init) ?? 1
  private static let batches = 2

  @Test(arguments: 0..<batches)
  func changesAreReportedIffProbesChange(_ batch: Int) throws {
    var reported = 0
    var silent = 0
    for index in stride(from: batch, to: FlowPropertyTests.pairs, by: FlowPropertyTests.batches) {
      let seed = FlowPropertyTests.firstSeed + UInt64(index)
      let old = GeneratedCluster(seed: seed)
      var mutation = ClusterMutation(seed: seed)
      let new = mutation.mutated(old)
      let target = RuleTarget.allCases[index / FlowPropertyTests.batches % RuleTarget.allCases.count]
      for (oldPlan, newPlan) in zip(old.plans, new.plans) {
        let changes = try check(oldPlan, newPlan, target, target, "SVCNAT_SEED=\(seed) SVCNAT_CLUSTERS=1")
        if changes == 0 { silent += 1 } else { reported += 1 }
      }
    }
    if FlowPropertyTests.pairs >= 24 {
      #expect(reported > 2 && silent > 2, "both kinds have to be met: \(reported) with changes, \(silent) without")
    }
  }

  /// The question before a migration: one cluster, two targets.
  @Test(arguments: [(RuleTarget.iptables, RuleTarget.nftChains), (.nftMaps, .iptables), (.nftChains, .nftMaps)])
  func targetsDifferWhereProbesDo(_ old: RuleTarget, _ new: RuleTarget) throws {
    for seed in FlowPropertyTests.firstSeed..<FlowPropertyTests.firstSeed + UInt64(max(1, FlowPropertyTests.pairs / 12))
    {
      for plan in GeneratedCluster(seed: seed).plans {
        let changes = try check(plan, plan, old, new, "SVCNAT_SEED=\(seed) SVCNAT_CLUSTERS=1")
        if old.mode == new.mode { #expect(changes == 0) }
      }
    }
  }

  /// Rules from elsewhere, asked about the Services of a plan and about the frontends they have themselves.
  @Test(arguments: RuleTarget.allCases)
  func foundRulesAreAskedAboutEveryFrontend(_ target: RuleTarget) throws {
    for seed in FlowPropertyTests.firstSeed..<FlowPropertyTests.firstSeed + UInt64(max(1, FlowPropertyTests.pairs / 12))
    {
      let old = GeneratedCluster(seed: seed)
      var mutation = ClusterMutation(seed: seed)
      let new = mutation.mutated(old)
      for (oldPlan, newPlan) in zip(old.plans, new.plans) where oldPlan.configuration == newPlan.configuration {
        let node = ComparedNode(newPlan, target: target)
        let own = ComparedNode(newPlan, target: target, foundRules: node.rules)
        #expect(try FlowComparison.changes(from: own, to: node).isEmpty, "SVCNAT_SEED=\(seed) SVCNAT_CLUSTERS=1")
        let found = ComparedNode(newPlan, target: target, foundRules: ComparedNode(oldPlan, target: target).rules)
        let changes = try FlowComparison.changes(from: found, to: node)
        let reported = Set(changes.flatMap(\.destinations).map { "\($0.address) \($0.transport) \($0.port)" })
        let evaluators = [try found.evaluator(), try node.evaluator()]
        for destination in FlowProbes(oldPlan, newPlan).destinations
        where kind(of: destination, oldPlan, newPlan) == .frontend {
          // A client as any other: of source ranges that only the rules know nothing is known.
          let source = try #require(IPAddress(newPlan.family == .ipv4 ? "203.0.113.9" : "2001:db8:c::9"))
          let packet = Packet(
            from: .external, source, to: destination.address, destination.transport, port: destination.port,
            inputInterface: "eth0")
          let fates = try evaluators.map { FlowFate(try $0.evaluate(packet), affinitySeconds: nil) }
          #expect(
            fates[0] == fates[1]
              || reported.contains("\(destination.address) \(destination.transport) \(destination.port)"),
            "SVCNAT_SEED=\(seed) SVCNAT_CLUSTERS=1, \(target.rawValue): \(packet)")
        }
      }
    }
  }

  /// - Returns: how many changes are reported.
  private func check(
    _ oldPlan: NodePlan, _ newPlan: NodePlan, _ oldTarget: RuleTarget, _ newTarget: RuleTarget, _ name: String
  ) throws -> Int {
    let (old, new) = (ComparedNode(oldPlan, target: oldTarget), ComparedNode(newPlan, target: newTarget))
    let changes = try FlowComparison.changes(from: old, to: new)
    let evaluators = try [old, new].map {
      try PacketEvaluator($0.rules, environment: NodeEnvironment($0.plan.configuration))
    }
    var reported: Set<FlowProbes.Destination> = []
    var kinds: Set<FlowDestination.Kind> = []
    for change in changes {
      for destination in change.destinations {
        reported.insert(
          FlowProbes.Destination(
            address: destination.address, transport: destination.transport, port: destination.port))
        kinds.insert(destination.kind)
        for source in change.sources {
          let packet = source.packet(to: destination)
          let fates = try evaluators.map { FlowFate(try $0.evaluate(packet), affinitySeconds: nil) }
          #expect(
            fates[0] != fates[1] || change.before.affinitySeconds != change.after.affinitySeconds,
            "\(name): \(packet) is reported and does not change")
        }
      }
    }
    let probes = FlowProbes(oldPlan, newPlan)
    for destination in probes.destinations where !reported.contains(destination) {
      let kind = kind(of: destination, oldPlan, newPlan)
      // No frontend of either side: one of its kind stands for all of them.
      if kind != .frontend, kinds.contains(kind) { continue }
      for packet in probes.packets(to: destination) {
        let before = FlowFate(try evaluators[0].evaluate(packet), affinitySeconds: nil)
        let after = FlowFate(try evaluators[1].evaluate(packet), affinitySeconds: nil)
        if before == after { continue }
        Issue.record(
          """
          \(name), \(oldTarget.rawValue) -> \(newTarget.rawValue), \(newPlan.family.rawValue): \(packet) was \
          \(before), is \(after), and nothing is reported for this destination, \(kind.rawValue)
          """)
        return changes.count
      }
    }
    return changes.count
  }

  private func kind(
    of destination: FlowProbes.Destination, _ old: NodePlan, _ new: NodePlan
  ) -> FlowDestination.Kind {
    let plans = [old, new]
    let isLocal = plans.contains { NodeEnvironment($0.configuration).isLocal(destination.address) }
    let ports = plans.flatMap(\.servicePorts)
    if ports.contains(where: { $0.owns(destination, isLocal: isLocal) }) { return .frontend }
    if isLocal, ports.contains(where: { $0.healthCheckNodePort == destination.port }) { return .healthCheck }
    if ports.contains(where: { $0.clusterIP == destination.address }) { return .otherPort }
    if destination.address.isLoopback { return .loopback }
    return .unallocated
  }
}

extension ServicePortPlan {
  fileprivate func owns(_ destination: FlowProbes.Destination, isLocal: Bool) -> Bool {
    guard PacketProtocol(transport) == destination.transport else { return false }
    return isLocal && destination.port == nodePort || destination.port == port && owns(destination.address)
  }
}
