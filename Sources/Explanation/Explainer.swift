import KubernetesObjects
import NetworkAddresses
import RuleEvaluator
import ServicePlan

/// Puts questions to rule sets. What happens is read off the rules alone; why is found in plan and objects.
public struct Explainer: Sendable {
  private let objects: ObjectSet

  public init(objects: ObjectSet) {
    self.objects = objects
  }

  public func explain(_ question: Question, by ruleSets: [RuleSet]) -> Explanation {
    guard case .packet(let source, let destination) = question.subject else {
      return Explanation(question: question, answers: [], differences: [])
    }
    let answers = ruleSets.map { answer(source, destination, $0) }
    return Explanation(question: question, answers: answers, differences: Difference.find(answers, for: destination))
  }

  private func answer(_ source: Source, _ destination: Destination, _ ruleSet: RuleSet) -> Answer {
    let packet = Packet(
      from: source.origin, source.address, to: destination.address, PacketProtocol(destination.transport),
      port: destination.port, inputInterface: source.interface)
    let outcome: Outcome
    do throws(EvaluationError) {
      outcome = try ruleSet.evaluator.evaluate(packet)
    } catch {
      return Answer(
        ruleSet: ruleSet.name, mode: ruleSet.mode, verdict: .unknown(error), frontend: nil, backends: [],
        findings: [], outcome: nil)
    }
    var answer = Answer(
      ruleSet: ruleSet.name, mode: ruleSet.mode, verdict: outcome.commonClass.map(Answer.Verdict.outcome) ?? .mixed,
      frontend: nil, backends: [], findings: [], outcome: outcome)
    var endpoints: [EndpointFacts] = []
    if let plan = ruleSet.plan {
      let result = Reasoning.result(
        of: Reasoning(
          cluster: Cluster(objects: objects, node: plan.configuration), plan: plan, mode: ruleSet.mode,
          source: source, destination: destination, outcome: outcome))
      answer.frontend = result.frontend
      answer.findings = result.findings
      endpoints = result.endpoints
      if let doubt = doubt(plan, ruleSet, packet, outcome) { answer.findings.append(doubt) }
    } else {
      answer.findings = findings(in: outcome)
    }
    answer.backends = outcome.backends.map { backend in
      Answer.ReachedBackend(
        address: backend.address, port: backend.port, probability: backend.probability,
        isMasqueraded: backend.isMasqueraded,
        isSourceRewritten: backend.isMasqueraded
          && (source.origin.isMadeOnNode || !outcome.isDeliveredHere(backend.address, backend.port)),
        facts: endpoints.first { $0.address == backend.address && $0.port == backend.port })
    }
    return answer
  }

  // MARK: - Rules alone

  private func findings(in outcome: Outcome) -> [Finding] {
    var names: [String] = []
    var hasSteps = false
    for branch in outcome.branches {
      for step in outcome.steps(of: branch) {
        if step.effect.decides { hasSteps = true }
        if let name = step.servicePort, !names.contains(name) { names.append(name) }
      }
    }
    if !names.isEmpty { return [.namedByRules(names)] }
    return hasSteps ? [] : [.noRuleMatched]
  }

  // MARK: - Rules against the plan

  private func doubt(
    _ plan: NodePlan, _ ruleSet: RuleSet, _ packet: Packet, _ outcome: Outcome
  ) -> Finding? {
    let expected = PlanPrediction(relevant(plan, packet), mode: ruleSet.mode).result(for: packet)
    if outcome.summary == expected { return nil }
    let words = Explainer.words(expected)
    return ruleSet.isCompiled ? .disagreement(expected: words) : .otherRules(expected: words)
  }

  /// The plan without service ports that cannot matter to a packet, for predicting is as long as the plan.
  private func relevant(_ plan: NodePlan, _ packet: Packet) -> NodePlan {
    var relevant = plan
    let destination = packet.destination
    relevant.servicePorts.removeAll { port in
      port.clusterIP != destination && port.nodePort != packet.destinationPort
        && port.healthCheckNodePort != packet.destinationPort && !port.externalIPs.contains(destination)
        && !port.loadBalancerIPs.contains(destination)
    }
    return relevant
  }

  private static func words(_ expected: PlanPrediction.Result) -> String {
    switch expected.outcome {
    case .dnat:
      "sent to "
        + Words.list(
          expected.backends.map {
            Words.socket($0.address, $0.port) + ($0.isMasqueraded ? " with its source rewritten" : "")
          }, atMost: 6)
    case .reject: "rejected"
    case .drop: "dropped"
    case .accept: "accepted as it is"
    case .noMatch: "left untouched"
    }
  }
}

extension Outcome {
  fileprivate func isDeliveredHere(_ address: IPAddress, _ port: UInt16) -> Bool {
    branches.contains { $0.isDeliveredHere && $0.fate == .translated(address, port: port) }
  }
}

extension Trace.Effect {
  /// Whether a packet is not the same afterwards, or goes no further.
  fileprivate var decides: Bool {
    switch self {
    case .accepted, .dropped, .rejected, .translated, .masqueraded: true
    case .passed, .marked, .jumped, .wentTo, .returned: false
    }
  }
}
