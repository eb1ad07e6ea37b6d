import ConnectionTracking
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
  /// Tells which entries of a connection tracking table a sweep removes, by id.
  public var sweep: ([ConntrackEntry], StaleConnections) throws -> Set<String> = { entries, stale in
    Set(entries.filter { stale.reason(TrackedConnection($0)) != nil }.map(\.id))
  }

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
  /// Flows that cannot be observed are failures.
  public func results(of flowCase: FlowCase) -> [FlowResult] {
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
      results += self.results(of: flows, flowCase, plans, target)
    }
    return results
  }

  /// - Parameters:
  ///   - flows: of each step.
  ///   - plans: of each step.
  private func results(
    of flows: [[Flow]], _ flowCase: FlowCase, _ plans: [[NodePlan]], _ target: RuleTarget
  ) -> [FlowResult] {
    var results: [FlowResult] = []
    var problem: String?
    var observer: (any FlowObserver)?
    do { observer = try self.observer(flowCase, target) } catch { problem = "\(error)" }
    for (index, flows) in flows.enumerated() {
      if observer != nil {
        do {
          try observer?.load(plans[index])
          problem = nil
        } catch {
          problem = "\(error)"
        }
      }
      for flow in flows {
        var result = result(flowCase, .passed, step: index, flow.name)
        result.target = target
        result.position = flow.position
        if let expectation = flow.expectations[target.mode] {
          let failure = failure(of: flow, expectation, &observer, problem)
          if let failure { result.verdict = .failed(failure) }
        } else {
          result.verdict = .skipped(.otherMode(target.mode))
        }
        results.append(result)
      }
    }
    return results
  }

  /// - Parameter problem: why nothing can be observed in this step.
  /// - Returns: nil if the flow ends as expected.
  private func failure(
    of flow: Flow, _ expectation: FlowExpectation, _ observer: inout (any FlowObserver)?, _ problem: String?
  ) -> FlowFailure? {
    var problem = problem
    if problem == nil {
      do {
        guard let observation = try observer?.observe(flow, expecting: expectation) else { return nil }
        let mismatches = FlowMismatch.find(expectation, observation)
        if mismatches.isEmpty { return nil }
        return FlowFailure(expectation: .flow(expectation), observation: observation, mismatches: mismatches)
      } catch {
        problem = "\(error)"
      }
    }
    return FlowFailure(
      expectation: .flow(expectation), observation: nil, mismatches: [.notObserved(problem ?? "no reason is known")])
  }

  private func selectedFlows(of flowCase: FlowCase) -> [[Flow]] {
    flowCase.steps.enumerated().map { index, step in
      step.flows.filter { selects(result(flowCase, .passed, step: index, $0.name).path) }
    }
  }

  /// What a case says of connection tracking and health checks: the work of a proxy that keeps running.
  private func agentResults(of flowCase: FlowCase) -> [FlowResult] {
    guard flowCase.steps.contains(where: { $0.conntrack != nil || !$0.healthChecks.isEmpty }) else { return [] }
    var results: [FlowResult] = []
    let states = ClusterState.all(of: flowCase)
    var before = ClusterState(flowCase)
    for (index, (step, state)) in zip(flowCase.steps, states).enumerated() {
      if let conntrack = step.conntrack {
        var result = result(flowCase, .passed, step: index, "conntrack entries")
        result.position = conntrack.position
        if selects(result.path), let failure = failure(of: conntrack, from: before, to: state) {
          result.verdict = .failed(failure)
        }
        results.append(result)
      }
      let expected = step.healthChecks
      let plans = expected.isEmpty ? [] : state.plans
      for check in expected {
        var result = result(
          flowCase, .passed, step: index, "health check of \(check.service) on port \(check.port)")
        result.position = check.position
        let answer = check.found(in: plans)
        if answer != check.answer {
          result.verdict = .failed(
            FlowFailure(expectation: .healthCheck(check), observation: nil, mismatches: [.healthCheck(answer)]))
        }
        results.append(result)
      }
      before = state
    }
    return results
  }

  /// - Returns: nil if the sync of a step removes what it should.
  private func failure(
    of expectation: ConntrackExpectation, from old: ClusterState, to new: ClusterState
  ) -> FlowFailure? {
    let plans = new.plans
    let removedPorts = ConntrackSweepTrigger.removed(from: old.plans, to: plans)
    let isDue =
      !removedPorts.isEmpty || ConntrackSweepTrigger.isCalledFor(from: old.objects.slices, to: new.objects.slices)
    var mismatches: [FlowMismatch] = []
    do {
      let found =
        isDue ? try sweep(expectation.before, StaleConnections(plans, removed: removedPorts)) : []
      let missing = expectation.deleted.subtracting(found)
      if !missing.isEmpty { mismatches.append(.notRemoved(missing.sorted())) }
      let extra = found.subtracting(expectation.deleted)
      if !extra.isEmpty { mismatches.append(.removed(extra.sorted())) }
    } catch {
      mismatches.append(.notObserved("\(error)"))
    }
    if mismatches.isEmpty { return nil }
    return FlowFailure(expectation: .conntrack(expectation), observation: nil, mismatches: mismatches)
  }

  private func result(
    _ flowCase: FlowCase, _ verdict: FlowResult.Verdict, step: Int? = nil, _ name: String? = nil
  ) -> FlowResult {
    FlowResult(
      file: flowCase.file, position: flowCase.position, caseName: flowCase.name,
      step: flowCase.hasSteps ? step.map { $0 + 1 } : nil, name: name, verdict: verdict)
  }
}
