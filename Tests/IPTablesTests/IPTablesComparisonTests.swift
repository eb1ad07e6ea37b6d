import IPTables
import NetworkAddresses
import Testing

@Suite struct IPTablesComparisonTests {
  private static func ruleSet(_ chains: [Chain]) -> IPTablesRuleSet {
    IPTablesRuleSet(family: .ipv4, tables: [Table(.nat, chains: chains)])
  }

  private static func rule(_ comment: String, _ target: Target = .accept) -> Rule {
    Rule(comment: comment, target: target)
  }

  private static func compare(_ expected: [Chain], _ actual: [Chain]) -> [IPTablesDifference] {
    IPTablesComparison().differences(expected: ruleSet(expected), actual: ruleSet(actual))
  }

  @Test func orderAmongServicePortsIsNoDifference() {
    let a = [Self.rule("n/a one"), Self.rule("n/a two")]
    let b = [Self.rule("n/b one")]
    let last = [Self.rule("node ports"), Self.rule("node ports", .drop)]
    let expected = [Chain("KUBE-SERVICES", rules: a + b + last)]
    #expect(Self.compare(expected, [Chain("KUBE-SERVICES", rules: b + a + last)]) == [])
    #expect(Self.compare(expected, [Chain("KUBE-SERVICES", rules: [a[0], b[0], a[1]] + last.reversed())]) == [])
    #expect(Self.compare(expected, [Chain("KUBE-SERVICES", rules: a.reversed() + b + last)]) != [])
    #expect(Self.compare(expected, [Chain("KUBE-SERVICES", rules: a + last + b)]) != [])
    // Elsewhere every place counts.
    #expect(Self.compare([Chain("KUBE-X", rules: a + b)], [Chain("KUBE-X", rules: b + a)]) != [])
  }

  @Test func differencesAreReadable() {
    let expected = [Chain("KUBE-A"), Chain("KUBE-SERVICES", rules: [Self.rule("n/a x"), Self.rule("n/b x")])]
    let actual = [Chain("KUBE-B", rules: [Self.rule("")]), Chain("KUBE-SERVICES", rules: [Self.rule("n/b x", .drop)])]
    #expect(
      Self.compare(expected, actual).map(\.description) == [
        "- nat KUBE-A: a chain of 0 rules",
        "+ nat KUBE-B: a chain of 1 rules",
        #"- nat KUBE-SERVICES -m comment --comment "n/a x" -j ACCEPT"#,
        #"- nat KUBE-SERVICES -m comment --comment "n/b x" -j ACCEPT"#,
        #"+ nat KUBE-SERVICES -m comment --comment "n/b x" -j DROP"#,
      ])
  }

  @Test func emptyChainsMayBeIgnored() {
    let comparison = IPTablesComparison(ignoresEmptyChains: true)
    let stale = Self.ruleSet([Chain("KUBE-OLD")])
    #expect(comparison.differences(expected: stale, actual: Self.ruleSet([])) == [])
    #expect(comparison.differences(expected: Self.ruleSet([]), actual: stale) == [])
    let full = Self.ruleSet([Chain("KUBE-OLD", rules: [Rule(target: .drop)])])
    #expect(comparison.differences(expected: stale, actual: full).count == 1)
    #expect(IPTablesComparison().differences(expected: stale, actual: Self.ruleSet([])).count == 1)
  }

  @Test func theHostsRulesAreNotLookedAt() {
    let expected = [Chain("INPUT", rules: [Rule(target: .jump("KUBE-A"))])]
    let actual = [
      Chain(
        "INPUT", policy: .drop, rules: [Rule(target: .drop), Rule(target: .jump("KUBE-A")), Rule(target: .accept)]),
      Chain("DOCKER", rules: [Rule(target: .jump("KUBE-A"))]),
    ]
    #expect(Self.compare(expected, actual) == [])
    #expect(Self.compare(expected, [Chain("INPUT", rules: [Rule(target: .jump("KUBE-B"))])]).count == 2)
  }

  /// Whatever is taken out, doubled or exchanged in a compiled rule set is seen.
  @Test func everyDamageIsSeen() throws {
    let plan = Plans.plan(endpoints: 3) { service in
      service.ports[0].nodePort = 30080
      service.affinitySeconds = 60
    }
    let compiled = IPTablesLowering.compile(plan)
    var damages = 0
    for table in compiled.tables.indices {
      for chain in compiled.tables[table].chains.indices {
        let rules = compiled.tables[table].chains[chain].rules
        for index in rules.indices {
          var without = compiled
          without.tables[table].chains[chain].rules.remove(at: index)
          #expect(!IPTablesComparison().differences(expected: compiled, actual: without).isEmpty)
          var doubled = compiled
          doubled.tables[table].chains[chain].rules.insert(rules[index], at: index)
          #expect(!IPTablesComparison().differences(expected: compiled, actual: doubled).isEmpty)
          if index > 0 {
            var exchanged = compiled
            exchanged.tables[table].chains[chain].rules.swapAt(index, index - 1)
            #expect(!IPTablesComparison().differences(expected: compiled, actual: exchanged).isEmpty)
          }
          damages += 1
        }
      }
    }
    #expect(damages > 30)
  }
}
