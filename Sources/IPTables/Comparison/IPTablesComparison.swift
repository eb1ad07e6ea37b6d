/// Compares what two rule sets have of kube-proxy's rules.
///
/// Looked at are `KUBE-` chains and the jumps to them from built-in chains. The order of rules within a chain counts; in
/// the chains that service ports share it counts only among the rules of one service port, and those of none have to
/// come last: kube-proxy writes service ports, and the addresses node ports are served on, in no particular order. The
/// order of tables and chains does not count.
public struct IPTablesComparison {
  /// Whether a chain without rules may be missing on one side: kube-proxy removes stale chains only later (SYNC-2).
  public var ignoresEmptyChains: Bool

  public init(ignoresEmptyChains: Bool = false) {
    self.ignoresEmptyChains = ignoresEmptyChains
  }

  /// Empty where both mean the same; by table and chain.
  public func differences(expected: IPTablesRuleSet, actual: IPTablesRuleSet) -> [IPTablesDifference] {
    var differences: [IPTablesDifference] = []
    for table in Table.Name.allCases {
      let expected = chains(of: expected, table)
      let actual = chains(of: actual, table)
      for name in Set(expected.keys).union(actual.keys).sorted() {
        func report(_ kind: IPTablesDifference.Kind) {
          differences.append(IPTablesDifference(table: table, chain: name, kind: kind))
        }
        switch (expected[name], actual[name]) {
        case (let expected?, let actual?):
          compare(groups(of: name, expected), groups(of: name, actual), report)
        case (let expected?, nil):
          if !ignoresEmptyChains || !expected.isEmpty { report(.missingChain(rules: expected.count)) }
        case (nil, let actual?):
          if !ignoresEmptyChains || !actual.isEmpty { report(.unexpectedChain(rules: actual.count)) }
        case (nil, nil): break
        }
      }
    }
    return differences
  }

  private func chains(of ruleSet: IPTablesRuleSet, _ table: Table.Name) -> [String: [Rule]] {
    var chains: [String: [Rule]] = [:]
    for chain in ruleSet[table]?.chains ?? [] {
      if chain.name.hasPrefix("KUBE-") {
        chains[chain.name] = chain.rules
      } else if chain.isBuiltIn {
        let jumps = chain.rules.filter(\.leadsToKubeChain)
        if !jumps.isEmpty { chains[chain.name] = jumps }
      }
    }
    return chains
  }

  /// What rules of a shared chain have to have in common for their order to count.
  private struct Group: Hashable, Comparable {
    /// Whether a rule of no service port comes before.
    var isBehindCommonRules = false
    /// Empty for rules of no service port.
    var servicePort = ""

    static func < (a: Group, b: Group) -> Bool {
      a.isBehindCommonRules == b.isBehindCommonRules ? a.servicePort < b.servicePort : b.isBehindCommonRules
    }
  }

  /// The rule set with all that is not looked at in one order or left out.
  public func canonical(_ ruleSet: IPTablesRuleSet) -> IPTablesRuleSet {
    var canonical = IPTablesRuleSet(family: ruleSet.family)
    for table in Table.Name.allCases {
      let chains = chains(of: ruleSet, table)
        .filter { !ignoresEmptyChains || !$0.value.isEmpty }
        .map { name, rules in
          let groups = groups(of: name, rules)
          return Chain(name, rules: groups.keys.sorted().flatMap { groups[$0] ?? [] })
        }
      if !chains.isEmpty { canonical.tables.append(Table(table, chains: chains.sorted { $0.name < $1.name })) }
    }
    return canonical
  }

  private func groups(of chain: String, _ rules: [Rule]) -> [Group: [Rule]] {
    var group = Group()
    guard SharedChain.holdsServicePorts(chain) else { return [group: rules] }
    var groups: [Group: [Rule]] = [:]
    var common: [Rule] = []
    for rule in rules {
      if let servicePort = rule.servicePort {
        group.servicePort = servicePort
        groups[group, default: []].append(rule)
      } else {
        group.isBehindCommonRules = true
        common.append(rule)
      }
    }
    if !common.isEmpty {
      groups[Group(isBehindCommonRules: true)] = common.map { ($0.text, $0) }.sorted { $0.0 < $1.0 }.map(\.1)
    }
    return groups
  }

  private func compare(
    _ expected: [Group: [Rule]], _ actual: [Group: [Rule]], _ report: (IPTablesDifference.Kind) -> Void
  ) {
    for group in Set(expected.keys).union(actual.keys).sorted() {
      let expected = expected[group] ?? []
      let actual = actual[group] ?? []
      guard expected != actual else { continue }
      for change in actual.difference(from: expected) {
        switch change {
        case .remove(_, let rule, _): report(.missingRule(rule))
        case .insert(_, let rule, _): report(.unexpectedRule(rule))
        }
      }
    }
  }
}

extension Rule {
  /// The service port a rule in a shared chain belongs to, as its comment says it: `namespace/name:port`.
  public var servicePort: String? {
    guard let word = comment?.split(separator: " ", maxSplits: 1).first, word.contains("/") else { return nil }
    return String(word)
  }

  fileprivate var leadsToKubeChain: Bool {
    switch target {
    case .jump(let chain), .goto(let chain): chain.hasPrefix("KUBE-")
    default: false
    }
  }
}
