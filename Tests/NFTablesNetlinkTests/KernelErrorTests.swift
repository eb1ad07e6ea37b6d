#if Netlink && os(Linux)
  import Foundation
  import NFTables
  @testable import NFTablesNetlink
  import NetworkAddresses
  import Testing

  /// What the kernel refuses, and how it is said.
  @Suite(.enabled(if: Namespace.isAvailable, "needs root"))
  struct KernelErrorTests {
    private static func key(_ address: UInt32) -> RegisterBytes {
      var key = RegisterBytes()
      key.append(IPAddress(ipv4: address))
      return key
    }

    private static func installed() throws -> Table {
      Table(
        family: .ipv4, name: "svcnat",
        sets: [
          NamedSet("cluster-ips", key: [.ipv4Address], elements: [Element(key(0x0a60_0005))]),
          NamedSet(
            "service-cidrs", key: [.ipv4Address], flags: .interval,
            elements: [Element(key(0x0a60_0000), upTo: key(0x0a60_00ff))]),
        ],
        chains: [Chain("services", rules: [Rule(.jump("checks"))]), Chain("checks")])
    }

    private static func error(_ build: @escaping @Sendable (Table, inout Transaction) -> Void) throws -> String {
      try Namespace.run { connection in
        let table = try installed()
        var transaction = Transaction()
        transaction.add(table)
        try connection.commit(transaction)
        var failing = Transaction()
        build(table, &failing)
        let generation = try connection.generation()
        var description = "nothing"
        do throws(NetlinkError) {
          try connection.commit(failing)
        } catch {
          description = error.description
        }
        // Nothing of it has happened.
        #expect(try connection.generation() == generation)
        #expect(try connection.table(table.identity)?.table == table)
        return description
      }
    }

    @Test func theElementIsNamedAmongThousands() throws {
      let description = try Self.error { table, transaction in
        transaction.append(table.identity, .addElements(table.sets[0], (0..<2000).map { Element(Self.key($0)) }))
        // In the middle of the third message.
        let elements = (0..<2000).map { Element(Self.key(0x0a60_0005 - 1234 + $0)) }
        transaction.append(table.identity, .addElements(table.sets[0], elements))
      }
      #expect(description == "add element ip svcnat cluster-ips { 10.96.0.5 }: EEXIST, File exists")
    }

    @Test func theRangeIsNamed() throws {
      let description = try Self.error { table, transaction in
        let elements = (0..<100).map {
          Element(Self.key(0x0a5f_ce80 + $0 * 256), upTo: Self.key(0x0a5f_ce80 + $0 * 256 + 127))
        }
        transaction.append(table.identity, .addElements(table.sets[1], elements))
      }
      #expect(description == "add element ip svcnat service-cidrs { 10.96.0.128/25 }: EEXIST, File exists")
    }

    @Test func deletingWhatIsNotThereIsNamed() throws {
      let description = try Self.error { table, transaction in
        let keys = [0x0a60_0005, 0x0a60_0006].map { Element(Self.key($0)) }
        transaction.append(table.identity, .deleteElements(table.sets[0], keys))
      }
      #expect(
        description == "delete element ip svcnat cluster-ips { 10.96.0.6 }: ENOENT, No such file or directory")
    }

    @Test func aChainInUseIsNamed() throws {
      let description = try Self.error { table, transaction in
        transaction.append(table.identity, .addChain(Chain("more")))
        transaction.append(table.identity, .deleteChain("checks"))
      }
      #expect(description == "delete chain ip svcnat checks: EBUSY, Device or resource busy")
    }

    @Test func aRuleToNowhereIsNamed() throws {
      let description = try Self.error { table, transaction in
        transaction.append(table.identity, .addRule(chain: "services", Rule(.goto("nowhere")), before: nil))
      }
      #expect(description == "add rule ip svcnat services goto nowhere: ENOENT, No such file or directory")
    }

    @Test func aStaleGenerationIsRefused() throws {
      try Namespace.run { connection in
        var transaction = Transaction()
        transaction.append(TableIdentity(.ipv4, "svcnat"), .addTable(comment: nil, nil))
        let generation = try connection.generation()
        do throws(NetlinkError) {
          try connection.commit(transaction, generation: generation &+ 1)
          Issue.record("nothing was thrown")
        } catch {
          #expect(error.isStale)
        }
        try connection.commit(transaction, generation: generation)
        #expect(try connection.table(TableIdentity(.ipv4, "svcnat")) != nil)
      }
    }

    @Test func validatingChangesNothing() throws {
      try Namespace.run { connection in
        let table = try Self.installed()
        var transaction = Transaction()
        transaction.add(table)
        try connection.validate(transaction)
        #expect(try connection.table(table.identity) == nil)
        try connection.commit(transaction)
        do throws(NetlinkError) {
          try connection.validate(transaction)
          Issue.record("nothing was thrown")
        } catch {
          #expect(error.isAlreadyThere)
        }
      }
    }

    @Test func whatCannotBeSentIsNamed() throws {
      let table = TableIdentity(.ipv4, "svcnat")
      var transaction = Transaction()
      transaction.append(table, .addRule(chain: "services", Rule(.unknown("tcp flags syn")), before: nil))
      do throws(NetlinkError) {
        _ = try transaction.prepared()
        Issue.record("nothing was thrown")
      } catch {
        #expect(
          error.description
            == "add rule ip svcnat services tcp flags syn: cannot be sent: a statement that is not known")
      }
      transaction = Transaction()
      transaction.append(
        table,
        .addElements(
          NamedSet("cluster-ips", key: [.ipv4Address]),
          [Element(Self.key(1)), Element(Self.key(2), comment: String(repeating: "x", count: 300))]))
      do throws(NetlinkError) {
        _ = try transaction.prepared()
        Issue.record("nothing was thrown")
      } catch {
        #expect(error.operation.hasPrefix("add element ip svcnat cluster-ips { 0.0.0.2 comment"))
      }
    }

    @Test func anOwnedTableIsOthersNotToChange() throws {
      try Namespace.run { connection in
        let table = try Self.installed()
        var transaction = Transaction()
        transaction.add(table, ownership: .exclusive)
        try connection.commit(transaction)
        #expect(try connection.table(table.identity)?.owner == connection.channel.transport.port)
        var other = try NetlinkConnection()
        var deletion = Transaction()
        deletion.append(table.identity, .deleteTable)
        do throws(NetlinkError) {
          try other.commit(deletion)
          Issue.record("nothing was thrown")
        } catch {
          #expect(error.isNotPermitted)
        }
      }
    }
  }
#endif
