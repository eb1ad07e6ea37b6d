import FlowCases
import IPTables
import NFTables
import NetworkAddresses
import RuleEvaluator
import ServicePlan
import TestSupport
import Testing

/// The rules that kube-proxy itself programmed, read from its dumps: they end packets where the cases and the plans
/// say. So evaluator, cases and prediction are held against something none of them was made from.
@Suite struct KubeProxyDumpTests {
  @Test(arguments: try CaseFile.cases(), ProxyMode.allCases)
  func flowsEndWhereTheCaseSays(_ flowCase: FlowCase, _ mode: ProxyMode) throws {
    let states = try ReferenceCase.all.filter { $0.name == flowCase.name && $0.modes.contains(mode) }
    for state in states {
      let flows = flowCase.steps[state.step].flows
      if flows.isEmpty { continue }
      let evaluator = try #require(try evaluator(state, mode), "there is no dump of \(state)")
      for flow in flows {
        guard let expectation = flow.expectations[mode] else { continue }
        let outcome = try evaluator.evaluate(flow.packet)
        #expect(
          outcome.summary == expectation.result, "\(state), \(flow.name)\n\(outcome.story)")
      }
    }
  }

  @Test(arguments: try ReferenceCase.all.filter { $0.name.hasPrefix("random-") }, ProxyMode.allCases)
  func packetsEndWhereThePlanSays(_ cluster: ReferenceCase, _ mode: ProxyMode) throws {
    let evaluator = try #require(try evaluator(cluster, mode))
    for plan in cluster.plans {
      let prediction = PlanPrediction(plan, mode: mode)
      var random = SeededNumbers(seed: 1)
      for packet in PacketProbes.packets(for: plan).shuffled(using: &random).prefix(400) {
        let outcome = try evaluator.evaluate(packet)
        #expect(outcome.summary == prediction.result(for: packet), "\(packet)\n\(outcome.story)")
      }
    }
  }

  /// Nil: there is no dump.
  private func evaluator(_ state: ReferenceCase, _ mode: ProxyMode) throws -> PacketEvaluator? {
    let environment = NodeEnvironment(state.configuration)
    switch mode {
    case .nftables:
      guard let dump = state.nftablesDump() else { return nil }
      return try PacketEvaluator(RulesetParser.parse(dump).tables, environment: environment)
    case .iptables:
      let ruleSets = try IPFamily.allCases.compactMap { family in
        try state.iptablesDump(family).map { try IPTablesParser.parse($0, family: family) }
      }
      return ruleSets.isEmpty ? nil : try PacketEvaluator(ruleSets, environment: environment)
    }
  }
}

extension FlowExpectation {
  /// The expectation as a prediction has it.
  var result: PlanPrediction.Result {
    let probability = Fraction(1, UInt64(max(1, backends.count)))
    return PlanPrediction.Result(
      action,
      backends: backends.sorted { $0.key < $1.key }.map {
        Outcome.Backend(
          address: $0.key.address, port: $0.key.port, probability: probability, isMasqueraded: $0.value)
      })
  }
}
