import NFTables
import NetworkAddresses
import RuleEvaluator
import Testing

/// One construct of nftables at a time.
@Suite struct NFTablesWalkTests {
  private typealias H = HandMade

  // MARK: - Matches

  private static let matches: [(statement: Statement, packet: Packet, holds: Bool)] = [
    (.match(.sourceAddress, .address(H.client)), H.packet(), true),
    (.match(.sourceAddress, .address(H.node)), H.packet(), false),
    (.mismatch(.sourceAddress, .address(H.node)), H.packet(), true),
    (.match(.sourceAddress, .prefix(H.prefix("203.0.113.0/24"))), H.packet(), true),
    (.mismatch(.destinationAddress, .prefix(H.prefix("10.96.0.0/16"))), H.packet(), false),
    (.match(.transportProtocol, .transportProtocol(.tcp)), H.packet(), true),
    (.match(.transportProtocol, .transportProtocol(.udp)), H.packet(), false),
    (.match(.transportProtocol, .transportProtocol(.tcp)), H.packet(port: 0, transport: .icmp(.ipv4)), false),
    (.match(.destinationPort, .port(80)), H.packet(), true),
    (.match(.destinationPort, .port(81)), H.packet(), false),
    (.match(.inputInterfaceName, .interfaceName("eth0")), H.packet(), true),
    (.match(.inputInterfaceName, .interfaceName("eth")), H.packet(), false),
    (.match(.inputInterfaceName, .interfaceNamePrefix("eth")), H.packet(), true),
    // EVAL-5: packets the node makes come in by no interface.
    (.match(.inputInterfaceName, .interfaceName("eth0")), H.packet(from: .node, H.node), false),
    (.mismatch(.inputInterfaceName, .interfaceName("eth0")), H.packet(from: .node, H.node), true),
    (.match(.mark, .number(5)), H.packet(mark: 5), true),
    (.matchMarkBit(4), H.packet(mark: 5), true),
    (.matchMarkBit(2), H.packet(mark: 5), false),
    (.match(.connectionState, .connectionStates([.new, .established])), H.packet(), true),
    (.match(.connectionState, .connectionStates([.established])), H.packet(), false),
    (.match(.connectionStatus, .connectionStatus(.dnat)), H.packet(), false),
    (.match(.sourceAddressType, .addressTypeLocal), H.packet(from: .node, H.node), true),
    (.match(.sourceAddressType, .addressTypeLocal), H.packet(), false),
    (.match(.sourceAddressType, .addressTypeLocal), H.packet(from: .localhost, H.address("127.9.9.9")), true),
    (.match(.destinationAddressType, .addressTypeLocal), H.packet(to: H.node), true),
    (.match(.destinationAddressType, .addressTypeLocal), H.packet(), false),
    (
      .match(
        .sourceAddress, .anonymousSet(AddressRange.merged([H.prefix("192.0.2.0/24"), H.prefix("203.0.113.8/31")]))),
      H.packet(), true
    ),
    (
      .mismatch(
        .sourceAddress, .anonymousSet(AddressRange.merged([H.prefix("192.0.2.0/24"), H.prefix("203.0.113.10/31")]))),
      H.packet(), true
    ),
  ]

  @Test(arguments: matches.indices)
  func matchHoldsOrNot(_ index: Int) throws {
    let (statement, packet, holds) = NFTablesWalkTests.matches[index]
    let outcome = try H.outcome([Rule(statement, H.reach(0))], packet)
    #expect(outcome.commonClass == (holds ? .dnat : .noMatch))
  }

  // MARK: - Sets and maps

  @Test func setsHoldSingleKeys() throws {
    let set = NamedSet("s", key: [.ipv4Address], elements: [Element(H.key(H.service))])
    let rule = Rule(.match(.destinationAddress, .set("s")), H.reach(0))
    #expect(try H.outcome([rule], sets: [set]).commonClass == .dnat)
    #expect(try H.outcome([rule], sets: [set], H.packet(to: H.client)).commonClass == .noMatch)
  }

  @Test(arguments: [
    ("10.96.0.0", true), ("10.96.0.9", true), ("10.96.0.10", false), ("10.95.255.255", false), ("10.97.1.1", true),
  ])
  func intervalSetsHoldRanges(_ text: String, _ holds: Bool) throws {
    let set = NamedSet(
      "s", key: [.ipv4Address], flags: .interval,
      elements: [
        Element(H.key(H.address("10.96.0.0")), upTo: H.key(H.address("10.96.0.9"))),
        Element(H.key(H.address("10.97.1.1"))),
      ])
    let outcome = try H.outcome(
      [Rule(.match(.destinationAddress, .set("s")), H.reach(0))], sets: [set], H.packet(to: H.address(text)))
    #expect(outcome.commonClass == (holds ? .dnat : .noMatch))
  }

  @Test(arguments: [("203.0.113.9", 80, true), ("203.0.113.9", 81, false), ("203.0.114.9", 80, false)])
  func concatenationsHaveRangesInOneField(_ source: String, _ port: UInt16, _ holds: Bool) throws {
    func key(_ source: String) -> RegisterBytes {
      var key = H.frontend()
      key.append(H.address(source))
      return key
    }
    let set = NamedSet(
      "allowed", key: [.ipv4Address, .transportProtocol, .port, .ipv4Address], flags: .interval,
      elements: [
        Element(key("192.0.2.0"), upTo: key("192.0.2.255")), Element(key("203.0.113.0"), upTo: key("203.0.113.255")),
      ])
    let rule = Rule(
      .match(
        .concatenation([.destinationAddress, .transportProtocol, .destinationPort, .sourceAddress]), .set("allowed")),
      H.reach(0))
    let outcome = try H.outcome([rule], sets: [set], H.packet(H.address(source), port: port))
    #expect(outcome.commonClass == (holds ? .dnat : .noMatch))
  }

  @Test func verdictMapWithoutElementGoesOnToTheNextRule() throws {
    let map = NamedSet(
      "m", key: [.ipv4Address, .transportProtocol, .port], data: .verdict,
      elements: [Element(H.frontend(), data: .verdict(.goto("first")), comment: "shop/web:http")])
    let rules = [
      Rule(
        .verdictMap(.concatenation([.destinationAddress, .transportProtocol, .destinationPort]), map: "m")),
      Rule(H.reach(1)),
    ]
    let chains = [Chain("first", rules: [Rule(H.reach(0))])]
    #expect(try H.outcome(rules, sets: [map], chains: chains).shares == "10.244.1.5:8080 1")
    #expect(try H.outcome(rules, sets: [map], chains: chains, H.packet(port: 81)).shares == "10.244.1.6:8080 1")
  }

  @Test func zeroedAddressLeadsToTheKeyWithoutAddress() throws {
    let map = NamedSet(
      "m", key: [.ipv4Address, .transportProtocol, .port], data: .verdict,
      elements: [Element(H.frontend(.unspecified(.ipv4), .tcp, 30080), data: .verdict(.goto("ports")))])
    let rule = Rule(
      .verdictMap(.concatenation([.zeroedDestinationAddress, .transportProtocol, .destinationPort]), map: "m"))
    let outcome = try H.outcome(
      [rule], sets: [map], chains: [Chain("ports", rules: [Rule(H.reach(0))])], H.packet(to: H.node, port: 30080))
    #expect(outcome.commonClass == .dnat)
  }

  // MARK: - Chances

  private func endpoints(_ count: Int, first: UInt32 = 0) -> NamedSet {
    NamedSet(
      "endpoints", key: [.ipv4Address, .randomNumber], data: .fields([.ipv4Address, .port]),
      elements: (0..<count).map { index in
        Element(
          H.key {
            $0.append(H.service)
            $0.append(number: first + UInt32(index))
          },
          data: .fields(
            H.key {
              $0.append(H.backends[index])
              $0.append(port: 8080)
            }))
      })
  }

  private func choose(_ modulus: UInt32, offset: UInt32 = 0) -> Rule {
    Rule(
      .destinationNAT(
        .lookup(
          .concatenation([.destinationAddress, .randomNumber(modulus: modulus, offset: offset)]), map: "endpoints")))
  }

  @Test func randomKeyChoosesEvenly() throws {
    #expect(
      try H.outcome([choose(3)], sets: [endpoints(3)]).shares
        == "10.244.1.5:8080 1/3, 10.244.1.6:8080 1/3, 10.244.1.7:8080 1/3")
  }

  /// An index that is gone ends the rule without effect, and the next one may choose again.
  @Test func missingElementGoesOnToTheNextRule() throws {
    #expect(
      try H.outcome([choose(3)], sets: [endpoints(2)]).shares
        == "10.244.1.5:8080 1/3, 10.244.1.6:8080 1/3, no-match 1/3")
    #expect(
      try H.outcome([choose(3), choose(1)], sets: [endpoints(2)]).shares == "10.244.1.5:8080 2/3, 10.244.1.6:8080 1/3")
  }

  @Test func modulusOneIsAConstant() throws {
    #expect(try H.outcome([choose(1, offset: 7)], sets: [endpoints(1, first: 7)]).shares == "10.244.1.5:8080 1")
    #expect(try H.outcome([choose(1, offset: 6)], sets: [endpoints(1, first: 7)]).shares == "no-match 1")
  }

  @Test func anonymousMapsChooseEvenly() throws {
    let elements = (0..<2).map { AnonymousMapElement(index: $0, address: H.backends[Int($0)], port: 8080) }
    func rule(_ modulus: UInt32) -> Rule {
      Rule(.destinationNAT(.lookupAnonymous(.randomNumber(modulus: modulus, offset: 0), elements)))
    }
    #expect(try H.outcome([rule(2)]).shares == "10.244.1.5:8080 1/2, 10.244.1.6:8080 1/2")
    #expect(try H.outcome([rule(4)]).shares == "10.244.1.5:8080 1/4, 10.244.1.6:8080 1/4, no-match 1/2")
    let verdicts = [
      AnonymousVerdictElement(index: 0, verdict: .goto("a")), AnonymousVerdictElement(index: 1, verdict: .goto("b")),
    ]
    let chains = [Chain("a", rules: [Rule(H.reach(0))]), Chain("b", rules: [Rule(H.reach(1))])]
    #expect(
      try H.outcome(
        [Rule(.verdictMapAnonymous(.randomNumber(modulus: 3, offset: 0), verdicts)), Rule(H.reach(2))], chains: chains
      ).shares == "10.244.1.5:8080 1/3, 10.244.1.6:8080 1/3, 10.244.1.7:8080 1/3")
  }

  @Test func ladderOfComparisonsIsEven() throws {
    func step(_ left: UInt32, _ backend: Int) -> Rule {
      Rule(.match(.randomNumber(modulus: left, offset: 0), .number(0)), H.reach(backend))
    }
    #expect(
      try H.outcome([step(3, 0), step(2, 1), Rule(H.reach(2))]).shares
        == "10.244.1.5:8080 1/3, 10.244.1.6:8080 1/3, 10.244.1.7:8080 1/3")
    let never = Rule(.match(.randomNumber(modulus: 3, offset: 0), .number(3)), H.reach(0))
    #expect(try H.outcome([never]).shares == "no-match 1")
    let notZero = Rule(.mismatch(.randomNumber(modulus: 3, offset: 0), .number(0)), H.reach(0))
    #expect(try H.outcome([notZero]).shares == "10.244.1.5:8080 2/3, no-match 1/3")
  }

  /// Thirty independent choices that change nothing would be a thousand million ways if they were kept apart.
  @Test func equalWaysAreJoined() throws {
    let idle = Chain("idle", rules: [Rule(.counter)])
    let flip = Rule(.match(.randomNumber(modulus: 2, offset: 0), .number(0)), .jump("idle"))
    let outcome = try H.outcome(Array(repeating: flip, count: 30) + [Rule(H.reach(0))], chains: [idle])
    #expect(outcome.shares == "10.244.1.5:8080 1")
  }

  // MARK: - Chains

  @Test func jumpComesBackAndGotoDoesNot() throws {
    let empty = Chain("empty", rules: [Rule(.counter)])
    #expect(try H.outcome([Rule(.jump("empty")), Rule(H.reach(0))], chains: [empty]).commonClass == .dnat)
    #expect(try H.outcome([Rule(.goto("empty")), Rule(H.reach(0))], chains: [empty]).commonClass == .noMatch)
  }

  @Test func chainGoneToComesBackBehindTheLastJump() throws {
    let chains = [
      Chain("outer", rules: [Rule(.goto("inner")), Rule(H.reach(0))]), Chain("inner", rules: [Rule(.counter)]),
    ]
    #expect(try H.outcome([Rule(.jump("outer")), Rule(H.reach(1))], chains: chains).shares == "10.244.1.6:8080 1")
  }

  @Test func returnLeavesTheChain() throws {
    let chain = Chain("called", rules: [Rule(.verdict(.return)), Rule(H.reach(0))])
    #expect(try H.outcome([Rule(.jump("called")), Rule(H.reach(1))], chains: [chain]).shares == "10.244.1.6:8080 1")
    #expect(try H.outcome([Rule(.verdict(.return)), Rule(H.reach(0))]).commonClass == .noMatch)
  }

  @Test func acceptEndsOneBaseChainOnly() throws {
    func filter(_ name: String, _ priority: Int32, _ rules: Rule...) -> Chain {
      Chain(name, base: BaseChain(.filter, hook: .forward, priority: priority), rules: rules)
    }
    let accepting = filter("a", 0, Rule(.verdict(.accept)), Rule(.verdict(.drop)))
    #expect(try H.outcome([], chains: [accepting]).commonClass == .accept)
    #expect(try H.outcome([], chains: [accepting, filter("b", 10, Rule(.verdict(.drop)))]).commonClass == .drop)
    #expect(try H.outcome([], chains: [filter("b", -10, Rule(.reject)), accepting]).commonClass == .reject)
  }

  @Test func loopsAreAnError() throws {
    let chains = [Chain("a", rules: [Rule(.jump("b"))]), Chain("b", rules: [Rule(.goto("a"))])]
    #expect(throws: EvaluationError.self) { try H.outcome([Rule(.jump("a"))], chains: chains) }
  }

  // MARK: - Hooks

  private func dropping(_ hook: BaseChain.Hook, _ match: Statement? = nil) -> Chain {
    Chain(
      "drop-\(hook.rawValue)", base: BaseChain(.filter, hook: hook, priority: 0),
      rules: [Rule([match].compactMap { $0 } + [.verdict(.drop)])])
  }

  @Test(arguments: [
    (Packet.Origin.external, "10.96.0.10", [BaseChain.Hook.prerouting, .forward, .postrouting]),
    (.pod, "192.0.2.11", [.prerouting, .input]),
    (.node, "10.96.0.10", [.output, .postrouting]),
    // What the node sends to itself leaves and comes in again.
    (.node, "192.0.2.11", [.output, .postrouting, .prerouting, .input]),
    (.localhost, "127.0.0.1", [.output, .postrouting, .prerouting, .input]),
  ])
  func originDecidesThePath(_ origin: Packet.Origin, _ destination: String, _ hooks: [BaseChain.Hook]) throws {
    let packet = H.packet(from: origin, to: H.address(destination))
    for hook in BaseChain.Hook.allCases {
      let outcome = try H.outcome([], chains: [dropping(hook)], packet)
      #expect(outcome.commonClass == (hooks.contains(hook) ? .drop : .noMatch), "\(hook)")
    }
  }

  @Test func routingLooksAtTheTranslatedDestination() throws {
    let toNode = Rule(.destinationNATConstant(H.node, port: 8080))
    #expect(try H.outcome([toNode], chains: [dropping(.input)]).commonClass == .drop)
    #expect(try H.outcome([toNode], chains: [dropping(.forward)]).commonClass == .dnat)
    #expect(try H.outcome([Rule(H.reach(0))], chains: [dropping(.input)], H.packet(to: H.node)).commonClass == .dnat)
  }

  @Test func laterHooksSeeTheTranslatedPacket() throws {
    let translated = dropping(.forward, .match(.destinationAddress, .address(H.backends[0])))
    #expect(try H.outcome([Rule(H.reach(0))], chains: [translated]).commonClass == .drop)
    let status = dropping(.forward, .match(.connectionStatus, .connectionStatus(.dnat)))
    #expect(try H.outcome([Rule(H.reach(0))], chains: [status]).commonClass == .drop)
    #expect(try H.outcome([], chains: [status]).commonClass == .noMatch)
    let stillNew = dropping(.forward, .match(.connectionState, .connectionStates([.new])))
    #expect(try H.outcome([Rule(H.reach(0))], chains: [stillNew]).commonClass == .drop)
  }

  @Test(arguments: [ConnectionState.established, .invalid, .untracked])
  func natSeesFirstPacketsOnly(_ state: ConnectionState) throws {
    #expect(try H.outcome([Rule(H.reach(0))], H.packet(state: state)).commonClass == .noMatch)
  }

  @Test func onlyTheFirstTranslationCounts() throws {
    let second = Chain(
      "later", base: BaseChain(.nat, hook: .prerouting, priority: -90), rules: [Rule(H.reach(1))])
    #expect(try H.outcome([Rule(H.reach(0))], chains: [second]).shares == "10.244.1.5:8080 1")
    #expect(try H.outcome([], chains: [second]).shares == "10.244.1.6:8080 1")
  }

  // MARK: - Marks and masquerading

  private let masquerading = Chain(
    "postrouting", base: BaseChain(.nat, hook: .postrouting, priority: 100),
    rules: [Rule(.matchMarkBit(0x4000), .flipMarkBits(0x4000), .masquerade(fullyRandom: true))])

  @Test func markAsksForMasquerading() throws {
    func isMasqueraded(_ rules: [Rule]) throws -> [Bool] {
      try H.outcome(rules, chains: [masquerading]).branches.map(\.isMasqueraded)
    }
    #expect(try isMasqueraded([Rule(.setMarkBits(0x4000)), Rule(H.reach(0))]) == [true])
    #expect(try isMasqueraded([Rule(H.reach(0))]) == [false])
    #expect(try isMasqueraded([Rule(.setMarkBits(0x8000)), Rule(H.reach(0))]) == [false])
    #expect(try isMasqueraded([Rule(.setMarkBits(0x4000)), Rule(.flipMarkBits(0x4000)), Rule(H.reach(0))]) == [false])
  }

  @Test func statementsBeforeAMismatchHaveTheirEffect() throws {
    let rule = Rule(.setMarkBits(0x4000), .match(.destinationPort, .port(1)), .verdict(.drop))
    let outcome = try H.outcome([rule, Rule(H.reach(0))], chains: [masquerading])
    #expect(outcome.backends.map(\.isMasqueraded) == [true])
  }

  @Test func hairpinIsSeenByTranslatedDestination() throws {
    let set = NamedSet(
      "hairpin", key: [.ipv4Address, .ipv4Address],
      elements: [
        Element(
          H.key {
            $0.append(H.backends[0])
            $0.append(H.backends[0])
          })
      ])
    let chain = Chain(
      "postrouting", base: BaseChain(.nat, hook: .postrouting, priority: 100),
      rules: [
        Rule(
          .match(.connectionStatus, .connectionStatus(.dnat)),
          .match(.concatenation([.sourceAddress, .destinationAddress]), .set("hairpin")),
          .masquerade(fullyRandom: true))
      ])
    let half = AnonymousMapElement(index: 0, address: H.backends[0], port: 8080)
    let other = AnonymousMapElement(index: 1, address: H.backends[1], port: 8080)
    let rule = Rule(.destinationNAT(.lookupAnonymous(.randomNumber(modulus: 2, offset: 0), [half, other])))
    let outcome = try H.outcome([rule], sets: [set], chains: [chain], H.packet(from: .pod, H.backends[0]))
    #expect(outcome.backends.map(\.isMasqueraded) == [true, false])
  }

  /// A packet from outside that ends on this node does not pass postrouting; what that would do is told all the same.
  @Test func masqueradingOfDeliveredPacketsIsTold() throws {
    let rules = [Rule(.setMarkBits(0x4000)), Rule(.destinationNATConstant(H.node, port: 8080))]
    let branches = try H.outcome(rules, chains: [masquerading, dropping(.postrouting)]).branches
    #expect(branches.map(\.fate) == [.translated(H.node, port: 8080)])
    #expect(branches.map(\.isDeliveredHere) == [true])
    let withoutDrop = try H.outcome(rules, chains: [masquerading]).branches
    #expect(withoutDrop.map(\.isMasqueraded) == [true])
  }

  // MARK: - Affinity

  private let sticky = [
    Rule(.match(.sourceAddress, .set("seen")), H.reach(0)),
    Rule(.updateSet("seen", .sourceAddress, timeout: nil), H.reach(1)),
    Rule(H.reach(2)),
  ]

  private func seen(timeout: UInt32? = 60, size: UInt32? = nil) -> NamedSet {
    NamedSet("seen", key: [.ipv4Address], flags: [.dynamic, .timeout], timeout: timeout, size: size)
  }

  @Test func dynamicSetsRememberUntilTheTimeout() throws {
    let evaluator = try H.evaluator(H.table(sticky, sets: [seen()]))
    let first = try evaluator.evaluate(H.packet(), at: 100)
    #expect(first.shares == "10.244.1.6:8080 1")
    var memory = AffinityMemory()
    memory.apply(first.branches[0].updates, at: 100)
    func reached(_ source: IPAddress, at seconds: UInt64) throws -> String {
      try evaluator.evaluate(H.packet(source), memory: memory, at: seconds).shares
    }
    #expect(try reached(H.client, at: 159) == "10.244.1.5:8080 1")
    #expect(try reached(H.client, at: 160) == "10.244.1.6:8080 1")
    #expect(try reached(H.node, at: 100) == "10.244.1.6:8080 1")
  }

  @Test func fullSetEndsTheUpdatingRule() throws {
    let evaluator = try H.evaluator(H.table(sticky, sets: [seen(size: 1)]))
    var memory = AffinityMemory()
    memory.apply(try evaluator.evaluate(H.packet(H.node)).branches[0].updates, at: 0)
    #expect(try evaluator.evaluate(H.packet(), memory: memory, at: 59).shares == "10.244.1.7:8080 1")
    #expect(try evaluator.evaluate(H.packet(), memory: memory, at: 60).shares == "10.244.1.6:8080 1")
  }

  @Test func constantsKeepTheMemoryOfBackendsApart() throws {
    func key(_ number: UInt32) -> Expression {
      .concatenation([.sourceAddress, .randomNumber(modulus: 1, offset: number)])
    }
    let set = NamedSet("affinity", key: [.ipv4Address, .randomNumber], flags: [.dynamic, .timeout])
    let rules = [
      Rule(.match(key(7), .set("affinity")), H.reach(0)), Rule(.match(key(8), .set("affinity")), H.reach(1)),
      Rule(.updateSet("affinity", key(8), timeout: 10), H.reach(2)),
    ]
    let evaluator = try H.evaluator(H.table(rules, sets: [set]))
    var memory = AffinityMemory()
    memory.apply(try evaluator.evaluate(H.packet()).branches[0].updates, at: 0)
    #expect(try evaluator.evaluate(H.packet(), memory: memory, at: 9).shares == "10.244.1.6:8080 1")
  }

  // MARK: - Maps that remember

  private let remembering = NamedSet(
    "memory", key: [.ipv4Address], data: .fields([.priority]), flags: [.dynamic, .timeout])

  /// Two numbers to choose from, and an endpoint for each of some.
  private func choosing(_ numbers: [UInt32], reachable: [UInt32]) throws -> PacketEvaluator {
    func bytes(_ number: UInt32) -> RegisterBytes { H.key { $0.append(number: number) } }
    let choice = NamedSet(
      "choice", key: [.randomNumber], data: .fields([.priority]),
      elements: numbers.enumerated().map { Element(bytes(UInt32($0.offset)), data: .fields(bytes($0.element))) })
    let endpoints = NamedSet(
      "endpoints", key: [.priority], data: .fields([.ipv4Address, .port]),
      elements: reachable.map { number in
        let endpoint = H.key {
          $0.append(H.backends[Int(number & 0xff)])
          $0.append(port: 8080)
        }
        return Element(bytes(number), data: .fields(endpoint))
      })
    let choose = Rule(
      .setPriority(.lookup(.randomNumber(modulus: UInt32(numbers.count), offset: 0), map: "choice")))
    let remember = Rule(.updateMap("memory", key: .sourceAddress, data: .priority, timeout: 60))
    let translate = Rule(.destinationNAT(.lookup(.priority, map: "endpoints")))
    return try H.evaluator(
      H.table(
        [
          choose, remember, Rule(.setPriority(.lookup(.sourceAddress, map: "memory"))), translate,
          Rule(.deleteElement("memory", key: .sourceAddress, data: .priority)), choose, remember, translate,
          Rule(.matchPriorityBit(0x8000_0000), .clearPriority), translate,
        ], sets: [choice, endpoints, remembering]))
  }

  @Test func mapsKeepWhatTheyRemember() throws {
    let evaluator = try choosing([0x8000_0000, 0x8000_0001], reachable: [0x8000_0000, 0x8000_0001])
    let first = try evaluator.evaluate(H.packet(), at: 100)
    #expect(first.shares == "10.244.1.5:8080 1/2, 10.244.1.6:8080 1/2")
    for branch in first.branches {
      var memory = AffinityMemory()
      memory.apply(branch.updates, at: 100)
      let again = try evaluator.evaluate(H.packet(), memory: memory, at: 159)
      #expect(again.branches.map(\.fate) == [branch.fate])
      // The time starts anew.
      memory.apply(again.branches[0].updates, at: 159)
      #expect(try evaluator.evaluate(H.packet(), memory: memory, at: 218).branches.map(\.fate) == [branch.fate])
      #expect(try evaluator.evaluate(H.packet(), memory: memory, at: 219).branches.count == 2)
      #expect(try evaluator.evaluate(H.packet(H.node), memory: memory, at: 100).branches.count == 2)
    }
  }

  @Test func whatIsGoneIsForgotten() throws {
    let before = try choosing([0x8000_0000], reachable: [0x8000_0000])
    var memory = AffinityMemory()
    memory.apply(try before.evaluate(H.packet(), at: 0).branches[0].updates, at: 0)
    let after = try choosing([0x8000_0001], reachable: [0x8000_0001])
    let moved = try after.evaluate(H.packet(), memory: memory, at: 1)
    #expect(moved.shares == "10.244.1.6:8080 1")
    memory.apply(moved.branches[0].updates, at: 1)
    let back = try choosing([0x8000_0000, 0x8000_0001], reachable: [0x8000_0000, 0x8000_0001])
    #expect(try back.evaluate(H.packet(), memory: memory, at: 2).shares == "10.244.1.6:8080 1")
  }

  /// Where nobody has a number the packet's own priority leads nowhere, and ends as nothing.
  @Test func prioritiesAreClearedByTheirBit() throws {
    let evaluator = try choosing([0x8000_0000, 0], reachable: [0])
    #expect(try evaluator.evaluate(H.packet()).shares == "10.244.1.5:8080 1")
  }

  // MARK: - What is not understood

  @Test func unknownNamesAreErrors() {
    #expect(throws: EvaluationError.self) { try H.outcome([Rule(.jump("nowhere"))]) }
    #expect(throws: EvaluationError.self) { try H.outcome([Rule(.match(.sourceAddress, .set("none")), H.reach(0))]) }
    let map = NamedSet(
      "m", key: [.ipv4Address], data: .verdict,
      elements: [Element(H.key(H.service), data: .verdict(.goto("nowhere")))])
    #expect(throws: EvaluationError.self) { try H.evaluator(H.table([], sets: [map])) }
  }

  @Test func unknownStatementsAreErrorsThatNameThem() throws {
    let rule = Rule(.match(.destinationPort, .port(80)), .unknown("limit rate 5/second"))
    let error = try #require(throws: EvaluationError.self) { try H.outcome([rule]) }
    #expect(
      "\(error)" == "table test, chain prerouting, rule 1: th dport 80 limit rate 5/second: "
        + "cannot evaluate \"limit rate 5/second\"")
    // A packet that does not get there is not in doubt.
    #expect(try H.outcome([rule], H.packet(port: 81)).commonClass == .noMatch)
  }

  @Test func otherFamilyIsAnError() throws {
    let packet = Packet(from: .pod, H.address("fd00::1"), to: H.address("fd00::2"), .tcp, port: 80)
    #expect(throws: EvaluationError.noRules(.ipv6)) { try H.evaluator(H.table([])).evaluate(packet) }
    let mixed = Packet(from: .pod, H.address("fd00::1"), to: H.service, .tcp, port: 80)
    #expect(throws: EvaluationError.mixedFamilies) { try H.evaluator(H.table([])).evaluate(mixed) }
  }
}
