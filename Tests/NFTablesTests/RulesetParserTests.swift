import NFTables
import NetworkAddresses
import TestSupport
import Testing

@Suite struct RulesetParserTests {
  static let listing = Result { try TestData.text("NFTablesTests/listing-with-handles.txt") }

  /// The tables of the listing, by family.
  static func live(
    _ family: IPFamily, _ options: RulesetParser.Options = RulesetParser.Options()
  ) throws -> Table {
    var options = options
    options.tables = ["live"]
    let ruleset = try RulesetParser.parse(try listing.get(), options: options)
    return try #require(ruleset.tables.first { $0.family == family })
  }

  static func rules(_ text: String, _ options: RulesetParser.Options = RulesetParser.Options()) throws -> [Rule] {
    let text = "table ip t {\n\tchain c {\n\t\t\(text)\n\t}\n}\n"
    return try RulesetParser.parse(text, options: options).tables[0].chains[0].rules
  }

  static func text(of tables: [Table]) -> [UInt8] {
    tables.flatMap { TableText.replacing($0, header: ["a header", ""]) }
  }

  // MARK: - Listings of kube-proxy's tables

  @Test(arguments: try ReferenceCase.dumped(for: .nftables))
  func dumpsComeBackFromText(reference: ReferenceCase) throws {
    let dump = try #require(reference.nftablesDump())
    let tables = try RulesetParser.parse(dump).tables
    #expect(tables.map(\.family) == [.ipv4, .ipv6])
    #expect(tables.allSatisfy { $0.name == "kube-proxy" && $0.sets.count >= 7 && $0.chains.count >= 15 })
    #expect(try RulesetParser.parse(Self.text(of: tables)).tables == tables)
  }

  // MARK: - Listings with handles and run-time state

  @Test func listingWithHandlesComesBackFromText() throws {
    let tables = [try Self.live(.ipv4), try Self.live(.ipv6)]
    #expect(try RulesetParser.parse(Self.text(of: tables)).tables == tables)
  }

  @Test func otherTablesAreCounted() throws {
    var options = RulesetParser.Options()
    options.tables = ["live"]
    #expect(try RulesetParser.parse(try Self.listing.get(), options: options).skippedTables == 1)
    options.tables = []
    let none = try RulesetParser.parse(try Self.listing.get(), options: options)
    #expect(none.skippedTables == 3)
    #expect(none.tables.isEmpty)
  }

  /// The last but one is how nft 1.0.6 lists a table that persists and has no owner.
  @Test(arguments: ["flags owner", "flags owner,persist", "flags owner, persist;", "flags ", "flags persist"])
  func whoOwnsATableIsPassedOver(flags: String) throws {
    let tables = try RulesetParser.parse("table ip t { # progname svcnat\n\t\(flags)\n\n\tchain c {\n\t}\n}\n").tables
    #expect(tables == [Table(family: .ipv4, name: "t", chains: [Chain("c")])])
  }

  @Test func aTableThatDoesNothingIsRefused() {
    #expect(throws: RulesetSyntaxError.self) { try RulesetParser.parse("table ip t {\n\tflags dormant\n}\n") }
  }

  @Test func declarations() throws {
    let table = try Self.live(.ipv4)
    #expect(table.comment == "a table with run-time state")
    #expect(
      table.set(named: "affinity")
        == NamedSet(
          "affinity", key: [.ipv4Address, .randomNumber], flags: [.dynamic, .timeout], timeout: 10800, size: 65535,
          comment: "client . number"))
    let endpoints = try #require(table.set(named: "endpoints"))
    #expect(endpoints.key == [.ipv4Address, .transportProtocol, .port, .randomNumber])
    #expect(endpoints.data == .fields([.ipv4Address, .port]))
    #expect(table.chains.map(\.name) == ["pre", "post", "out", "pick-2", "leaf"])
    #expect(table.chains[0].base == BaseChain(.filter, hook: .prerouting, priority: -110))
    #expect(table.chains[1].base == BaseChain(.nat, hook: .postrouting, priority: 105))
    #expect(table.chains[2].base == BaseChain(.nat, hook: .output, priority: -110))
    #expect(table.chains[3].base == nil)
    #expect(table.chains[3].comment == "one of two")
  }

  @Test func elements() throws {
    let table = try Self.live(.ipv4)
    func text(_ set: String) throws -> [String] {
      let set = try #require(table.set(named: set))
      return set.elements.map { TableText.element($0, of: set) }
    }
    #expect(try text("fixed") == [#"10.0.0.1 comment "with a comment""#, "10.0.0.2"])
    #expect(try text("cidrs") == ["10.96.0.0/16", "10.98.0.1-10.98.0.9", "10.99.0.1"])
    #expect(
      try text("allowed") == [
        "198.51.100.20 . tcp . 443 . 203.0.113.0/24", "198.51.100.20 . udp . 443 . 203.0.113.7-203.0.113.9",
        "198.51.100.20 . sctp . 443 . 203.0.113.1",
      ])
    #expect(
      try text("service-ips") == [
        #"10.96.0.10 . tcp . 80 comment "shop/web:http" : goto pick-2"#, "10.96.0.11 . tcp . 80 : drop",
        "10.96.0.12 . tcp . 80 : accept",
      ])
    #expect(
      try text("endpoints") == [
        "10.96.0.10 . tcp . 80 . 0 : 10.244.1.5 . 8080", "10.96.0.10 . tcp . 80 . 1 : 10.244.7.5 . 8080",
      ])
    let cidrs = try #require(try Self.live(.ipv6).set(named: "cidrs"))
    #expect(
      cidrs.elements.map { TableText.element($0, of: cidrs) } == ["::-::5", "2001:db8::1-2001:db8::7", "fd00:96::/112"])
  }

  @Test func countersAreKeptOrDropped() throws {
    let text = "counter packets 7 bytes 420 ct state new counter accept"
    let kept = Rule(.counter, .match(.connectionState, .connectionStates([.new])), .counter, .verdict(.accept))
    #expect(try Self.rules(text) == [kept])
    var options = RulesetParser.Options()
    options.keepsCounters = false
    let dropped = Rule(.match(.connectionState, .connectionStates([.new])), .verdict(.accept))
    #expect(try Self.rules(text, options) == [dropped])
  }

  // MARK: - Rules

  /// Each stands in the listing as it is written, and is understood.
  static let statements: [(String, [Statement])] = [
    (
      "dnat ip to ip daddr & 0.0.0.0 . meta l4proto . th dport . numgen random mod 2 map @endpoints",
      [
        .destinationNAT(
          .lookup(
            .concatenation([
              .zeroedDestinationAddress, .transportProtocol, .destinationPort, .randomNumber(modulus: 2, offset: 0),
            ]), map: "endpoints"))
      ]
    ),
    (
      "numgen random mod 2 0 update @affinity { ip saddr . numgen random mod 1 offset 7 timeout 1d3h } drop",
      [
        .match(.randomNumber(modulus: 2, offset: 0), .number(0)),
        .updateSet(
          "affinity", .concatenation([.sourceAddress, .randomNumber(modulus: 1, offset: 7)]), timeout: 97200),
        .verdict(.drop),
      ]
    ),
    (
      "meta priority set ip daddr . meta l4proto . th dport . numgen random mod 3 map @numbers",
      [
        .setPriority(
          .lookup(
            .concatenation([
              .destinationAddress, .transportProtocol, .destinationPort, .randomNumber(modulus: 3, offset: 0),
            ]), map: "numbers"))
      ]
    ),
    (
      "update @memory { meta priority & ffff:0 . ip saddr timeout 3h : meta priority }",
      [
        .updateMap(
          "memory", key: .concatenation([.priorityBits(0xffff_0000), .sourceAddress]), data: .priority, timeout: 10800)
      ]
    ),
    (
      "delete @memory { meta priority & ffff:0 . ip saddr : meta priority } drop",
      [
        .deleteElement(
          "memory", key: .concatenation([.priorityBits(0xffff_0000), .sourceAddress]), data: .priority),
        .verdict(.drop),
      ]
    ),
    (
      "delete @memory { meta priority . jhash ip saddr mod 4294967295 seed 0x1 : meta priority }",
      [.deleteElement("memory", key: .concatenation([.priority, .sourceAddressHash]), data: .priority)]
    ),
    (
      "meta priority & 8000:0 != none meta priority set none",
      [.matchPriorityBit(0x8000_0000), .clearPriority]
    ),
    (
      "meta l4proto udp dnat ip to numgen random mod 2 map { 0 : 10.244.1.5 . 8080, 1 : 10.244.7.5 . 80 }",
      [
        .match(.transportProtocol, .transportProtocol(.udp)),
        .destinationNAT(
          .lookupAnonymous(
            .randomNumber(modulus: 2, offset: 0),
            [
              AnonymousMapElement(index: 0, address: IPAddress(ipv4: 0x0af4_0105), port: 8080),
              AnonymousMapElement(index: 1, address: IPAddress(ipv4: 0x0af4_0705), port: 80),
            ])),
      ]
    ),
    (
      "numgen random mod 2 vmap { 0 : goto a/b, 1 : return }",
      [
        .verdictMapAnonymous(
          .randomNumber(modulus: 2, offset: 0),
          [
            AnonymousVerdictElement(index: 0, verdict: .goto("a/b")),
            AnonymousVerdictElement(index: 1, verdict: .return),
          ])
      ]
    ),
    (
      "meta mark & 0x00004000 != 0x00000000 meta mark set meta mark ^ 0x00004000 masquerade fully-random",
      [.matchMarkBit(0x4000), .flipMarkBits(0x4000), .masquerade(fullyRandom: true)]
    ),
    ("meta mark set meta mark | 0x80000000 masquerade", [.setMarkBits(1 << 31), .masquerade(fullyRandom: false)]),
    (
      #"iifname "cali*" iifname != "lo" reject"#,
      [
        .match(.inputInterfaceName, .interfaceNamePrefix("cali")),
        .mismatch(.inputInterfaceName, .interfaceName("lo")), .reject,
      ]
    ),
    (
      "ct state established,new ct status dnat fib saddr type local jump c",
      [
        .match(.connectionState, .connectionStates([.established, .new])),
        .match(.connectionStatus, .connectionStatus(.dnat)), .match(.sourceAddressType, .addressTypeLocal), .jump("c"),
      ]
    ),
    (
      "ip saddr != { 10.0.0.0/8, 172.16.0.1, 192.168.0.3-192.168.0.9 } th dport 80 accept",
      [
        .mismatch(
          .sourceAddress,
          .anonymousSet(
            AddressRange.merged([
              IPPrefix(IPAddress(ipv4: 0x0a00_0000), length: 8), IPPrefix(host: IPAddress(ipv4: 0xac10_0001)),
              // 192.168.0.3 to 192.168.0.9
              IPPrefix(host: IPAddress(ipv4: 0xc0a8_0003)), IPPrefix(IPAddress(ipv4: 0xc0a8_0004), length: 30),
              IPPrefix(IPAddress(ipv4: 0xc0a8_0008), length: 31),
            ]))), .match(.destinationPort, .port(80)), .verdict(.accept),
      ]
    ),
    (
      "ip saddr . ip daddr . meta l4proto . th dport @hairpin dnat to 10.0.0.1:80",
      [
        .match(
          .concatenation([.sourceAddress, .destinationAddress, .transportProtocol, .destinationPort]), .set("hairpin")),
        .destinationNATConstant(IPAddress(ipv4: 0x0a00_0001), port: 80),
      ]
    ),
  ]

  @Test(arguments: statements)
  func rulesAreUnderstood(text: String, statements: [Statement]) throws {
    #expect(try Self.rules(text) == [Rule(statements)])
    #expect(TableText.rule(Rule(statements), family: .ipv4) == text)
    #expect(try Self.rules(text + #" comment "a { b""#) == [Rule(statements, comment: "a { b")])
  }

  @Test func oneAddressStandsByItself() throws {
    let address = IPAddress(ipv4: 0x0a00_0001)
    #expect(try Self.rules("ip daddr { 10.0.0.1 } drop") == Self.rules("ip daddr 10.0.0.1 drop"))
    #expect(try Self.rules("ip daddr 10.0.0.1/32")[0] == Rule(.match(.destinationAddress, .address(address))))
    #expect(try Self.rules("ip daddr 10.0.0.1-10.0.0.2") == Self.rules("ip daddr { 10.0.0.1-10.0.0.2, }"))
  }

  @Test func addedAndDeletedTables() throws {
    let text = """
      add table ip gone
      # a comment
      add table ip6 empty
      delete table ip gone
      add table inet other; table ip full { chain c { accept; }
      }
      """
    let tables = try RulesetParser.parse(text).tables
    #expect(
      tables == [
        Table(family: .ipv6, name: "empty"),
        Table(family: .ipv4, name: "full", chains: [Chain("c", rules: [Rule(.verdict(.accept))])]),
      ])
  }

  // MARK: - What is not known

  static let unknown = [
    "tcp dport 80 accept",
    "ip saddr & 255.0.0.0 == 10.0.0.0 drop",
    #"log prefix "a } b # c" level info"#,
    "meta l4proto { tcp, udp } th dport 53 accept",
    "reject with icmp host-prohibited",
    "masquerade to :1024-2048",
    "masquerade random",
    "dnat to 10.0.0.1:80 random",
    "dnat to 10.0.0.1",
    #"counter name "x" accept"#,
    "ip6 saddr ::1 drop",
    "meta mark set 0x00000001",
    "numgen inc mod 2 0",
    "limit rate 10/second burst 5 packets",
    #"iifname "odd\*""#,
    "ct state vmap { new : accept, established : drop }",
  ]

  @Test(arguments: unknown)
  func unknownStatementsAreRefusedOrKept(text: String) throws {
    let error = try #require(throws: RulesetSyntaxError.self) { try Self.rules("ct state new " + text) }
    #expect(error.line == 3)
    #expect(!error.text.isEmpty)
    var options = RulesetParser.Options()
    options.unknownStatements = .keep
    options.keepsCounters = false
    for (ending, comment) in [("", nil), (#" comment "x""#, "x"), (" # handle 7", nil)] as [(String, String?)] {
      let rules = try Self.rules("ct state new " + text + ending + "\naccept", options)
      #expect(
        rules == [
          Rule([.match(.connectionState, .connectionStates([.new])), .unknown(text)], comment: comment),
          Rule(.verdict(.accept)),
        ])
      #expect(TableText.rule(rules[0], family: .ipv4) == "ct state new " + text)
    }
  }

  /// A text, the line of what is wrong and how that begins.
  static let malformed = [
    ("table ip t {", 1, ""),
    ("table ip t {\n\tset s {\n\t\ttype ipv4_addr\n\t\telements = { 10.0.0 }\n\t}\n}", 4, "10.0.0 }"),
    ("table ip t {\n\tset s {\n\t\ttype ipv4_addr . ether_addr\n\t}\n}", 3, "ether_addr"),
    ("table ip t {\n\tset s {\n\t\tsize 5\n\t}\n}", 2, "{"),
    ("table ip t {\n\tset s {\n\t\telements = { 1.2.3.4 }\n\t\ttype ipv4_addr\n\t}\n}", 3, "{ 1.2.3.4"),
    ("table ip t {\n\tset s {\n\t\ttype ipv4_addr\n\t\tgc-interval 10s\n\t}\n}", 4, "gc-interval"),
    ("table ip t {\n\tset s {\n\t\ttype ipv6_addr . ipv6_addr . ipv6_addr\n\t}\n}", 3, "ipv6_addr"),
    ("table ip t {\n\tmap m {\n\t\ttype inet_service : verdict\n\t\telements = { 80 }\n\t}\n}", 4, "}"),
    ("table ip t {\n\tmap m {\n\t\ttype inet_service\n\t}\n}", 2, "{"),
    ("table ip t {\n\tset m {\n\t\ttype inet_service\n\t\telements = { 65536 }\n\t}\n}", 4, "65536"),
    ("table ip t {\n\tset m {\n\t\ttype ipv4_addr\n\t\telements = { 10.0.0.0/33 }\n\t}\n}", 4, "33"),
    ("table ip t {\n\tset m {\n\t\ttype ipv4_addr\n\t\telements = { 10.0.0.2-10.0.0.1 }\n\t}\n}", 4, "10.0.0.2-"),
    ("table ip t {\n\tchain c {\n\t\ttype filter hook input priority filter; policy drop;\n\t}\n}", 3, "drop"),
    ("table ip t {\n\tchain c {\n\t\ttype filter hook ingress priority 0;\n\t}\n}", 3, "ingress"),
    ("table ip t {\n\tchain c {\n\t\ttype filter hook input priority 3000000000;\n\t}\n}", 3, "3000000000"),
    ("table ip t {\n\tchain c {\n\t\tjump\n\t}\n}", 3, ""),
    ("table ip t {\n\tcounter c {\n\t}\n}", 2, "counter"),
    ("table ip t {\n}\ntable ip t {\n\tcomment \"x\"\n}\ntable ip t {\n}", 6, "t {"),
    ("table ip t { comment \"never closed\n}", 1, "\"never"),
    ("table decnet t {\n}", 1, "decnet"),
    ("flush ruleset", 1, "flush"),
    ("table inet t {\n\tchain c {\n", 3, ""),
  ]

  @Test(arguments: malformed)
  func errorsNameTheLine(text: String, line: Int, found: String) throws {
    let error = try #require(throws: RulesetSyntaxError.self) { try RulesetParser.parse(text) }
    #expect(error.line == line, "\(error)")
    #expect(error.text.hasPrefix(found), "\(error)")
  }

  /// Whatever is done to a listing, it is read or refused.
  @Test func damagedListingsAreReadOrRefused() throws {
    let intact = Array(try Self.listing.get().utf8)
    let pieces = [
      "{", "}", "\"", "\n", " . ", ":", "0x", "99999999999999999999", "@", ",", ";", "-", "/", "#", "\0", "\u{ff}",
    ]
    var state: UInt64 = 42
    func random(_ bound: Int) -> Int {
      // SplitMix64: the same damage in every run.
      state &+= 0x9e37_79b9_7f4a_7c15
      var z = state
      z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
      return Int((z ^ (z >> 31)) % UInt64(bound))
    }
    var refused = 0
    for round in 0..<3000 {
      var bytes = intact
      switch round % 4 {
      case 0: bytes.removeSubrange(random(bytes.count)...)
      case 1:
        let start = random(bytes.count)
        bytes.removeSubrange(start..<min(bytes.count, start + 1 + random(20)))
      case 2: bytes.insert(contentsOf: Array(pieces[random(pieces.count)].utf8), at: random(bytes.count))
      default: bytes[random(bytes.count)] = UInt8(random(256))
      }
      var options = RulesetParser.Options()
      if round % 3 == 0 { options.unknownStatements = .keep }
      options.tables = ["live"]
      do {
        let tables = try RulesetParser.parse(bytes, options: options).tables
        // What was read can be written, and means the same when read again.
        guard options.unknownStatements == .refuse, Set(tables.map(\.family)).count == tables.count else { continue }
        let again = try RulesetParser.parse(Self.text(of: tables)).tables
        #expect(zip(tables, again).flatMap { TableComparison.differences(from: $0, to: $1) } == [])
        #expect(again == tables)
      } catch {
        refused += 1
        #expect(error.line >= 1 && error.line <= bytes.count)
      }
    }
    #expect(refused > 1000)
  }

  @Test func manyElementsAreSorted() throws {
    var text = "table ip t {\n\tmap m {\n\t\ttype ipv4_addr . inet_service : verdict\n\t\telements = { "
    let count = 100_000
    for index in 0..<count {
      // 48271 has no divisor in common with the count, so every address comes once.
      let address = IPAddress(ipv4: 0x0a00_0000 + UInt32(index * 48271 % count))
      text += "\(index > 0 ? ",\n\t\t\t     " : "")\(address) . 80 comment \"a/b:c\" : goto pick-2"
    }
    text += " }\n\t}\n}\n"
    let map = try RulesetParser.parse(text).tables[0].sets[0]
    #expect(map.elements.count == count)
    #expect(zip(map.elements, map.elements.dropFirst()).allSatisfy { $0.key < $1.key })
    #expect(map.elements.allSatisfy { $0.data == .verdict(.goto("pick-2")) && $0.comment == "a/b:c" })
  }
}
