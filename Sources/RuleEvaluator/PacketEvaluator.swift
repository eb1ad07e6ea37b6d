import IPTables
import NFTables
import NetworkAddresses
import RuleTargets
import ServicePlan

/// Walks packets through compiled rules: nftables tables or iptables rule sets, of one family or both.
///
/// Preparing costs time in proportion to the rules, once; a walk then costs the rules the packet meets.
public struct PacketEvaluator: Sendable {
  private enum Program: Sendable {
    case nftables(NFTablesProgram)
    case iptables(IPTablesProgram)
  }

  private var programs: [IPFamily: Program] = [:]
  public var environment: NodeEnvironment

  /// - Parameter tables: of both families in any number; hooks enter their chains by priority, then in this order.
  /// - Throws: if a rule names a chain or set that its table does not have.
  public init(_ tables: [NFTables.Table], environment: NodeEnvironment) throws(EvaluationError) {
    self.environment = environment
    for family in IPFamily.allCases {
      let own = tables.filter { $0.family == family }
      if !own.isEmpty { programs[family] = .nftables(try NFTablesProgram(own, family: family)) }
    }
  }

  /// - Throws: if a rule names a chain that its table does not have.
  public init(_ ruleSets: [IPTablesRuleSet], environment: NodeEnvironment) throws(EvaluationError) {
    self.environment = environment
    for ruleSet in ruleSets { programs[ruleSet.family] = .iptables(try IPTablesProgram(ruleSet)) }
  }

  /// - Parameter rules: of one target, a family each.
  /// - Throws: if a rule names a chain or set that its table does not have.
  public init(_ rules: [CompiledRules], environment: NodeEnvironment) throws(EvaluationError) {
    var tables: [NFTables.Table] = []
    var ruleSets: [IPTablesRuleSet] = []
    for rules in rules {
      switch rules {
      case .nftables(let table): tables.append(table)
      case .iptables(let ruleSet): ruleSets.append(ruleSet)
      }
    }
    if ruleSets.isEmpty {
      try self.init(tables, environment: environment)
    } else {
      try self.init(ruleSets, environment: environment)
    }
  }

  /// Compiles plans of one node and prepares their rules.
  ///
  /// - Throws: as ``init(_:environment:)-([CompiledRules],_)`` does, which compiled rules give no reason for.
  public init(_ plans: [NodePlan], target: RuleTarget) throws(EvaluationError) {
    let environment = plans.first.map { NodeEnvironment($0.configuration) } ?? NodeEnvironment(addresses: [])
    try self.init(plans.map { target.compile($0) }, environment: environment)
  }

  /// Where the packet may end.
  ///
  /// - Parameter memory: what earlier packets have left, see ``AffinityMemory``.
  /// - Parameter seconds: the present time on the clock of the memory.
  /// - Throws: for a rule on the packet's way that cannot be evaluated.
  public func evaluate(
    _ packet: Packet, memory: AffinityMemory = AffinityMemory(), at seconds: UInt64 = 0
  ) throws(EvaluationError) -> Outcome {
    guard packet.source.family == packet.destination.family else { throw .mixedFamilies }
    let context = WalkContext(packet, environment, memory, now: seconds)
    switch programs[packet.family] {
    case .nftables(let program): return try PacketWalk.outcome(program, context)
    case .iptables(let program): return try PacketWalk.outcome(program, context)
    case nil: throw .noRules(packet.family)
    }
  }
}
