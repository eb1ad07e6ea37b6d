import NetworkAddresses
import RuleEvaluator
import ServicePlan

/// What happens to a packet, and why.
public struct Explanation: Sendable {
  public var question: Question
  /// One for each rule set that was asked; none for a name without an address.
  public var answers: [Answer]
  /// Why answers differ; empty where they agree.
  public var differences: [Difference]
}

/// What one rule set does.
public struct Answer: Sendable {
  public var ruleSet: String
  public var mode: ProxyMode
  public var verdict: Verdict
  /// Nil: the destination is none, or nothing but rules is known.
  public var frontend: Frontend?
  /// Sorted by address and port.
  public var backends: [ReachedBackend]
  public var findings: [Finding]
  /// The way through the rules; nil where they cannot be evaluated.
  public var outcome: Outcome?

  public enum Verdict: Hashable, Sendable {
    case outcome(Outcome.Class)
    /// Ends of different kinds, which no sound rule set has.
    case mixed
    /// A rule on the way is not understood.
    case unknown(EvaluationError)
  }

  /// Whether source addresses are rewritten.
  public enum Masquerading: String, Hashable, Sendable {
    case yes
    case no
    /// For some of the backends.
    case some
  }

  /// Nil where nothing is translated.
  public var masquerading: Masquerading? {
    if backends.isEmpty { return nil }
    let count = backends.count(where: \.isSourceRewritten)
    return count == 0 ? .no : count == backends.count ? .yes : .some
  }

  /// A backend in reach, and what is known of it.
  public struct ReachedBackend: Hashable, Sendable {
    public var address: IPAddress
    public var port: UInt16
    public var probability: Fraction
    /// Whether rules ask for the source to be rewritten.
    public var isMasqueraded: Bool
    /// Whether it is: not where the packet is delivered on this node before that.
    public var isSourceRewritten: Bool
    /// Nil: no EndpointSlice has it.
    public var facts: EndpointFacts?
  }
}
