import IPTables
import NetworkAddresses
import Testing

@Suite struct IPTablesParserTests {
  private static func rules(_ lines: [String], family: IPFamily = .ipv4) throws -> [Rule] {
    let text = "*nat\n:C - [0:0]\n" + lines.map { "-A C \($0)\n" }.joined() + "COMMIT\n"
    return try #require(IPTablesParser.parse(text, family: family)[.nat]?[chain: "C"]).rules
  }

  /// What people and tools write, and the one value all of it has.
  static let spellings: [(Rule, [String])] = [
    (
      Rule(
        comment: "a/b cluster IP", transport: .tcp, destination: PrefixMatch(host: IPAddress(ipv4: 0x0a60_0001)),
        destinationPort: 80, target: .jump("KUBE-X")),
      [
        #"-m comment --comment "a/b cluster IP" -m tcp -p tcp -d 10.96.0.1 --dport 80 -j KUBE-X"#,
        #"-d 10.96.0.1/32 -p tcp -m comment --comment "a/b cluster IP" -m tcp --dport 80 -j KUBE-X"#,
        #"--jump KUBE-X --destination 10.96.0.1/255.255.255.255 --protocol 6 --destination-port 80 -m comment --comment "a/b cluster IP""#,
        #"-p tcp -d 10.96.0.1/32 -s 0.0.0.0/0 --dport 80 -m comment --comment a/b" cluster "IP -j KUBE-X"#,
      ]
    ),
    (
      Rule(matches: [.oneIn(3)], target: .accept),
      [
        "-m statistic --mode random --probability 0.3333333333 -j ACCEPT",
        "-m statistic --mode random --probability 0.33333333349 -j ACCEPT",
        "-m statistic --probability 0.33333333302 --mode random -j ACCEPT",
      ]
    ),
    (
      Rule(matches: [.conntrack(ConntrackMatch([.related, .established]))], target: .accept),
      [
        "-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT", "-m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT",
        "-m state --state RELATED,ESTABLISHED -j ACCEPT",
      ]
    ),
    (
      Rule(matches: [.conntrack(ConntrackMatch([.invalid], isNegated: true))], target: .drop),
      ["-m conntrack ! --ctstate INVALID -j DROP", "-m state ! --state INVALID -j DROP"]
    ),
    (
      Rule(target: .setMark(value: 0x4000, mask: 0x4000)),
      ["-j MARK --or-mark 0x4000", "-j MARK --set-xmark 0x4000/0x4000", "-j MARK --set-mark 0x4000/0x00004000"]
    ),
    (
      Rule(target: .setMark(value: 0x4000, mask: 0)),
      ["-j MARK --xor-mark 0x00004000", "-j MARK --set-xmark 0x4000/0x0"]
    ),
    (
      Rule(target: .setMark(value: 0, mask: 0x4000)),
      ["-j MARK --and-mark 0xffffbfff", "-j MARK --set-xmark 0x0/0x4000"]
    ),
    (
      Rule(target: .setMark(value: 8, mask: .max)),
      ["-j MARK --set-mark 8", "-j MARK --set-xmark 0x8/0xffffffff", "-j MARK --set-mark 010"]
    ),
    (
      Rule(matches: [.mark(MarkMatch(0x4000, mask: 0x4000, isNegated: true))], target: .return),
      ["-m mark ! --mark 0x4000/0x4000 -j RETURN", "-m mark ! --mark 0x00004000/16384 -j RETURN"]
    ),
    (
      Rule(matches: [.recent(RecentMatch("L", .check(seconds: 5, reap: true)))], target: .jump("KUBE-L")),
      [
        "-m recent --name L --rcheck --seconds 5 --reap -j KUBE-L",
        "-m recent --rcheck --seconds 5 --reap --name L --mask 255.255.255.255 --rsource -j KUBE-L",
      ]
    ),
    (
      Rule(target: .reject(.portUnreachable)),
      ["-j REJECT", "-j REJECT --reject-with icmp-port-unreachable"]
    ),
    (
      Rule(inInterface: InterfaceMatch("veth", isPrefix: true, isNegated: true), target: nil),
      ["! -i veth+", "-i ! veth+", "! --in-interface veth+"]
    ),
    (
      Rule(matches: [.sourceIsLocal, .destinationIsLocal], target: .drop),
      [
        "-m addrtype --src-type LOCAL --dst-type LOCAL -j DROP",
        "-m addrtype --dst-type LOCAL -m addrtype --src-type LOCAL -j DROP",
      ]
    ),
  ]

  @Test(arguments: spellings)
  func equalMeaningIsEqualValue(rule: Rule, spellings: [String]) throws {
    let parsed = try Self.rules(spellings)
    for (spelling, parsed) in zip(spellings, parsed) { #expect(parsed == rule, "\(spelling)") }
    #expect(parsed.count == spellings.count)
  }

  /// Kept as words, in order, and written as they were read.
  @Test(
    arguments: [
      "-m multiport --dports 80,443 -j ACCEPT", "-j LOG --log-prefix \"a b\" --log-level 7",
      "-o eth0 -j MASQUERADE --to-ports 1024-2048", "-p icmp -m icmp --icmp-type 8 -j ACCEPT",
      "-m tcp -p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu",
      "-m statistic --mode nth --every 3 --packet 0 -j ACCEPT",
      "-m statistic --mode random --probability 0.3000000000 -j ACCEPT",
      "-m recent --update --name x --hitcount 4 -j DROP", "-m conntrack --ctorigdst 10.0.0.1 -j DROP",
      "-m addrtype --src-type BROADCAST -j DROP", "-m physdev ! --physdev-is-bridged -j ACCEPT",
      "-j DNAT --to-destination 10.0.0.1-10.0.0.2", "-m mark --mark 1 -m mark --mark 2/x",
      "! -p tcp -j ACCEPT", "-d host.example -j ACCEPT", "-s 10.0.0.1/255.0.255.0 -j DROP",
      "-m recent --set --name x --mask 255.255.255.0 --rsource",
    ])
  func unknownWordsAreKept(line: String) throws {
    let rules = try Self.rules([line])
    #expect(rules.count == 1)
    let rule = try #require(rules.first)
    #expect(rule.isOpaque)
    #expect(try Self.rules([rule.text]) == [rule])
    for word in line.split(separator: " ") where !["tcp", "--mark", "1", "-p", "-m"].contains(word) {
      #expect(rule.text.contains(word))
    }
  }

  @Test func chainsOfTheDocumentAreJumpedTo() throws {
    let text = "*filter\n:MINE - [0:0]\n:A - [0:0]\n-A A -j MINE\n-A A -j OTHER\n-A A -g OTHER\nCOMMIT\n"
    let rules = try IPTablesParser.parse(text, family: .ipv4)[.filter]?[chain: "A"]?.rules.map(\.target)
    #expect(rules == [.jump("MINE"), .opaque(["-j", "OTHER"]), .goto("OTHER")])
  }

  @Test func documentsOfTheSaveProgram() throws {
    let text = """
      # Generated by iptables-save v1.8.9 on Sat Nov 21 03:23:36 2026
      *filter
      :INPUT DROP [12:3456]
      :FORWARD ACCEPT [0:0]
      :KUBE-A - [0:0]
      [7:890] -A INPUT -j KUBE-A
      [0:0] -A KUBE-A -s 10.0.0.0/8 -c 1 2 -j DROP
      COMMIT
      # Completed on Sat Nov 21 03:23:36 2026

      """
    let table = try #require(IPTablesParser.parse(text, family: .ipv4)[.filter])
    #expect(table.chains.map(\.name) == ["INPUT", "FORWARD", "KUBE-A"])
    #expect(table.chains.map(\.policy) == [.drop, .accept, nil])
    #expect(table[chain: "INPUT"]?.rules == [Rule(target: .jump("KUBE-A"))])
    #expect(
      table[chain: "KUBE-A"]?.rules
        == [Rule(source: PrefixMatch(IPPrefix(IPAddress(ipv4: 0x0a00_0000), length: 8)), target: .drop)])
  }

  @Test func commandsOfTheRestoreProgram() throws {
    let text = """
      *filter
      :A - [0:0]
      -A A -j ACCEPT
      -A A -j DROP
      -I A -j RETURN
      -I A 2 -p udp
      -R A 1 -p tcp
      -D A -j DROP
      -N B
      -A B -j DROP
      -F B
      -N C
      -X C
      -P INPUT DROP
      COMMIT
      *nat
      :A - [0:0]
      COMMIT
      *filter
      -A A -j DROP
      -D A 1
      COMMIT

      """
    let ruleSet = try IPTablesParser.parse(text, family: .ipv4)
    #expect(ruleSet.tables.map(\.name) == [.filter, .nat])
    #expect(
      ruleSet[.filter]
        == Table(
          .filter,
          chains: [
            Chain(
              "A", rules: [Rule(transport: .udp, target: nil), Rule(target: .accept), Rule(target: .drop)]),
            Chain("B"), Chain("INPUT", policy: .drop),
          ]))
  }

  @Test(
    arguments: [
      ("-A X -j DROP\n", 1, .outsideTable), ("*filter\nCOMMIT\n:X - [0:0]\n", 3, .outsideTable),
      ("# x\n*fliter\n", 2, .unknownTable("fliter")), ("*nat\n\nAPPEND X\n", 3, .unknownCommand("APPEND")),
      ("*nat\n-A X -m comment --comment \"a\n", 2, .unterminatedQuote),
      ("*nat\n-A\n", 2, .missing("a chain behind -A")),
      ("*nat\n-A X -j\n", 2, .missing("what belongs to -j")), ("*nat\n-A X !\n", 2, .missing("an option behind !")),
      ("*nat\n-A X\n-D X 2\n", 3, .noSuchRule("2")), ("*nat\n-I X 2\n", 2, .noSuchRule("2")),
      ("*nat\n-A X -j DROP\n-D X -j ACCEPT\n", 3, .noSuchRule("-j ACCEPT")),
      ("*nat\n-A X -j DROP\n", 2, .notCommitted(.nat)),
    ] as [(String, Int, IPTablesParseError.Reason)])
  func errorsSayWhere(text: String, line: Int, reason: IPTablesParseError.Reason) {
    let error = #expect(throws: IPTablesParseError.self) { try IPTablesParser.parse(text, family: .ipv4) }
    #expect(error == IPTablesParseError(line: line, reason: reason))
    #expect(error?.description.hasPrefix("line \(line): ") == true)
  }

  @Test func theOtherFamilyHasNoTypedAddresses() throws {
    #expect(try Self.rules(["-s fd00::/8 -j DROP"])[0].isOpaque)
    #expect(
      try Self.rules(["-s fd00::/8 -j DROP"], family: .ipv6)[0].source?.prefix == IPPrefix("fd00::/8"))
  }
}
