import KubernetesObjects
import RuleTargets
import ServicePlan

/// What came of one thing a case expects.
public struct FlowResult: Sendable {
  public enum Verdict: Sendable {
    case passed
    case failed(FlowFailure)
    case skipped(SkipReason)
  }

  public var file: String
  public var position: SourcePosition
  public var caseName: String
  /// From 1; nil for a case without steps.
  public var step: Int?
  /// The flow or other expectation; nil for the case as a whole.
  public var name: String?
  /// Nil for what concerns no target.
  public var target: RuleTarget?
  public var verdict: Verdict

  /// `case/flow`, or `case/2/flow` in the second step.
  public var path: String {
    [caseName, step.map { "\($0)" }, name].compactMap(\.self).joined(separator: "/")
  }
}

/// What was expected, and what was there instead.
public struct FlowFailure: Sendable {
  public enum Expectation: Hashable, Sendable, CustomStringConvertible {
    case flow(FlowExpectation)
    case conntrack(ConntrackExpectation)
    case healthCheck(HealthCheckExpectation)

    public var description: String {
      switch self {
      case .flow(let expectation): expectation.description
      case .conntrack(let expectation): expectation.description
      case .healthCheck(let expectation): expectation.description
      }
    }
  }

  public var expectation: Expectation
  /// Nil if it is no flow, or one that could not be observed.
  public var observation: FlowObservation?
  /// At least one.
  public var mismatches: [FlowMismatch]
}

/// Why something was not tested.
public enum SkipReason: Hashable, Sendable, CustomStringConvertible {
  /// The case, or the expectation of the flow, is for other modes.
  case otherMode(ProxyMode)
  /// The outcome is that of a later release.
  case laterRelease(KubeProxyRelease)

  public var description: String {
    switch self {
    case .otherMode(let mode): "not for mode \(mode.rawValue)"
    case .laterRelease(let release): "since release \(release)"
    }
  }
}
