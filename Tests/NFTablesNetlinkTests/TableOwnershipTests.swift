#if Netlink && os(Linux)
  import CNetlinkShim
  import Foundation
  import NFTables
  @testable import NFTablesNetlink
  import Testing

  /// Tables that one connection alone can change, and that stay when it ends.
  @Suite(.enabled(if: Namespace.canOwnTables, "needs root and Linux 6.9"))
  struct TableOwnershipTests {
    /// A connection that ends leaves its table.
    private static func program(_ table: Table, seenBy other: inout NetlinkConnection<NetlinkSocket>) throws {
      var connection = try NetlinkConnection()
      try connection.update(to: table, ownership: .exclusiveAndPersistent)
      _ = consume connection
      // A process that another test is just starting has the socket, too, until it runs its program.
      for _ in 0..<500 where try other.table(table.identity)?.owner != nil { usleep(10_000) }
    }

    @Test func whatAnOwnerLeavesIsTakenOver() throws {
      let table = try Inputs.cluster()
      try Namespace.run { connection in
        try Self.program(table, seenBy: &connection)
        let left = try #require(try connection.table(table.identity))
        #expect(left.owner == nil)
        #expect(left.flags == .persist)
        #expect(TableUpdate(from: left, to: table).isEmpty)

        let update = try connection.update(to: table, ownership: .exclusiveAndPersistent)
        let operations = update.transactions.flatMap(\.operations)
        #expect(operations.map(\.description) == ["add table ip svcnat { flags owner,persist; }"])
        let owned = try #require(try connection.table(table.identity))
        #expect(owned.owner == connection.port)
        #expect(owned.flags == [.owner, .persist])
        #expect(owned.ruleHandles == left.ruleHandles)
        #expect(TableUpdate(from: owned, to: table, ownership: .exclusiveAndPersistent).isEmpty)
      }
    }

    /// A check is no commit.
    @Test func tryingToTakeATableOverDoesNot() throws {
      let table = try Inputs.cluster()
      try Namespace.run { connection in
        try Self.program(table, seenBy: &connection)
        let update = TableUpdate(
          from: try connection.table(table.identity), to: table, ownership: .exclusiveAndPersistent)
        for transaction in update.transactions { try connection.validate(transaction) }
        #expect(try connection.table(table.identity)?.flags == .persist)
      }
    }

    @Test func aTableThatDoesNotPersistIsMadeAnew() throws {
      let table = try Inputs.cluster()
      try Namespace.run { connection in
        try connection.update(to: table)
        let update = try connection.update(to: table, ownership: .exclusiveAndPersistent)
        #expect(update.replacesTable)
        #expect(update.transactions.count == 1)
        let owned = try #require(try connection.table(table.identity))
        #expect(owned.flags == [.owner, .persist])
        #expect(owned.table.ordered == table.normalised.ordered)
      }
    }

    /// Neither what it persists nor its owner is touched by those who do not ask for it.
    @Test(arguments: [nil, TableOwnership.exclusiveAndPersistent])
    func aDormantTableKeepsItsFlags(ownership: TableOwnership?) throws {
      let table = try Inputs.cluster()
      try Namespace.run { connection in
        try Self.program(table, seenBy: &connection)
        var transaction = Transaction()
        transaction.append(table.identity, .setTableFlags([.persist, .dormant]))
        try connection.commit(transaction)
        #expect(try connection.table(table.identity)?.isDormant == true)
        try connection.update(to: table, ownership: ownership)
        #expect(try connection.table(table.identity)?.flags == (ownership?.flags ?? .persist))
      }
    }

    /// A table of the same name, with another comment, in its place.
    @Test(arguments: [false, true]) func aTableThatPersistsIsReplaced(isOwned: Bool) throws {
      let table = try Inputs.cluster()
      var other = table
      other.comment = "another"
      let changed = other
      try Namespace.run { connection in
        try Self.program(table, seenBy: &connection)
        if isOwned { try connection.update(to: table, ownership: .exclusiveAndPersistent) }
        let update = try connection.update(to: changed, ownership: isOwned ? .exclusiveAndPersistent : nil)
        #expect(update.replacesTable)
        let installed = try #require(try connection.table(table.identity))
        #expect(installed.flags == (isOwned ? [.owner, .persist] : []))
        #expect(installed.table.comment == "another")
      }
    }

    @Test func askingMakesNothing() throws {
      try Namespace.run { connection in
        let generation = try connection.generation()
        #expect(try connection.supports(.exclusive))
        #expect(try connection.supports(.exclusiveAndPersistent))
        #expect(try connection.generation() == generation)
        #expect(try connection.table(TableIdentity(.ipv4, "svcnat-ownership")) == nil)
      }
    }
  }

  /// What kernels say that know less.
  @Suite struct OwnershipSupportTests {
    private func supports(_ code: Int32) throws(NetlinkError) -> Bool {
      let script = FakeKernel.Script()
      script.answers = [
        [.datagram(KernelMessage.error(code, sequence: PreparedTransaction.firstSequence + 1))]
      ]
      var connection = NetlinkConnection(FakeKernel(script: script))
      return try connection.supports(.exclusiveAndPersistent)
    }

    @Test(arguments: [EOPNOTSUPP, EINVAL]) func unknownFlagsAreNotSupported(code: Int32) throws {
      #expect(try !supports(code))
    }

    @Test func otherRefusalsAreNoAnswer() {
      #expect(throws: NetlinkError.self) { try supports(EPERM) }
    }
  }
#endif
