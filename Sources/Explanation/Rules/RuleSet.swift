import NetworkAddresses
import RuleEvaluator
import ServicePlan

/// Rules that a question is put to.
public struct RuleSet: Sendable {
  /// How its answer is headed: a target, or where the rules were read.
  public var name: String
  /// Whose behaviour the rules have.
  public var mode: ProxyMode
  /// What the rules are for; nil: nothing is known but the rules.
  public var plan: NodePlan?
  /// Whether the rules were compiled from the plan, so that any difference between the two is a bug.
  public var isCompiled: Bool
  public var evaluator: PacketEvaluator

  public init(name: String, mode: ProxyMode, plan: NodePlan?, isCompiled: Bool, evaluator: PacketEvaluator) {
    self.name = name
    self.mode = mode
    self.plan = plan
    self.isCompiled = isCompiled
    self.evaluator = evaluator
  }
}
