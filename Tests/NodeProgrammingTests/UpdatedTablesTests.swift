#if Netlink && os(Linux)
  import FlowCases
  import NodeProgramming
  import RuleTargets
  import ServicePlan
  import TestSupport
  import Testing

  /// The conformance cases with rules over netlink, and each step as an update of the one before.
  ///
  /// Real packets through these rules: `svcnat test --kernel`, which loads them the same way.
  @Suite(.serialized, .enabled(if: ProgrammedNode.isUsable, ProgrammedNode.need))
  struct UpdatedTablesTests {
    private static let cases = Result { try CaseFile.cases() }

    @Test(arguments: [RuleTarget.nftMaps, .nftChains])
    func everyStepEndsWithWhatIsCompiled(_ target: RuleTarget) throws {
      let cases = try Self.cases.get().filter { $0.modes.contains(target.mode) }
      try #require(cases.count > 100)
      let problems = try ProgrammedNode.run { programmer in
        var problems: [String] = []
        // One namespace for all: each case starts from what the one before has left.
        for flowCase in cases {
          for (step, state) in ClusterState.all(of: flowCase).enumerated() {
            let desired = state.plans.map { target.compile($0) }
            try programmer.carryOut(programmer.plan(desired, target: target))
            let again = try programmer.plan(desired, target: target)
            if !again.isEmpty {
              problems.append("\(flowCase.name), step \(step): a second time there is still something to do")
            }
            for (installed, rules) in zip(again.installed, desired) {
              problems += LiveComparison.differences(from: installed, to: rules)
                .map { "\(flowCase.name), step \(step): \($0)" }
            }
          }
        }
        return problems
      }
      #expect(problems.isEmpty, "\(problems.joined(separator: "\n"))")
    }
  }
#endif
