import NetworkAddresses
import RuleEvaluator
import RuleTargets
import ServicePlan

/// Observes flows by walking their packets through the compiled rules.
public struct EvaluatedFlows: FlowObserver {
  private let target: RuleTarget
  private var evaluator: PacketEvaluator?
  private var step = 0
  /// The flows so far that have an affinity, by group.
  private var sticky: [String: [StickyFlow]] = [:]

  /// A flow whose clients are remembered, and the rules it was sent through.
  private struct StickyFlow {
    var flow: Flow
    var timeout: UInt64
    var evaluator: PacketEvaluator
    var step: Int
  }

  /// The time of a first connection, in seconds: late enough to look back from.
  private static let start: UInt64 = 1_000_000

  public init(_ target: RuleTarget) { self.target = target }

  /// - Throws: ``/RuleEvaluator/EvaluationError``.
  public mutating func load(_ plans: [NodePlan]) throws {
    evaluator = try PacketEvaluator(plans, target: target)
    step += 1
  }

  /// - Throws: ``/RuleEvaluator/EvaluationError``.
  public mutating func observe(_ flow: Flow, expecting expectation: FlowExpectation) throws -> FlowObservation {
    guard let evaluator else { throw EvaluationError.noRules(flow.packet.family) }
    let outcome = try evaluator.evaluate(flow.packet, at: EvaluatedFlows.start)
    var observation = FlowObservation(
      actions: outcome.commonClass.map { [$0] } ?? [],
      reached: outcome.backends.map {
        FlowObservation.Reached(
          FlowBackend(address: $0.address, port: $0.port), isMasqueraded: $0.isMasqueraded,
          probability: $0.probability)
      },
      outcome: outcome)
    if let affinity = flow.affinity, expectation.action == .dnat {
      let own = StickyFlow(flow: flow, timeout: affinity.timeout, evaluator: evaluator, step: step)
      observation.affinityFaults = try faults(own, outcome, group: affinity.group)
      sticky[affinity.group, default: []].append(own)
    }
    return observation
  }

  // MARK: Affinity

  private func faults(_ own: StickyFlow, _ outcome: Outcome, group: String) throws -> [AffinityFault] {
    var faults: [AffinityFault] = []
    let forgetful = outcome.branches.filter { $0.updates.isEmpty }.compactMap(\.fate.backend)
    if !forgetful.isEmpty { faults.append(.forgets(forgetful.sorted())) }
    faults += try EvaluatedFlows.faults(from: own, to: own)
    for other in sticky[group] ?? [] {
      faults += try EvaluatedFlows.faults(from: other, to: own)
      // Within a step, flows have no order.
      if other.step == own.step { faults += try EvaluatedFlows.faults(from: own, to: other) }
    }
    return faults
  }

  /// Sends the client of the second flow through the first one, and then tries the second at several times.
  private static func faults(from first: StickyFlow, to second: StickyFlow) throws -> [AffinityFault] {
    var opening = first.flow.packet
    let packet = second.flow.packet
    guard opening.family == packet.family else { return [] }
    opening.source = packet.source
    let all = try second.evaluator.evaluate(packet, at: start).reached
    for branch in try first.evaluator.evaluate(opening, at: start).branches where !branch.updates.isEmpty {
      guard let backend = branch.fate.backend else { continue }
      var memory = AffinityMemory()
      memory.apply(branch.updates, at: start)
      // Whether the last moment itself still counts is left open.
      for (seconds, isRemembered) in [(0, true), (second.timeout - 1, true), (second.timeout + 1, false)] {
        let reached = try second.evaluator.evaluate(packet, memory: memory, at: start + seconds).reached
        if reached == (isRemembered && all.contains(backend) ? [backend] : all) { continue }
        let name = first.flow.name
        return isRemembered
          ? [.strays(first: name, backend: backend, seconds: seconds, reached: reached)]
          : [.outlasts(first: name, backend: backend, seconds: seconds, reached: reached)]
      }
    }
    return []
  }
}

extension Outcome.Fate {
  fileprivate var backend: FlowBackend? {
    guard case .translated(let address, let port) = self else { return nil }
    return FlowBackend(address: address, port: port)
  }
}

extension Outcome {
  /// Sorted, each once.
  fileprivate var reached: [FlowBackend] {
    Set(branches.compactMap(\.fate.backend)).sorted()
  }
}
