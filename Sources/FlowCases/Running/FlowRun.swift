import RuleEvaluator
import RuleTargets
import ServicePlan

/// Runs cases.
public struct FlowRun {
  public var targets: [RuleTarget]
  /// Cases that are of a later release are skipped; nil: none is.
  public var release: KubeProxyRelease?
  /// Which expectations are tested, by ``FlowResult/path``; those of no target and cases as a whole, too.
  public var selects: (_ path: String) -> Bool
  /// Makes what tells where the flows of a case end.
  public var observer: (FlowCase, RuleTarget) throws -> any FlowObserver

  public init(
    targets: [RuleTarget] = RuleTarget.allCases, release: KubeProxyRelease? = nil,
    selects: @escaping (_ path: String) -> Bool = { _ in true },
    observer: @escaping (FlowCase, RuleTarget) throws -> any FlowObserver = { EvaluatedFlows($1) }
  ) {
    self.targets = targets
    self.release = release
    self.selects = selects
    self.observer = observer
  }

  /// The results in the order of the case, target by target; what concerns no target comes first.
  ///
  /// - Throws: what making an observer throws. Flows that cannot be observed are failures.
  public func results(of flowCase: FlowCase) throws -> [FlowResult] {
    if let since = flowCase.since, let release, since > release {
      return [result(flowCase, .skipped(.laterRelease(since)))].filter { selects($0.path) }
    }
    var results = agentResults(of: flowCase).filter { selects($0.path) }
    let flows = selectedFlows(of: flowCase)
    guard flows.contains(where: { !$0.isEmpty }) else { return results }
    let plans = ClusterState.all(of: flowCase).map(\.plans)
    for target in targets {
      guard flowCase.modes.contains(target.mode) else {
        var skipped = result(flowCase, .skipped(.otherMode(target.mode)))
        skipped.target = target
        results.append(skipped)
        continue
      }
      var observer = try self.observer(flowCase, target)
      for (index, flows) in flows.enumerated() {
        results += self.results(of: flows, flowCase, step: index, plans[index], target, &observer)
      }
    }
    return results
  }

  private func results(
    of flows: [Flow], _ flowCase: FlowCase, step: Int, _ plans: [NodePlan], _ target: RuleTarget,
    _ observer: inout any FlowObserver
  ) -> [FlowResult] {
    var loadingProblem: String?
    do { try observer.load(plans) } catch { loadingProblem = "\(error)" }
    return flows.map { flow in
      var result = result(flowCase, .passed, step: step, flow.name)
      result.target = target
      result.position = flow.position
      guard let expectation = flow.expectations[target.mode] else {
        result.verdict = .skipped(.otherMode(target.mode))
        return result
      }
      let failure =
        if let loadingProblem {
          FlowFailure(expectation: expectation, observation: nil, mismatches: [.notObserved(loadingProblem)])
        } else {
          failure(of: flow, expectation, &observer)
        }
      if let failure { result.verdict = .failed(failure) }
      return result
    }
  }

  /// Nil: the flow ends as expected.
  private func failure(
    of flow: Flow, _ expectation: FlowExpectation, _ observer: inout any FlowObserver
  ) -> FlowFailure? {
    do {
      let observation = try observer.observe(flow, expecting: expectation)
      let mismatches = FlowMismatch.find(expectation, observation)
      if mismatches.isEmpty { return nil }
      return FlowFailure(expectation: expectation, observation: observation, mismatches: mismatches)
    } catch {
      return FlowFailure(expectation: expectation, observation: nil, mismatches: [.notObserved("\(error)")])
    }
  }

  private func selectedFlows(of flowCase: FlowCase) -> [[Flow]] {
    flowCase.steps.enumerated().map { index, step in
      step.flows.filter { selects(result(flowCase, .passed, step: index, $0.name).path) }
    }
  }

  /// What a case says of connection tracking and health checks.
  private func agentResults(of flowCase: FlowCase) -> [FlowResult] {
    var results: [FlowResult] = []
    for (index, step) in flowCase.steps.enumerated() {
      if let conntrack = step.conntrack {
        var skipped = result(flowCase, .skipped(.needsAgent), step: index, "conntrack entries")
        skipped.position = conntrack.position
        results.append(skipped)
      }
      for check in step.healthChecks {
        var skipped = result(
          flowCase, .skipped(.needsAgent), step: index, "health check of \(check.service) on port \(check.port)")
        skipped.position = check.position
        results.append(skipped)
      }
    }
    return results
  }

  private func result(
    _ flowCase: FlowCase, _ verdict: FlowResult.Verdict, step: Int? = nil, _ name: String? = nil
  ) -> FlowResult {
    FlowResult(
      file: flowCase.file, position: flowCase.position, caseName: flowCase.name,
      step: flowCase.hasSteps ? step.map { $0 + 1 } : nil, name: name, verdict: verdict)
  }
}
