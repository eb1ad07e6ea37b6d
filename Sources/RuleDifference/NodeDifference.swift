import NetworkAddresses
import RuleEvaluator
import RuleTargets
import ServicePlan

/// All that differs between two states of a node: what Services say, where connections go, and whether rules differ.
public struct NodeDifference: Sendable {
  /// One of the two things that are compared, for reports.
  public struct Side: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable {
      case manifests, golden, git, rules, live
    }

    /// As the command line names it.
    public var name: String
    public var kind: Kind
    public var target: RuleTarget
    /// The files that positions count, as reports name them.
    public var files: [String]

    public init(name: String, kind: Kind, target: RuleTarget, files: [String]) {
      self.name = name
      self.kind = kind
      self.target = target
      self.files = files
    }
  }

  /// What differs in one family.
  public struct Family: Sendable {
    public var family: IPFamily
    public var ports: [ServicePortDifference]
    public var flows: [FlowChange]
    /// Whether the rules do not say the same, in whatever order.
    public var rulesDiffer: Bool
  }

  public var old: Side
  public var new: Side
  /// The node rules are for.
  public var nodeName: String
  public var families: [Family]

  /// - Parameter nodes: of each family both states.
  /// - Throws: `EvaluationError` where rules cannot be evaluated: never where they are compiled.
  public init(
    from old: Side, to new: Side, nodes: [(old: ComparedNode, new: ComparedNode)]
  ) throws(EvaluationError) {
    self.old = old
    self.new = new
    nodeName = nodes.first?.new.plan.configuration.nodeName ?? ""
    families = []
    for (old, new) in nodes {
      families.append(
        Family(
          family: new.plan.family, ports: PlanDifference(from: old.plan, to: new.plan).ports,
          flows: try FlowComparison.changes(from: old, to: new),
          rulesDiffer: NodeDifference.rulesDiffer(old.rules, new.rules)))
    }
  }

  private static func rulesDiffer(_ old: [CompiledRules], _ new: [CompiledRules]) -> Bool {
    old != new && old.map(\.canonical) != new.map(\.canonical)
  }

  /// Whether there is nothing to report.
  public var isEmpty: Bool { !families.contains { !$0.ports.isEmpty || !$0.flows.isEmpty || $0.rulesDiffer } }

  public var rulesDiffer: Bool { families.contains(where: \.rulesDiffer) }

  public var flowChangeCount: Int { families.reduce(0) { $0 + $1.flows.count } }

  /// Whether two targets are compared, and not two states of a cluster.
  public var isBetweenTargets: Bool { old.target != new.target && families.allSatisfy(\.ports.isEmpty) }

  /// How many service ports have one kind of difference, those of two families twice.
  func count(_ kind: ServicePortDifference.Kind) -> Int {
    families.reduce(0) { $0 + $1.ports.count { $0.kind == kind } }
  }
}
