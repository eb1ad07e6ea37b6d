import FlowCases
import RuleEvaluator
import ServicePlan
import TestSupport
import Testing

/// The plan's own prediction, held against the cases.
@Suite struct PredictionTests {
  @Test(arguments: try CaseFile.cases(), ProxyMode.allCases)
  func flowsEndWhereTheCaseSays(_ flowCase: FlowCase, _ mode: ProxyMode) throws {
    for (step, state) in zip(flowCase.steps, ClusterState.all(of: flowCase)) {
      let plans = state.plans
      for flow in step.flows {
        guard let expectation = flow.expectations[mode] else { continue }
        let plan = try #require(plans.first { $0.family == flow.packet.family })
        #expect(PlanPrediction(plan, mode: mode).result(for: flow.packet) == expectation.result, "\(flow.name)")
      }
    }
  }
}
