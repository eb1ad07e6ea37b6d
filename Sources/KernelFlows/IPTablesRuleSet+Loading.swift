import IPTables

/// What a loader must know of a rule set.
extension IPTablesRuleSet {
  var builtInRules: [[Rule]] {
    tables.flatMap(\.chains).filter(\.isBuiltIn).map(\.rules)
  }

  mutating func removeBuiltInRules() {
    for table in tables.indices {
      for chain in tables[table].chains.indices where tables[table].chains[chain].isBuiltIn {
        tables[table].chains[chain].rules = []
      }
    }
  }

  /// The lists of remembered sources that rules name.
  var recentLists: Set<String> {
    var lists: Set<String> = []
    for rule in tables.lazy.flatMap(\.chains).flatMap(\.rules) {
      for case .recent(let match) in rule.matches { lists.insert(match.list) }
    }
    return lists
  }
}
