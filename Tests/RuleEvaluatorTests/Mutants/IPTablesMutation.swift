import IPTables
import TestSupport

/// Damages a rule set in one place.
struct IPTablesMutation {
  /// What a damage is, and where.
  var words = ""

  private var random: SeededNumbers

  init(_ random: SeededNumbers) { self.random = random }

  /// - Returns: nil where there is nothing to damage in the way that was drawn.
  mutating func damage(_ ruleSet: IPTablesRuleSet) -> IPTablesRuleSet? {
    var ruleSet = ruleSet
    let isDone =
      switch random.number(0...3) {
      case 0: dropRule(&ruleSet)
      case 1: replace(&ruleSet, "target swapped", IPTablesMutation.swapTarget)
      case 2: replace(&ruleSet, "chance changed", IPTablesMutation.changeChance)
      default: replace(&ruleSet, "match turned round", IPTablesMutation.negateMatch)
      }
    return isDone ? ruleSet : nil
  }

  private mutating func dropRule(_ ruleSet: inout IPTablesRuleSet) -> Bool {
    var places: [(table: Int, chain: Int, rule: Int)] = []
    for (table, content) in ruleSet.tables.enumerated() {
      for (chain, content) in content.chains.enumerated() {
        places += content.rules.indices.map { (table, chain, $0) }
      }
    }
    let place = random.one(of: places)
    let table = ruleSet.tables[place.table]
    let rule = table.chains[place.chain].rules[place.rule]
    words = "rule dropped: \(table.name) \(table.chains[place.chain].name) \(rule.text)"
    ruleSet.tables[place.table].chains[place.chain].rules.remove(at: place.rule)
    return true
  }

  /// A rule for which `change` has something else.
  private mutating func replace(
    _ ruleSet: inout IPTablesRuleSet, _ word: String,
    _ change: (Rule, _ chains: [String], inout SeededNumbers) -> Rule?
  ) -> Bool {
    var changes: [(table: Int, chain: Int, rule: Int, changed: Rule)] = []
    for (table, content) in ruleSet.tables.enumerated() {
      let names = content.chains.filter { !$0.isBuiltIn }.map(\.name)
      for (chain, content) in content.chains.enumerated() {
        for (index, rule) in content.rules.enumerated() {
          if let changed = change(rule, names, &random) { changes.append((table, chain, index, changed)) }
        }
      }
    }
    if changes.isEmpty { return false }
    let place = random.one(of: changes)
    let chain = ruleSet.tables[place.table].chains[place.chain]
    words = "\(word): \(ruleSet.tables[place.table].name) \(chain.name) \(chain.rules[place.rule].text)"
    ruleSet.tables[place.table].chains[place.chain].rules[place.rule] = place.changed
    return true
  }

  private static func swapTarget(_ rule: Rule, _ chains: [String], _ random: inout SeededNumbers) -> Rule? {
    var rule = rule
    switch rule.target {
    case .drop: rule.target = random.chance(50) ? .accept : .reject(.portUnreachable)
    case .reject: rule.target = .drop
    case .accept: rule.target = .drop
    case .return: rule.target = .accept
    case .jump(let chain): rule.target = .jump(random.one(of: chains.filter { $0 != chain } + ["KUBE-SERVICES"]))
    default: return nil
    }
    return rule
  }

  private static func changeChance(_ rule: Rule, _ chains: [String], _ random: inout SeededNumbers) -> Rule? {
    guard let index = rule.matches.firstIndex(where: { if case .oneIn = $0 { true } else { false } }),
      case .oneIn(let n) = rule.matches[index]
    else { return nil }
    var rule = rule
    rule.matches[index] = .oneIn(n > 2 && random.chance(50) ? n - 1 : n + 1)
    return rule
  }

  private static func negateMatch(_ rule: Rule, _ chains: [String], _ random: inout SeededNumbers) -> Rule? {
    var rule = rule
    if rule.source != nil {
      rule.source?.isNegated.toggle()
    } else if rule.inInterface != nil {
      rule.inInterface?.isNegated.toggle()
    } else if let index = rule.matches.firstIndex(where: { if case .conntrack = $0 { true } else { false } }),
      case .conntrack(var match) = rule.matches[index]
    {
      match.isNegated.toggle()
      rule.matches[index] = .conntrack(match)
    } else if rule.destination != nil {
      rule.destination?.isNegated.toggle()
    } else if let port = rule.destinationPort {
      rule.destinationPort = port ^ 1
    } else {
      return nil
    }
    return rule
  }
}
