import FlowCases
import RuleEvaluator
import RuleTargets
import TestSupport
import Testing

/// What a walk says about the rules it met.
@Suite struct TraceTests {
  private func outcome(_ target: RuleTarget, _ name: String, flow: String) throws -> Outcome {
    let flowCase = try #require(try CaseFile.cases().first { $0.name == name })
    let state = try #require(ClusterState.all(of: flowCase).first)
    let flow = try #require(flowCase.steps.first?.flows.first { $0.name == flow })
    return try PacketEvaluator(state.plans, target: target).evaluate(flow.packet)
  }

  @Test(arguments: RuleTarget.allCases)
  func stepsNameTheServicePort(_ target: RuleTarget) throws {
    let outcome = try outcome(target, "affinity-with-local-policy", flow: "external")
    #expect(outcome.commonSteps.compactMap(\.servicePort).allSatisfy { $0 == "k/l:http" })
    #expect(outcome.commonSteps.last?.servicePort == "k/l:http")
    for branch in outcome.branches {
      // All service ports share the chains of nft-maps that choose among endpoints.
      let own = outcome.ownSteps(of: branch).first?.servicePort
      #expect(own == "k/l:http" || target == .nftMaps && own == nil)
      #expect(outcome.steps(of: branch).count == outcome.commonSteps.count + outcome.ownSteps(of: branch).count)
    }
  }

  @Test func stepsHaveTheRuleAndTheElement() throws {
    let outcome = try outcome(.nftMaps, "affinity-with-local-policy", flow: "external")
    let dispatch = try #require(outcome.commonSteps.first { $0.elementText != nil })
    #expect(dispatch.chain == "services")
    #expect(dispatch.rule.hasSuffix("vmap @service-nodeports"))
    #expect(dispatch.elementText == "0.0.0.0 . tcp . 32751 comment \"k/l:http\" : goto nodeport-local")
    #expect(dispatch.effect == .wentTo("nodeport-local"))
    #expect(dispatch.probability == .one)
  }

  @Test(arguments: RuleTarget.allCases)
  func stepsNameNothingElse(_ target: RuleTarget) throws {
    let outcome = try outcome(target, "clusterip-hairpin", flow: "another pod")
    let names = Set(outcome.branches.flatMap { outcome.steps(of: $0) }.compactMap(\.servicePort))
    #expect(names.count == 1)
  }
}
