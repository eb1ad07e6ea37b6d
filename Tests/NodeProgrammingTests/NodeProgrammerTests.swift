#if Netlink && os(Linux)
  import Glibc
  import NFTables
  import NFTablesNetlink
  @testable import NodeProgramming
  import RuleTargets
  import SystemPrograms
  import TestSupport
  import Testing

  /// What a programmer finds, refuses and leaves.
  @Suite(.serialized, .enabled(if: ProgrammedNode.isUsable, ProgrammedNode.need))
  struct NodeProgrammerTests {
    private static func rules(_ target: RuleTarget) throws -> [CompiledRules] {
      let reference = try #require(try ReferenceCase.all.first { $0.name == "nodeport-udp-sctp" })
      return reference.plans.map { target.compile($0) }
    }

    @Test func tablesOfOtherProcessesAreLeftAlone() throws {
      let desired = try Self.rules(.nftMaps)
      try ProgrammedNode.run { programmer in
        guard case .nftables(let table) = desired[0] else { return }
        var owner = try NetlinkConnection()
        var transaction = Transaction()
        transaction.add(table, ownership: .exclusive)
        try owner.commit(transaction)
        #expect(throws: ProgrammingError.self) { try programmer.plan(desired, target: .nftMaps) }
        do {
          _ = try programmer.planRemoval()
          Issue.record("the table was to be deleted")
        } catch ProgrammingError.ownedByProcess(let table, let port, let process) {
          #expect(table == "table ip svcnat")
          #expect(port == owner.port)
          #expect(process?.hasSuffix(" (process \(getpid()))") == true, "\(process ?? "nobody")")
          let rest = ", which alone can change it; stop that process first"
          let error = ProgrammingError.ownedByProcess(table: table, port: port, process: "svcnat (process 7)")
          #expect("\(error)" == "table ip svcnat belongs to svcnat (process 7)\(rest)")
          let unseen = ProgrammingError.ownedByProcess(table: table, port: port, process: nil)
          #expect("\(unseen)" == "table ip svcnat belongs to the process with netlink port \(port)\(rest)")
        }
        try owner.commit(Transaction())
      }
    }

    @Test(arguments: RuleTarget.allCases)
    func damageIsADifference(_ target: RuleTarget) throws {
      let desired = try Self.rules(target)
      let (before, after) = try ProgrammedNode.run { programmer in
        try programmer.carryOut(programmer.plan(desired, target: target))
        let before = LiveComparison.differences(from: try programmer.installedRules(.ipv4), to: desired[0])
        switch target {
        case .nftMaps: try ProgrammedNode.start("nft", "flush", "map", "ip", "svcnat", "service-ips")
        case .nftChains: try ProgrammedNode.start("nft", "flush", "chain", "ip", "kube-proxy", "services")
        case .iptables: try ProgrammedNode.start("iptables-nft", "-t", "nat", "-F", "KUBE-SERVICES")
        }
        return (before, LiveComparison.differences(from: try programmer.installedRules(.ipv4), to: desired[0]))
      }
      #expect(before == [])
      #expect(!after.isEmpty)
      #expect(after.allSatisfy { $0.hasPrefix("missing ") }, "\(after)")
    }

    @Test func slotsBehindTheCountAreNoDifference() throws {
      let desired = try Self.rules(.nftMaps)
      guard case .nftables(var table) = desired[0],
        let endpoints = table.sets.firstIndex(where: { $0.name == "endpoints" }),
        let last = table.sets[endpoints].elements.last
      else {
        Issue.record("no endpoints")
        return
      }
      // The frontend with another index.
      func slot(_ index: UInt32) -> Element {
        var key = RegisterBytes()
        for offset in [0, 4, 8] { key.appendWord(last.key.word(at: offset)) }
        key.append(number: index)
        return Element(key, data: last.data)
      }
      table.sets[endpoints].elements.append(slot(7))
      let changed = table
      let differences = try ProgrammedNode.run { programmer in
        try programmer.carryOut(programmer.plan([.nftables(changed)], target: .nftMaps))
        return LiveComparison.differences(from: try programmer.installedRules(.ipv4), to: desired[0])
      }
      #expect(differences == [])
    }

    @Test func connectionsThatCannotBeMadeAreTold() {
      let socket = "opening a netlink socket"
      #expect(ProgrammingError(NetlinkError(socket, .refused(code: EPROTONOSUPPORT))) == .noTables)
      #expect(
        ProgrammingError(NetlinkError("reading the generation of the rules", .refused(code: EINVAL))) == .noTables)
      #expect(ProgrammingError(NetlinkError("x", .refused(code: EPERM))) == .notPermitted(operation: "x"))
      let busy = NetlinkError("delete chain ip svcnat a", .refused(code: EBUSY))
      #expect(ProgrammingError(busy) == .busy(busy))
      #expect(
        "\(ProgrammingError.noTableOwners(running: "6.1.0"))"
          == "Linux 6.1.0 cannot keep a table for one process alone; that needs 6.9 or newer")
      #expect(ProgrammingError(NetlinkError("x", .keptChanging(attempts: 8))) != .refused(busy))
    }

    /// What iptables 1.8.9 prints.
    @Test(arguments: [
      (
        "iptables-legacy-save", "iptables-save v1.8.9 (legacy): Cannot initialize: Permission denied (you must be root)"
      ),
      (
        "iptables-legacy-restore",
        "iptables-restore v1.8.9 (legacy): iptables-restore: unable to initialize table 'nat'"
      ),
    ])
    func rightsThatLegacyNeedsAreNamed(_ command: String, _ output: String) {
      let failure = SystemProgramError.failed(command: command, status: 2, output: output)
      let error = ProgrammingError(failure, hasNetRaw: false)
      #expect(error == .legacyNotPermitted(command: command))
      #expect(
        error.description
          == "\(command): not permitted; iptables-legacy needs CAP_NET_RAW beside CAP_NET_ADMIN")
      // With the right it is something else: a kernel without the table, a user who is not root.
      #expect(ProgrammingError(failure, hasNetRaw: true) != error)
      let other = SystemProgramError.failed(command: "iptables-nft-save", status: 4, output: output)
      #expect(ProgrammingError(other, hasNetRaw: false) != .legacyNotPermitted(command: "iptables-nft-save"))
    }

    @Test(arguments: [
      ("Name:\tsh\nCapEff:\t000001ffffffffff\nSeccomp:\t0\n", true), ("CapEff:\t0000000000001000\n", false),
      ("CapEff:\t0000000000003000\n", true), ("", true),
    ])
    func rightsAreRead(_ status: String, _ hasNetRaw: Bool) {
      #expect(ProcessCapabilities.hasNetRaw(status) == hasNetRaw)
    }

    @Test(arguments: [
      ("6.1.0-18-amd64", true), ("5.13.0", true), ("5.12.19", false), ("4.19.0", false), ("5.9", false),
    ])
    func releasesAreCompared(_ text: String, _ suffices: Bool) throws {
      let release = try #require(KernelRelease(text))
      #expect((release >= KernelRelease(major: 5, minor: 13)) == suffices)
      #expect(KernelRelease("unknown") == nil)
    }
  }
#endif
