import Foundation
import KernelFlows
import RuleEvaluator
import RuleTargets
import ServicePlan
import TestSupport
import Testing

/// What becomes of real packets in the rules of random clusters is what the plan says: a sample of the clusters that the
/// evaluator is tried on.
///
/// `SVCNAT_KERNEL_CLUSTERS` says how many are tried, `SVCNAT_SEED` which is the first.
@Suite(.serialized, .enabled(if: KernelSupport.isUsable, Comment(rawValue: KernelSupport.need)))
struct RandomClusterTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let clusters = environment["SVCNAT_KERNEL_CLUSTERS"].flatMap(Int.init) ?? 8
  private static let firstSeed = environment["SVCNAT_SEED"].flatMap(UInt64.init) ?? 1000
  /// Of one cluster and family.
  private static let packetLimit = 8

  @Test(arguments: 0..<clusters)
  func packetsEndWhereThePlanSays(_ index: Int) throws {
    let seed = RandomClusterTests.firstSeed + UInt64(index)
    let cluster = GeneratedCluster(seed: seed)
    let plans = cluster.plans
    let packets = plans.map { plan in
      PacketProbes.sample(
        PacketProbes.packets(for: plan).filter { isTaken($0, cluster.configuration) },
        limit: RandomClusterTests.packetLimit)
    }
    let node = try KernelNode(
      NodeLayout(cluster.configuration, plans: plans, packets: packets.joined().compactMap { FlowPacket($0) }))
    for target in RuleTarget.allCases {
      try node.load(plans.map { target.compile($0) })
      for (plan, packets) in zip(plans, packets) {
        let prediction = PlanPrediction(plan, mode: target.mode)
        for packet in packets {
          let expected = prediction.result(for: packet)
          let sent = try #require(FlowPacket(packet))
          let observation = try node.observe(
            sent, attempts: Attempts.toReach(backends: max(expected.backends.count, 1)), forgettingClients: true)
          let problems = problems(observation, expected, target)
          guard problems.isEmpty else {
            Issue.record(
              """
              SVCNAT_SEED=\(seed) SVCNAT_KERNEL_CLUSTERS=1, \(target.rawValue): \
              \(problems.joined(separator: ", ")), expected \(expected), packet \(packet)
              \(CaseText.text(cluster, name: "seed-\(seed)", flows: []))
              """)
            return
          }
        }
      }
    }
  }

  /// Whether a kernel lets a packet in at all, whatever the rules: not from itself, nor to ::1 from elsewhere.
  private func isTaken(_ packet: Packet, _ configuration: NodeConfiguration) -> Bool {
    packet.origin.isMadeOnNode
      || !configuration.interfaceAddresses.contains(packet.source)
        && !(packet.family == .ipv6 && packet.destination.isLoopback)
  }

  private func problems(
    _ seen: Observation, _ expected: PlanPrediction.Result, _ target: RuleTarget
  ) -> [String] {
    guard let action = seen.action, isAllowed(action, expected.outcome, target) else {
      return ["seen \(seen.actions)"]
    }
    guard expected.outcome == .dnat else { return [] }
    let wanted = Dictionary(
      expected.backends.map { (BackendAddress($0.address, port: $0.port), $0.isMasqueraded) }, uniquingKeysWith: { $1 })
    var problems: [String] = []
    if Set(seen.backends.keys) != Set(wanted.keys) { problems.append("reached \(seen.backends.keys.sorted())") }
    for (address, backend) in seen.backends {
      // Nothing rewrites the source of what comes in and stays.
      if !backend.isOnNode || seen.isMadeOnNode, seen.isMasqueraded(address) != wanted[address] {
        problems.append("\(address): \(backend.changedSources) of \(backend.packets) masqueraded")
      }
    }
    return problems
  }

  /// nftables does not show whether a rule has let a packet through.
  private func isAllowed(_ seen: FlowFate.Action, _ expected: Outcome.Class, _ target: RuleTarget) -> Bool {
    seen.rawValue == expected.rawValue || target.mode == .nftables && seen == .noMatch && expected == .accept
  }
}
