import RuleEvaluator

/// In what an observation differs from the expectation.
public enum FlowMismatch: Hashable, Sendable {
  case action(expected: Outcome.Class)
  case notReached([FlowBackend])
  case unexpected([FlowBackend])
  /// These should be masqueraded and are not, or the other way round.
  case masquerade([FlowBackend], expected: Bool)
  /// Backends are not equally likely.
  case uneven([FlowBackend])
  case affinity(AffinityFault)
  /// Something that is wrong whatever the case says.
  case fault(String)
  /// These entries are to be removed from the connection tracking table and stay, by id.
  case notRemoved([String])
  /// These entries are to stay and are removed, by id.
  case removed([String])
  /// The health check port is open though it should not be, or has another answer than expected; nil: it is closed.
  case healthCheck(HealthCheckExpectation.Answer?)
  /// It could not be observed, and why.
  case notObserved(String)

  static func find(_ expectation: FlowExpectation, _ observation: FlowObservation) -> [FlowMismatch] {
    var mismatches: [FlowMismatch] = []
    if !observation.actions.contains(expectation.action) { return [.action(expected: expectation.action)] }
    guard expectation.action == .dnat else { return [] }
    let reached = Set(observation.reached.map(\.backend))
    let missing = Set(expectation.backends.keys).subtracting(reached)
    if !missing.isEmpty { mismatches.append(.notReached(missing.sorted())) }
    let unexpected = reached.subtracting(expectation.backends.keys)
    if !unexpected.isEmpty { mismatches.append(.unexpected(unexpected.sorted())) }
    for expected in [true, false] {
      let wrong = observation.reached.filter {
        expectation.backends[$0.backend] == expected && $0.isMasqueraded == !expected
      }
      if !wrong.isEmpty { mismatches.append(.masquerade(wrong.map(\.backend), expected: expected)) }
    }
    let share = Fraction(1, UInt64(max(1, reached.count)))
    // With backends missing or too many, the shares are those of another set.
    if missing.isEmpty, unexpected.isEmpty {
      let uneven = observation.reached.filter { $0.probability.map { $0 != share } ?? false }
      if !uneven.isEmpty { mismatches.append(.uneven(uneven.map(\.backend))) }
    }
    mismatches += observation.affinityFaults.map(FlowMismatch.affinity)
    return mismatches + observation.faults.map(FlowMismatch.fault)
  }
}

extension FlowMismatch: CustomStringConvertible {
  public var description: String {
    switch self {
    case .action(let expected): "the action is not \(expected.rawValue)"
    case .notReached(let backends): "not reached: \(list(backends))"
    case .unexpected(let backends): "reached, but not expected: \(list(backends))"
    case .masquerade(let backends, true): "not masqueraded: \(list(backends))"
    case .masquerade(let backends, false): "masqueraded: \(list(backends))"
    case .uneven(let backends): "not as likely as the others: \(list(backends))"
    case .affinity(let fault): "affinity: \(fault)"
    case .fault(let fault): fault
    case .notRemoved(let ids): "not removed: \(ids.joined(separator: ", "))"
    case .removed(let ids): "removed, but not expected to be: \(ids.joined(separator: ", "))"
    case .healthCheck(let answer): "the health check port is \(answer?.description ?? "closed")"
    case .notObserved(let reason): "not observed: \(reason)"
    }
  }

  private func list(_ backends: [FlowBackend]) -> String {
    backends.map(\.description).joined(separator: ", ")
  }
}
