import RuleEvaluator
import RuleTargets
import ServicePlan

/// Something that tells where flows end under the rules of a target: by evaluating them, or by sending packets.
///
/// An observer is made for one case and one target. It is given the steps in order, and after each the flows of the step.
public protocol FlowObserver {
  /// Puts the rules of a step in force, in place of those of the step before.
  ///
  /// - Parameter plans: a plan per family.
  mutating func load(_ plans: [NodePlan]) throws

  /// Where a flow ends. Remembers the client as the rules do, if the flow has an affinity.
  ///
  /// - Parameter expectation: what the case says; so that packets need not be sent longer than it takes to tell.
  mutating func observe(_ flow: Flow, expecting expectation: FlowExpectation) throws -> FlowObservation
}

/// What became of a flow.
public struct FlowObservation: Sendable {
  /// A backend that was reached.
  public struct Reached: Hashable, Sendable {
    public var backend: FlowBackend
    /// Nil where it cannot be told.
    public var isMasqueraded: Bool?
    /// Nil where it is not known exactly.
    public var probability: Fraction?

    public init(_ backend: FlowBackend, isMasqueraded: Bool?, probability: Fraction? = nil) {
      self.backend = backend
      self.isMasqueraded = isMasqueraded
      self.probability = probability
    }
  }

  /// Each action that agrees with what was seen: several where they look the same from outside, none where connections
  /// of the same kind fared differently.
  public var actions: Set<Outcome.Class>
  /// Sorted; a backend twice if some connections to it are masqueraded and some are not.
  public var reached: [Reached]
  public var affinityFaults: [AffinityFault]
  /// What is wrong whatever the case says, such as answers that do not come back.
  public var faults: [String]
  /// The way through the rules as evaluated, also where packets were sent.
  public var outcome: Outcome?
  /// What else there is to tell of how it was observed, a line each.
  public var remarks: [String]

  public init(
    actions: Set<Outcome.Class>, reached: [Reached] = [], affinityFaults: [AffinityFault] = [],
    faults: [String] = [], outcome: Outcome? = nil, remarks: [String] = []
  ) {
    self.actions = actions
    self.reached = reached
    self.affinityFaults = affinityFaults
    self.faults = faults
    self.outcome = outcome
    self.remarks = remarks
  }
}

extension FlowObservation: CustomStringConvertible {
  /// `dnat to 10.244.1.5:8080 (1/2), 10.244.7.5:8080 (1/2), masqueraded`
  public var description: String {
    if actions.isEmpty, let outcome, outcome.commonClass == nil {
      return "mixed: "
        + outcome.branches.map { "\($0.probability) \($0.fate.words)" }.joined(separator: ", ")
    }
    if actions == [.dnat] {
      return DestinationText.text(
        reached.map { reached in
          let probability = reached.probability.map { " (\($0))" } ?? ""
          return ("\(reached.backend)\(probability)", reached.isMasqueraded)
        })
    }
    return actions.isEmpty ? "mixed" : actions.map(\.rawValue).sorted().joined(separator: " or ")
  }
}

/// How session affinity failed.
public enum AffinityFault: Hashable, Sendable {
  /// Connections to these backends leave nothing behind.
  case forgets([FlowBackend])
  /// A client that came to `backend` by the flow `first` comes to others while it should be remembered.
  case strays(first: String, backend: FlowBackend, seconds: UInt64, reached: [FlowBackend])
  /// A client that came to `backend` by the flow `first` is still bound when its time is over.
  case outlasts(first: String, backend: FlowBackend, seconds: UInt64, reached: [FlowBackend])
}

extension AffinityFault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .forgets(let backends): "no client is remembered that comes to \(list(backends))"
    case .strays(let first, let backend, let seconds, let reached):
      "\(seconds) s after \"\(first)\" took a client to \(backend), it comes to \(list(reached))"
    case .outlasts(let first, let backend, let seconds, let reached):
      "\(seconds) s after \"\(first)\" took a client to \(backend), the time is over, but it comes to \(list(reached))"
        + " only"
    }
  }

  private func list(_ backends: [FlowBackend]) -> String {
    backends.isEmpty ? "none" : backends.map(\.description).joined(separator: ", ")
  }
}
