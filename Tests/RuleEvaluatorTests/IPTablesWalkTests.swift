import IPTables
import NetworkAddresses
import RuleEvaluator
import Testing

/// One construct of iptables at a time.
@Suite struct IPTablesWalkTests {
  private typealias H = HandMade

  private static let matches: [(rule: Rule, packet: Packet, holds: Bool)] = [
    (Rule(transport: .tcp, target: H.target(0)), H.packet(), true),
    (Rule(transport: .udp, target: H.target(0)), H.packet(), false),
    (Rule(transport: .tcp, target: H.target(0)), H.packet(port: 0, transport: .icmp(.ipv4)), false),
    (Rule(source: PrefixMatch(H.prefix("203.0.113.0/24")), target: H.target(0)), H.packet(), true),
    (Rule(source: PrefixMatch(H.prefix("203.0.113.0/24"), isNegated: true), target: H.target(0)), H.packet(), false),
    (Rule(destination: PrefixMatch(host: H.service), target: H.target(0)), H.packet(), true),
    (Rule(transport: .tcp, destinationPort: 81, target: H.target(0)), H.packet(), false),
    (Rule(inInterface: InterfaceMatch("eth", isPrefix: true), target: H.target(0)), H.packet(), true),
    (Rule(inInterface: InterfaceMatch("eth0"), target: H.target(0)), H.packet(from: .node, H.node), false),
    (
      Rule(inInterface: InterfaceMatch("eth0", isNegated: true), target: H.target(0)), H.packet(from: .node, H.node),
      true
    ),
    (Rule(matches: [.sourceIsLocal], target: H.target(0)), H.packet(from: .node, H.node), true),
    (Rule(matches: [.sourceIsLocal], target: H.target(0)), H.packet(), false),
    (Rule(matches: [.destinationIsLocal], target: H.target(0)), H.packet(to: H.node), true),
    (Rule(matches: [.destinationIsLocal], target: H.target(0)), H.packet(), false),
    (Rule(matches: [.mark(MarkMatch(4, mask: 4))], target: H.target(0)), H.packet(mark: 5), true),
    (Rule(matches: [.mark(MarkMatch(4, mask: 4, isNegated: true))], target: H.target(0)), H.packet(mark: 5), false),
    (Rule(matches: [.conntrack(ConntrackMatch(.new))], target: H.target(0)), H.packet(), true),
    (Rule(matches: [.conntrack(ConntrackMatch([.dnat, .established]))], target: H.target(0)), H.packet(), false),
    (Rule(matches: [.accounting("counter")], target: H.target(0)), H.packet(), true),
  ]

  @Test(arguments: matches.indices)
  func matchHoldsOrNot(_ index: Int) throws {
    let (rule, packet, holds) = IPTablesWalkTests.matches[index]
    #expect(try H.outcome([rule], packet).commonClass == (holds ? .dnat : .noMatch))
  }

  @Test func ladderIsEven() throws {
    let rules = [
      Rule(matches: [.oneIn(3)], target: .jump("A")), Rule(matches: [.oneIn(2)], target: .jump("B")),
      Rule(target: .jump("C")),
    ]
    let chains = zip(["A", "B", "C"], 0...).map { Chain($0, rules: [Rule(target: H.target($1))]) }
    #expect(
      try H.outcome(rules, chains: chains).shares
        == "10.244.1.5:8080 1/3, 10.244.1.6:8080 1/3, 10.244.1.7:8080 1/3")
  }

  @Test func jumpReturnAndGoto() throws {
    let chains = [
      Chain("RETURNS", rules: [Rule(target: .return), Rule(target: H.target(0))]),
      Chain("GOES", rules: [Rule(target: .goto("EMPTY")), Rule(target: H.target(0))]),
      Chain("EMPTY"),
    ]
    for target in [Target.jump("RETURNS"), .jump("GOES"), .jump("EMPTY")] {
      #expect(
        try H.outcome([Rule(target: target), Rule(target: H.target(1))], chains: chains).shares == "10.244.1.6:8080 1")
    }
    #expect(
      try H.outcome([Rule(target: .goto("EMPTY")), Rule(target: H.target(1))], chains: chains).commonClass == .noMatch)
  }

  @Test func marksAreClearedAndToggled() throws {
    func forward(_ value: UInt32) -> [Chain] {
      [Chain("FORWARD", rules: [Rule(matches: [.mark(MarkMatch(value, mask: .max))], target: .drop)])]
    }
    func set(_ value: UInt32, _ mask: UInt32) -> [Rule] { [Rule(target: .setMark(value: value, mask: mask))] }
    #expect(try H.outcome(set(0x4000, 0x4000), filter: forward(0x4001), H.packet(mark: 1)).commonClass == .drop)
    #expect(try H.outcome(set(0x4000, 0), filter: forward(1), H.packet(mark: 0x4001)).commonClass == .drop)
    #expect(try H.outcome(set(0, 0xff), filter: forward(0x100), H.packet(mark: 0x101)).commonClass == .drop)
  }

  @Test func tablesOfAHookComeInTheKernelsOrder() throws {
    // filter is written first and comes after nat: it sees the translated destination.
    let output = Chain("OUTPUT", rules: [Rule(destination: PrefixMatch(host: H.backends[0]), target: .drop)])
    #expect(
      try H.outcome([Rule(target: H.target(0))], filter: [output], H.packet(from: .node, H.node)).commonClass == .drop)
    // mangle comes before nat.
    var ruleSet = H.ruleSet([Rule(target: H.target(0))])
    ruleSet.tables.append(Table(.mangle, chains: [Chain("PREROUTING", rules: [Rule(target: .drop)])]))
    #expect(try H.evaluator(ruleSet).evaluate(H.packet()).commonClass == .drop)
  }

  @Test func acceptCountsInFilterOnly() throws {
    let accept = [Rule(target: .accept)]
    #expect(try H.outcome([], filter: [Chain("FORWARD", rules: accept)]).commonClass == .accept)
    #expect(try H.outcome(accept).commonClass == .noMatch)
    #expect(
      try H.outcome([Rule(target: H.target(0))], filter: [Chain("FORWARD", rules: accept)]).commonClass == .dnat)
    // What output accepts, input may still leave alone: the last of them says.
    let toItself = H.packet(from: .node, H.node, to: H.node)
    #expect(try H.outcome([], filter: [Chain("OUTPUT", rules: accept)], toItself).commonClass == .noMatch)
    #expect(try H.outcome([], filter: [Chain("INPUT", rules: accept)], toItself).commonClass == .accept)
  }

  @Test func policyDecidesAtTheEndOfABuiltInChain() throws {
    let closed = Chain("FORWARD", policy: .drop, rules: [Rule(transport: .udp, target: .accept)])
    #expect(try H.outcome([], filter: [closed]).commonClass == .drop)
    #expect(try H.outcome([], filter: [closed], H.packet(transport: .udp)).commonClass == .accept)
  }

  @Test func rejectRefuses() throws {
    let chain = Chain("FORWARD", rules: [Rule(target: .reject(.portUnreachable))])
    #expect(try H.outcome([], filter: [chain]).commonClass == .reject)
  }

  @Test func masqueradingIsForTheFirstPacket() throws {
    let postrouting = Chain("POSTROUTING", rules: [Rule(target: .masquerade(fullyRandom: true))])
    #expect(try H.outcome([], chains: [postrouting]).branches.map(\.isMasqueraded) == [true])
    #expect(
      try H.outcome([], chains: [postrouting], H.packet(state: .established)).branches.map(\.isMasqueraded) == [false])
  }

  @Test func recentRemembersUntilItIsTooLongAgo() throws {
    let rules = [
      Rule(matches: [.recent(RecentMatch("L", .check(seconds: 60, reap: true)))], target: H.target(0)),
      Rule(transport: .tcp, matches: [.recent(RecentMatch("L", .set))], target: H.target(1)),
    ]
    let evaluator = try H.evaluator(H.ruleSet(rules))
    var memory = AffinityMemory()
    memory.apply(try evaluator.evaluate(H.packet(), at: 100).branches[0].updates, at: 100)
    #expect(try evaluator.evaluate(H.packet(), memory: memory, at: 160).shares == "10.244.1.5:8080 1")
    #expect(try evaluator.evaluate(H.packet(), memory: memory, at: 161).shares == "10.244.1.6:8080 1")
    #expect(try evaluator.evaluate(H.packet(H.node), memory: memory, at: 100).shares == "10.244.1.6:8080 1")
    // A rule that does not match for another reason sets nothing.
    #expect(try evaluator.evaluate(H.packet(transport: .udp)).branches.map(\.updates) == [[]])
  }

  /// Long chains are searched by destination; the order of the rules must not suffer.
  @Test(arguments: [(80, 0), (81, 1), (95, 2)] as [(UInt16, Int)])
  func longChainsKeepTheirOrder(_ port: UInt16, _ backend: Int) throws {
    let others = (1000..<1040).map { port in
      Rule(transport: .tcp, destination: PrefixMatch(host: H.service), destinationPort: port, target: .drop)
    }
    let rules =
      others + [
        Rule(transport: .tcp, destination: PrefixMatch(host: H.service), destinationPort: 80, target: H.target(0)),
        Rule(
          transport: .tcp, destination: PrefixMatch(H.prefix("10.96.0.0/16")), destinationPort: 81,
          target: H.target(1)),
        Rule(target: H.target(2)),
        Rule(transport: .tcp, destination: PrefixMatch(host: H.service), destinationPort: 95, target: H.target(0)),
      ] + others
    #expect(try H.outcome(rules, H.packet(port: port)).backends.map(\.address) == [H.backends[backend]])
  }

  @Test func unknownPartsAreErrorsThatNameThem() throws {
    let match = Rule(transport: .tcp, matches: [.opaque(["-m", "limit", "--limit", "5/sec"])], target: H.target(0))
    let error = try #require(throws: EvaluationError.self) { try H.outcome([match]) }
    #expect("\(error)".hasSuffix("cannot evaluate \"-m limit --limit 5/sec\""))
    #expect(try H.outcome([match], H.packet(transport: .udp)).commonClass == .noMatch)
    #expect(throws: EvaluationError.self) { try H.outcome([Rule(target: .opaque(["-j", "LOG"]))]) }
    #expect(throws: EvaluationError.self) { try H.outcome([Rule(target: .jump("NOWHERE"))]) }
  }
}
