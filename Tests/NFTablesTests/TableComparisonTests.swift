import NFTables
import NetworkAddresses
import TestSupport
import Testing

@Suite struct TableComparisonTests {
  static func table(_ body: String) throws -> Table {
    try RulesetParser.parse("table ip t {\n\(body)\n}\n").tables[0]
  }

  static func differences(_ old: String, _ new: String) throws -> [String] {
    TableComparison.differences(from: try table(old), to: try table(new)).map(\.description)
  }

  static let sets = """
    set a {
      type ipv4_addr
      elements = { 10.0.0.1, 10.0.0.2, 10.0.0.3 }
    }
    map b {
      type ipv4_addr . inet_proto . inet_service : verdict
      elements = { 10.0.0.1 . tcp . 80 : goto c, 10.0.0.1 . udp . 53 : drop }
    }
    """

  // MARK: - What does not matter

  static let alike = [
    // Sets, chains and elements in another order.
    (
      "set a { type ipv4_addr; elements = { 10.0.0.1, 10.0.0.2 }\n}\nchain c {\naccept\n}\nchain d {\ndrop\n}",
      "chain d {\ndrop\n}\nchain c {\naccept\n}\nset a { type ipv4_addr; elements = { 10.0.0.2, 10.0.0.1 }\n}"
    ),
    // A range of one address.
    (
      "set a { type ipv4_addr; flags interval; elements = { 10.0.0.1-10.0.0.1, 10.1.0.0/16 }\n}",
      "set a { type ipv4_addr; flags interval; elements = { 10.0.0.1, 10.1.0.0-10.1.255.255 }\n}"
    ),
    // Counters, and the order nft lists states in.
    (
      "chain c {\ncounter packets 1 bytes 2 ct state new,established accept\ncounter\n}",
      "chain c {\nct state established,new counter accept\n}"
    ),
    // Elements of dynamic sets.
    (
      "set a { type ipv4_addr; flags dynamic,timeout; elements = { 10.0.0.1 expires 3s }\n}",
      "set a { type ipv4_addr; flags dynamic,timeout;\n}"
    ),
    // Stale chains, in either table.
    ("chain service-X-n/s/tcp/p {\n}", ""),
    ("", "chain service-X-n/s/tcp/p {\n}"),
    // Elements of anonymous maps.
    (
      "chain c {\nnumgen random mod 2 vmap { 1 : drop, 0 : accept }\n}",
      "chain c {\nnumgen random mod 2 vmap { 0 : accept, 1 : drop }\n}"
    ),
  ]

  @Test(arguments: alike)
  func tablesThatDoTheSame(old: String, new: String) throws {
    #expect(try Self.differences(old, new) == [])
    #expect(try Self.differences(new, old) == [])
  }

  // MARK: - What matters

  static let different = [
    (
      sets,
      """
      set a {
        type ipv4_addr
        elements = { 10.0.0.1, 10.0.0.3, 10.0.0.4 }
      }
      map b {
        type ipv4_addr . inet_proto . inet_service : verdict
        elements = { 10.0.0.1 . tcp . 80 : goto d, 10.0.0.1 . udp . 53 comment "x" : drop }
      }
      """,
      [
        "removed element of a: 10.0.0.2",
        "added element of a: 10.0.0.4",
        "changed element of b: 10.0.0.1 . tcp . 80 : goto c -> 10.0.0.1 . tcp . 80 : goto d",
        #"changed element of b: 10.0.0.1 . udp . 53 : drop -> 10.0.0.1 . udp . 53 comment "x" : drop"#,
      ]
    ),
    (
      "set a { type ipv4_addr; elements = { 10.0.0.1 }\n}",
      "set a { type inet_service; elements = { 80 }\n}",
      [
        "changed set a: set a { type ipv4_addr } -> set a { type inet_service }",
        "removed element of a: 10.0.0.1",
        "added element of a: 80",
      ]
    ),
    (
      "set a { type ipv4_addr; elements = { 10.0.0.1 }\n}",
      "set b { type ipv4_addr; size 5;\n}",
      [
        "added set b: set b { type ipv4_addr size 5 }",
        "removed set a: set a { type ipv4_addr }",
        "removed element of a: 10.0.0.1",
      ]
    ),
    (
      "set a { type ipv4_addr; flags interval; elements = { 10.0.0.0/24 }\n}",
      "set a { type ipv4_addr; flags interval; elements = { 10.0.0.0/25 }\n}",
      ["added element of a: 10.0.0.0/25", "removed element of a: 10.0.0.0/24"]
    ),
    (
      "chain c {\naccept\ndrop\nreject\n}",
      "chain c {\naccept\nreject\ndrop\n}",
      ["removed rule in c: drop", "added rule in c: drop"]
    ),
    (
      "chain c {\nct state new jump a comment \"one\"\ndrop\n}",
      "chain c {\nct state new jump b comment \"one\"\ndrop\n}",
      [#"changed rule in c: ct state new jump a comment "one" -> ct state new jump b comment "one""#]
    ),
    (
      "chain c {\ntype filter hook input priority filter;\n}\nchain d {\naccept\n}",
      "chain c {\ntype filter hook input priority 5;\n}",
      [
        "changed chain c: chain c { type filter hook input priority 0; policy accept; }"
          + " -> chain c { type filter hook input priority 5; policy accept; }",
        "removed chain d: chain d { }",
        "removed rule in d: accept",
      ]
    ),
    // Something leads to it.
    (
      "chain a/b {\n}\nchain c {\njump a/b\n}",
      "chain c {\njump a/b\n}",
      ["removed chain a/b: chain a/b { }"]
    ),
    ("chain empty {\n}", "", ["removed chain empty: chain empty { }"]),
    ("comment \"x\"", "comment \"y\"", [#"changed table: table ip t { comment "x" } -> table ip t { comment "y" }"#]),
  ]

  @Test(arguments: different)
  func tablesThatDiffer(old: String, new: String, differences: [String]) throws {
    #expect(try Self.differences(old, new) == differences)
  }

  /// Each rule, element, set or chain that is taken out of a real table is missed.
  @Test func everyLossIsSeen() throws {
    let reference = try #require(try ReferenceCase.dumped(for: .nftables).first { $0.name == "random-11" })
    let dump = try #require(reference.nftablesDump())
    let table = try RulesetParser.parse(dump).tables[0]
    for (place, set) in table.sets.enumerated() {
      var less = table
      less.sets.remove(at: place)
      #expect(TableComparison.differences(from: table, to: less).first?.object == .set(set.name))
      for element in set.elements.indices {
        less = table
        less.sets[place].elements.remove(at: element)
        let differences = TableComparison.differences(from: table, to: less)
        #expect(differences.map(\.object) == [.element(set: set.name)])
        #expect(differences.map(\.kind) == [.removed])
      }
    }
    for (place, chain) in table.chains.enumerated() {
      for rule in chain.rules.indices {
        var less = table
        less.chains[place].rules.remove(at: rule)
        let differences = TableComparison.differences(from: less, to: table)
        #expect(differences.contains { $0.object == .rule(chain: chain.name) && $0.kind == .added })
      }
    }
  }
}
