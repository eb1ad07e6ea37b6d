import FlowCases
import Foundation
import NetworkAddresses
import RuleEvaluator
import RuleTargets
import ServicePlan
import TestSupport
import Testing

/// Damaged rules are noticed: compiled rules are damaged in one place, and the flows of the cases and the comparison
/// with the plan have to see nearly every damage that matters to any packet.
///
/// Two in five damages are harmless: in a cluster of few Services many rules have nobody to serve, and some are there
/// for moments that a walk does not have, such as the second choice of a `pick-` chain. Of those that matter about one
/// in a hundred survives. They are guards of connection state in front of refusals, because known connections are
/// probed to the first few frontends only, and jumps that happen to lead to a chain which does nearly the same.
///
/// `SVCNAT_MUTANTS` says how many are tried for each target; `SVCNAT_SURVIVORS` set to anything lists those that nobody
/// sees.
@Suite struct MutationTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let mutants = environment["SVCNAT_MUTANTS"].flatMap(Int.init) ?? 80

  /// A node to damage the rules of: of a case, or random.
  private struct Subject {
    var plans: [NodePlan]
    /// Of a case.
    var flows: [Flow] = []
  }

  private enum Fate {
    /// By a flow of a case, or by the comparison with the plan.
    case noticed
    /// A packet that neither has looked at fares differently.
    case survived
    /// No packet fares differently.
    case harmless
  }

  private static let subjects = Result {
    try CaseFile.cases().flatMap { flowCase in
      zip(flowCase.steps, ClusterState.all(of: flowCase)).compactMap { step, state in
        step.flows.isEmpty ? nil : Subject(plans: state.plans, flows: step.flows)
      }
    } + (1...200).map { Subject(plans: GeneratedCluster(seed: $0).plans) }
  }

  @Test(arguments: RuleTarget.allCases)
  func damageIsNoticed(_ target: RuleTarget) throws {
    let subjects = try MutationTests.subjects.get()
    var random = SeededNumbers(seed: 20)
    var counts: [Fate: Int] = [:]
    var survivors: [String] = []
    var harmless: [String] = []
    while counts.values.reduce(0, +) < MutationTests.mutants {
      let subject = random.one(of: subjects)
      let plan = random.one(of: subject.plans)
      guard let (rules, words) = damaged(target.compile(plan), SeededNumbers(seed: random.next())) else { continue }
      let fate = try fate(of: rules, subject, plan, target)
      counts[fate, default: 0] += 1
      if fate == .survived { survivors.append(words) }
      if fate == .harmless { harmless.append(words) }
    }
    let noticed = counts[.noticed] ?? 0
    let mattered = noticed + survivors.count
    #expect(
      noticed * 100 >= mattered * 95,
      "\(target.rawValue): \(noticed) of \(mattered) noticed\n\(survivors.joined(separator: "\n"))")
    // Most damage should matter, or the mutations are too tame to show anything.
    #expect(mattered * 2 > MutationTests.mutants)
    if MutationTests.environment["SVCNAT_SURVIVORS"] != nil {
      print("\(target.rawValue): \(noticed) of \(mattered) that matter are noticed, \(harmless.count) harmless")
      for words in survivors.sorted() { print("  survived: \(words)") }
      for words in harmless.sorted() { print("  harmless: \(words)") }
    }
  }

  private func damaged(_ rules: CompiledRules, _ random: SeededNumbers) -> (CompiledRules, String)? {
    switch rules {
    case .nftables(let table):
      var mutation = NFTablesMutation(random)
      return mutation.damage(table).map { (.nftables($0), mutation.words) }
    case .iptables(let ruleSet):
      var mutation = IPTablesMutation(random)
      return mutation.damage(ruleSet).map { (.iptables($0), mutation.words) }
    }
  }

  private func fate(
    of rules: CompiledRules, _ subject: Subject, _ plan: NodePlan, _ target: RuleTarget
  ) throws -> Fate {
    let environment = NodeEnvironment(plan.configuration)
    // What cannot be evaluated is noticed, too.
    guard let damaged = try? PacketEvaluator([rules], environment: environment) else { return .noticed }
    let sound = try PacketEvaluator([target.compile(plan)], environment: environment)
    let flows = subject.flows.map(\.packet).filter { $0.family == plan.family }
    for packet in flows + PacketProbes.packets(for: plan) where try differ(sound, damaged, packet) { return .noticed }
    for packet in PacketProbes.strangePackets(for: plan) where try differ(sound, damaged, packet) {
      return .survived
    }
    return .harmless
  }

  /// Whether a packet, or the one that follows it, fares differently.
  private func differ(_ sound: PacketEvaluator, _ damaged: PacketEvaluator, _ packet: Packet) throws -> Bool {
    let expected = try sound.evaluate(packet)
    guard let outcome = try? damaged.evaluate(packet), outcome.summary == expected.summary else { return true }
    for branch in expected.branches where !branch.updates.isEmpty {
      guard let own = outcome.branches.first(where: { $0.fate == branch.fate })?.updates else { return true }
      var (memory, ownMemory) = (AffinityMemory(), AffinityMemory())
      memory.apply(branch.updates, at: 0)
      ownMemory.apply(own, at: 0)
      guard let second = try? damaged.evaluate(packet, memory: ownMemory) else { return true }
      if try second.summary != sound.evaluate(packet, memory: memory).summary { return true }
    }
    return false
  }
}
