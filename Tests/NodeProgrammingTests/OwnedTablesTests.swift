#if Netlink && os(Linux)
  import Glibc
  import NFTables
  import NFTablesNetlink
  import NodeProgramming
  import RuleTargets
  import TestSupport
  import Testing

  /// A programmer whose tables nobody else can change.
  @Suite(.serialized, .enabled(if: ProgrammedNode.canOwnTables, ProgrammedNode.ownershipNeed))
  struct OwnedTablesTests {
    private static func rules(_ target: RuleTarget) throws -> [CompiledRules] {
      let reference = try #require(try ReferenceCase.all.first { $0.name == "nodeport-udp-sctp" })
      return reference.plans.map { target.compile($0) }
    }

    private static func table(_ target: RuleTarget, _ programmer: inout NodeProgrammer) throws -> InstalledTable? {
      guard case .table(let table)? = try programmer.installedRules(.ipv4).entry(like: target)?.contents else {
        return nil
      }
      return table
    }

    /// A programmer that ends when it is done.
    private static func program(_ desired: [CompiledRules], _ target: RuleTarget) throws {
      var owner = try NodeProgrammer(ownsTables: true)
      try owner.carryOut(owner.plan(desired, target: target))
      _ = consume owner
      // A process that another test is just starting has the socket, too, until it runs its program.
      var other = try NodeProgrammer()
      for _ in 0..<500 where try table(target, &other)?.owner != nil { usleep(10_000) }
    }

    @Test(arguments: [RuleTarget.nftMaps, .nftChains]) func itsOwnTablesAreNoObstacle(_ target: RuleTarget) throws {
      let desired = try Self.rules(target)
      try ProgrammedNode.run { other in
        var owner = try NodeProgrammer(ownsTables: true)
        try owner.carryOut(owner.plan(desired, target: target))
        #expect(try Self.table(target, &other)?.owner == owner.port)
        #expect(try owner.plan(desired, target: target).isEmpty)
        #expect(throws: ProgrammingError.self) { try other.plan(desired, target: target) }
        #expect(throws: ProgrammingError.self) { try other.planRemoval() }
        #expect(LiveComparison.differences(from: try other.installedRules(.ipv4), to: desired[0]) == [])

        // Part of the rules, then all of them, then none.
        guard case .nftables(var table) = desired[0] else { return }
        for index in table.sets.indices { table.sets[index].elements = [] }
        table.chains.removeAll { $0.base == nil }
        for index in table.chains.indices { table.chains[index].rules = [] }
        try owner.carryOut(owner.plan([.nftables(table)], target: target))
        let plan = try owner.plan(desired, target: target)
        #expect(!plan.isEmpty)
        try owner.check(plan)
        try owner.carryOut(plan)
        #expect(try owner.plan(desired, target: target).isEmpty)
        try owner.carryOut(owner.planRemoval())
        #expect(try Self.table(target, &other) == nil)
      }
    }

    @Test(arguments: [RuleTarget.nftMaps, .nftChains]) func whatOneLeavesTheNextTakesOver(_ target: RuleTarget) throws {
      let desired = try Self.rules(target)
      try ProgrammedNode.run { other in
        try Self.program(desired, target)
        let left = try #require(try Self.table(target, &other))
        #expect(left.owner == nil)
        #expect(try other.plan(desired, target: target).isEmpty)

        var owner = try NodeProgrammer(ownsTables: true)
        let plan = try owner.plan(desired, target: target)
        let flags = " { flags owner,persist; }"
        #expect(
          plan.steps.map(\.lines)
            == desired.map {
              ["add table \($0.family == .ipv4 ? "ip" : "ip6") \(left.table.name)\(flags)"]
            })
        try owner.check(plan)
        #expect(try Self.table(target, &other)?.owner == nil)
        try owner.carryOut(plan)
        let taken = try #require(try Self.table(target, &other))
        #expect(taken.owner == owner.port)
        #expect(taken.ruleHandles == left.ruleHandles)
      }
    }

    /// What was committed by others since the plan was made makes no difference.
    @Test(arguments: [false, true]) func aTableMadeWithoutIsMadeAnew(isStale: Bool) throws {
      let desired = try Self.rules(.nftMaps)
      try ProgrammedNode.run { other in
        try other.carryOut(other.plan(desired, target: .nftMaps))
        var owner = try NodeProgrammer(ownsTables: true)
        let plan = try owner.plan(desired, target: .nftMaps)
        #expect(plan.steps.allSatisfy { $0.counts.tables == ChangeCounts.Count(added: 1, removed: 1) })
        if isStale { try ProgrammedNode.start("nft", "flush", "map", "ip", "svcnat", "service-ips") }
        try owner.carryOut(plan)
        #expect(try Self.table(.nftMaps, &other)?.owner == owner.port)
        #expect(LiveComparison.differences(from: try other.installedRules(.ipv4), to: desired[0]) == [])
        #expect(try owner.plan(desired, target: .nftMaps).isEmpty)
      }
    }

    /// Rules that are to come back do not where an agent has taken the table since.
    @Test func theFormerRulesAreRefusedByName() throws {
      let desired = try Self.rules(.nftMaps)
      try ProgrammedNode.run { other in
        let former = try other.installedRules(.ipv4)
        var owner = try NodeProgrammer(ownsTables: true)
        try owner.carryOut(owner.plan(desired, target: .nftMaps))
        #expect {
          try other.planReturn(to: former)
        } throws: {
          if case .ownedByProcess? = $0 as? ProgrammingError { true } else { false }
        }
        try owner.carryOut(owner.planReturn(to: former))
        #expect(try Self.table(.nftMaps, &other) == nil)
      }
    }

    /// iptables has no owners.
    @Test func whatIsLeftOfAnotherTargetGoes() throws {
      let (maps, chains) = (try Self.rules(.nftMaps), try Self.rules(.nftChains))
      try ProgrammedNode.run { other in
        try Self.program(maps, .nftMaps)
        var owner = try NodeProgrammer(ownsTables: true)
        try owner.carryOut(owner.plan(chains, target: .nftChains))
        #expect(try Self.table(.nftMaps, &other) == nil)
        #expect(try Self.table(.nftChains, &other)?.owner == owner.port)
      }
    }
  }
#endif
