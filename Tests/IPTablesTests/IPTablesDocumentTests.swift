import IPTables
import NetworkAddresses
import Testing

@Suite struct IPTablesDocumentTests {
  private static let ruleSet = IPTablesRuleSet(
    family: .ipv4,
    tables: [
      Table(
        .filter,
        chains: [
          Chain("INPUT", rules: [Rule(target: .jump("KUBE-A")), Rule(comment: "b", target: .jump("KUBE-B"))]),
          Chain("KUBE-A", rules: [Rule(target: .accept)]), Chain("KUBE-B"),
        ])
    ])

  @Test func appendsInTheirOrder() {
    #expect(
      IPTablesDocument(header: ["one", "", "two\nthree"]).text(Self.ruleSet) == """
        # one
        #
        # two
        # three
        *filter
        :KUBE-A - [0:0]
        :KUBE-B - [0:0]
        -A INPUT -j KUBE-A
        -A INPUT -m comment --comment b -j KUBE-B
        -A KUBE-A -j ACCEPT
        COMMIT

        """)
  }

  @Test func insertsTheLastFirst() {
    #expect(
      IPTablesDocument(builtInRules: .insertJumpsFirst).text(Self.ruleSet) == """
        *filter
        :KUBE-A - [0:0]
        :KUBE-B - [0:0]
        -I INPUT -m comment --comment b -j KUBE-B
        -I INPUT -j KUBE-A
        -A KUBE-A -j ACCEPT
        COMMIT

        """)
  }

  @Test func insertedRulesEndUpInTheirOrder() throws {
    let text = IPTablesDocument(builtInRules: .insertJumpsFirst).text(Self.ruleSet)
    let parsed = try IPTablesParser.parse(text, family: .ipv4)
    #expect(IPTablesComparison().differences(expected: Self.ruleSet, actual: parsed) == [])
  }

  @Test func policiesAreWrittenOnlyWhereTheyAre() {
    let chains = [Chain("INPUT", policy: .drop), Chain("OUTPUT")]
    let text = IPTablesDocument().text(IPTablesRuleSet(family: .ipv6, tables: [Table(.filter, chains: chains)]))
    #expect(text == "*filter\n:INPUT DROP [0:0]\nCOMMIT\n")
  }

  /// A comment cannot end the line it stands in, and so cannot bring in a command of its own.
  @Test func commentsStayInTheirLine() throws {
    let rules = [Rule(comment: "a\n-P INPUT DROP\r\"\\", target: .accept)]
    let ruleSet = IPTablesRuleSet(family: .ipv4, tables: [Table(.filter, chains: [Chain("X", rules: rules)])])
    let text = IPTablesDocument().text(ruleSet)
    #expect(text.split(separator: "\n").count == 4)
    #expect(
      try IPTablesParser.parse(text, family: .ipv4)[.filter]?[chain: "X"]?.rules.first?.comment
        == #"a -P INPUT DROP "\"#)
  }

  /// So many chains and rules that threads share them out.
  @Test func largeDocumentsAreReadBack() throws {
    func rule(_ number: Int) -> Rule {
      Rule(
        comment: number % 3 == 0 ? "of rule \(number)" : nil, transport: .tcp,
        destination: PrefixMatch(host: IPAddress(ipv4: UInt32(number) &* 2_654_435_761)),
        destinationPort: UInt16(truncatingIfNeeded: number),
        matches: number % 2 == 0 ? [.oneIn(UInt32(number) + 2)] : [],
        target: .jump("CHAIN-OF-A-SERVICE-\(number % 9000)"))
    }
    let chains =
      (0..<9000).map { number in
        Chain("CHAIN-OF-A-SERVICE-\(number)", rules: (0..<number % 4).map { rule(number + $0) })
      } + [Chain("LONG", rules: (0..<9000).map(rule)), Chain("LAST", rules: [rule(7)])]
    let rules = IPTablesRuleSet(family: .ipv4, tables: [Table(.nat, chains: chains)])
    let text = IPTablesDocument().text(rules)
    #expect(try IPTablesParser.parse(text, family: .ipv4) == rules)
    var pieces: [UInt8] = []
    IPTablesDocument().write(rules) { pieces += $0 }
    #expect(String(decoding: pieces, as: UTF8.self) == text)
  }
}
