import IPTables
import KubernetesObjects
import NFTables
import NetworkAddresses
import RuleTargets
import ServicePlan

/// The rules of single Services: what is in the rules of a plan with one Service that is not in those of an empty plan.
///
/// That is exact because targets lower every service port alone.
public struct ServiceRules {
  private let target: RuleTarget
  private let ports: [[ServicePortPlan]]
  private let plans: [(plan: NodePlan, fixed: CompiledRules)]
  /// Of the whole plan, which decides whether rules have comments.
  private let iptables: [IPTablesLowering]
  /// Where the ports of a Service are in each plan.
  private var ranges: [[NamespacedName: Range<Int>]] = []

  public init(_ target: RuleTarget, plans: [NodePlan]) {
    self.target = target
    self.plans = plans.map { plan in
      var empty = plan
      empty.servicePorts = []
      return (empty, target.compile(empty))
    }
    ports = plans.map(\.servicePorts)
    iptables = plans.map { IPTablesLowering($0) }
    for plan in plans {
      var own: [NamespacedName: Range<Int>] = [:]
      for (index, port) in plan.servicePorts.enumerated() {
        own[port.name.service] = (own[port.name.service]?.lowerBound ?? index)..<(index + 1)
      }
      ranges.append(own)
    }
  }

  /// The rules as text, a family after the other; empty: there are none.
  ///
  /// - Parameter limit: lines of a family beyond it are counted and not shown.
  public func text(of service: NamespacedName, limit: Int = .max) -> String {
    var text = ""
    for (index, (empty, fixed)) in plans.enumerated() {
      guard let range = ranges[index][service] else { continue }
      var plan = empty
      plan.servicePorts = Array(ports[index][range])
      let lines: [String]
      switch fixed {
      case .iptables(let fixed):
        let lowering = iptables[index]
        lines = ServiceRules.lines(lowering.ruleSet(plan.servicePorts.map { lowering.lower($0) }), without: fixed)
      case .nftables(let fixed):
        let table = target == .nftMaps ? MapsLayout(plan).table() : ChainsLayout(plan).table()
        lines = ServiceRules.lines(table, without: fixed)
      }
      guard !lines.isEmpty else { continue }
      if !text.isEmpty { text += "\n" }
      text += "# \(empty.family.rawValue)\n"
      for line in lines.prefix(limit) { text += line + "\n" }
      if lines.count > limit { text += "# and \(lines.count - limit) more lines: svcnat compile\n" }
    }
    return text
  }

  private static func lines(_ rules: IPTablesRuleSet, without fixed: IPTablesRuleSet) -> [String] {
    let common = Set(IPTablesDocument().text(fixed).split(separator: "\n"))
    var lines: [String] = []
    var table: Substring?
    for line in IPTablesDocument().text(rules).split(separator: "\n") {
      if line.hasPrefix("*") {
        table = line
      } else if !line.hasPrefix(":"), line != "COMMIT", !common.contains(line) {
        if let name = table { lines.append(String(name)) }
        table = nil
        lines.append(String(line))
      }
    }
    return lines
  }

  private static func lines(_ table: NFTables.Table, without fixed: NFTables.Table) -> [String] {
    var lines: [String] = []
    for set in table.sets {
      let known = fixed.set(named: set.name)
      let common = Set(known?.elements ?? [])
      let own = set.elements.filter { !common.contains($0) }
      if known == nil { lines.append(TableText.declaration(of: set, table.family)) }
      if own.isEmpty { continue }
      lines.append("\(set.isMap ? "map" : "set") \(set.name) {")
      for element in own { lines.append("  " + TableText.element(element, of: set) + ",") }
      lines.append("}")
    }
    for chain in table.chains {
      let known = fixed.chain(named: chain.name)
      let common = Set(known?.rules ?? [])
      let own = chain.rules.filter { !common.contains($0) }
      if own.isEmpty, known != nil { continue }
      lines.append("chain \(chain.name) {")
      if known == nil, let comment = chain.comment { lines.append("  comment \"\(comment)\"") }
      for rule in own { lines.append("  " + TableText.rule(rule, family: table.family, withComment: true)) }
      lines.append("}")
    }
    return lines
  }
}
