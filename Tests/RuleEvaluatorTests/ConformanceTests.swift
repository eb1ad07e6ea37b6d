import NetworkAddresses
import RuleEvaluator
import ServicePlan
import TestSupport
import Testing

/// Every flow of every conformance case, in all targets.
@Suite struct ConformanceTests {
  @Test(arguments: try ConformanceStep.all.get(), RuleTarget.allCases)
  func flowsEndWhereTheCaseSays(_ steps: [ConformanceStep], _ target: RuleTarget) throws {
    for step in steps where step.state.modes.contains(target.mode) {
      let evaluator = try target.evaluator(step.state.plans)
      for flow in step.flows {
        guard let expectation = flow.expectations[target.mode] else { continue }
        let outcome = try evaluator.evaluate(flow.packet)
        #expect(
          summary(outcome) == summary(expectation), "\(target.rawValue): \(step), flow \(flow.name)\n\(story(outcome))")
      }
    }
  }

  /// After a first connection the client stays with its backend in every flow of the group, as long as the backend is in
  /// the flow's set and the timeout has not passed; in the next steps too.
  @Test(
    arguments: try ConformanceStep.all.get().filter { $0.contains { $0.flows.contains { $0.affinityGroup != nil } } },
    RuleTarget.allCases)
  func clientsStayWithTheirBackend(_ steps: [ConformanceStep], _ target: RuleTarget) throws {
    struct Flow {
      var flow: ConformanceFlow
      var expectation: ConformanceFlow.Expectation
      var evaluator: PacketEvaluator
      var step: Int
    }
    var flows: [Flow] = []
    for step in steps {
      let evaluator = try target.evaluator(step.state.plans)
      for flow in step.flows where flow.affinityGroup != nil {
        let expectation = try #require(flow.expectations[target.mode])
        flows.append(Flow(flow: flow, expectation: expectation, evaluator: evaluator, step: step.state.step))
      }
    }
    let start: UInt64 = 1000
    var checked = 0
    for first in flows {
      for branch in try first.evaluator.evaluate(first.flow.packet, at: start).branches {
        guard case .translated(let address, let port) = branch.fate else { continue }
        let backend = Backend(address: address, port: port, isLocal: false).key
        var memory = AffinityMemory()
        memory.apply(branch.updates, at: start)
        for second in flows
        where second.flow.affinityGroup == first.flow.affinityGroup && second.step >= first.step
          && second.flow.packet.source == first.flow.packet.source && second.expectation.outcome == .dnat
        {
          for (later, isRemembered) in [
            (0, true), (second.flow.affinitySeconds - 1, true), (second.flow.affinitySeconds + 1, false),
          ] {
            let outcome = try second.evaluator.evaluate(second.flow.packet, memory: memory, at: start + later)
            let reached = Set(outcome.backends.map(\.key))
            let all = Set(second.expectation.backends.keys)
            #expect(
              reached == (isRemembered && all.contains(backend) ? [backend] : all),
              "\(target.rawValue): \(first.flow.name) reached \(backend), \(later) s later \(second.flow.name)")
            checked += 1
          }
        }
      }
    }
    #expect(checked > 0)
  }

  /// A case that is not read is no case that passes.
  @Test(arguments: ProxyMode.allCases)
  func allFlowsAreRead(_ mode: ProxyMode) throws {
    let flows = try ConformanceStep.all.get().joined().flatMap(\.flows).filter { $0.expectations[mode] != nil }
    #expect(flows.count == 367)
  }

  /// What rules alone cannot show is counted, so that nobody takes it for tested.
  @Test func whatRulesCannotShowIsCounted() throws {
    let skipped = try ConformanceStep.all.get().joined().flatMap(\.skipped)
    let counts = Dictionary(grouping: skipped) { $0 }.mapValues(\.count)
    #expect(counts == ["healthChecks": 7, "conntrackBefore": 9])
  }

  private func summary(_ outcome: Outcome) -> [String] {
    guard let common = outcome.commonClass else { return ["mixed"] }
    return [common.rawValue] + outcome.backends.map { "\($0.key) \($0.probability) \($0.isMasqueraded)" }.sorted()
  }

  private func summary(_ expectation: ConformanceFlow.Expectation) -> [String] {
    let share = expectation.backends.isEmpty ? Fraction.one : Fraction(1, UInt64(expectation.backends.count))
    return [expectation.outcome.rawValue] + expectation.backends.map { "\($0.key) \(share) \($0.value)" }.sorted()
  }

  private func story(_ outcome: Outcome) -> String {
    outcome.branches.map { branch in
      "\(branch.fate) \(branch.probability)\n"
        + outcome.steps(of: branch).map { "  \($0.hook) \($0.chain): \($0.rule) -> \($0.effect)" }
        .joined(separator: "\n")
    }.joined(separator: "\n")
  }
}
