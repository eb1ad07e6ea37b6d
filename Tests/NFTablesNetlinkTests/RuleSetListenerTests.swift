#if Netlink && os(Linux)
  import CNetlinkShim
  import Glibc
  import NFTables
  import NFTablesNetlink
  import Netlink
  import NetworkAddresses
  import Testing

  /// What is heard of commits, one's own and those of others.
  @Suite(.enabled(if: Namespace.isAvailable, "needs root")) struct RuleSetListenerTests {
    @Test func commitsAreToldWithTheirTablesAndSender() throws {
      let table = try Inputs.cluster()
      try Namespace.run { connection in
        var listener = try RuleSetListener()
        #expect(try listener.events() == [])
        let before = try connection.generation()
        try connection.update(to: table)
        let own = try listener.changes()
        #expect(Set(own.flatMap(\.tables)) == [table.identity])
        #expect(Set(own.map(\.port)) == [connection.port])
        #expect(own.map(\.generation) == (1...UInt32(own.count)).map { before + $0 })

        _ = try NFTProgram.run(
          "nft 'add table ip other; add chain ip other extra; add table ip6 third; delete table ip svcnat'")
        let others = try listener.changes()
        try #require(others.count == 1)
        #expect(
          others[0].tables == [TableIdentity(.ipv4, "other"), TableIdentity(.ipv6, "third"), table.identity])
        #expect(others[0].port != connection.port)
        #expect(others[0].process?.name == "nft")
        #expect(try listener.events() == [])
      }
    }

    /// What an element has counted is told when it goes, for the sets that were asked for.
    @Test func countsOfElementsThatGoAreTold() throws {
      let identity = TableIdentity(.ipv4, "other")
      let set = NamedSet("counts", key: [.ipv4Address], data: .verdict, countsPackets: true)
      try Namespace.run { connection in
        _ = try NFTProgram.run(
          """
          nft 'table ip other {
            map counts { type ipv4_addr : verdict; counter; elements = {
              10.0.0.1 counter packets 7 bytes 70 comment "a/b" : accept, 10.0.0.2 counter packets 9 bytes 90 : accept } }
            map quiet { type ipv4_addr : verdict; counter; elements = { 10.0.0.1 counter packets 1 bytes 1 : accept } }
          }'
          """)
        #expect(try connection.countedElements(of: set, in: identity).map(\.packets).sorted() == [7, 9])
        var missing = set
        missing.name = "missing"
        #expect(try connection.countedElements(of: missing, in: identity) == [])
        var listener = try RuleSetListener()
        listener.countingSets = [identity: [missing, set]]
        _ = try NFTProgram.run("nft 'delete element ip other counts { 10.0.0.1 }; flush map ip other quiet'")
        let events = try listener.events()
        try #require(events.count == 2)
        var key = RegisterBytes()
        key.append(IPAddress(ipv4: 0x0a00_0001))
        #expect(events[0] == .removed(CountedElement(key: key, comment: "a/b", packets: 7), from: identity))
        _ = try NFTProgram.run("nft flush map ip other counts")
        guard case .removed(let flushed, _)? = try listener.events().first else {
          Issue.record("nothing was told")
          return
        }
        #expect((flushed.comment, flushed.packets) == (nil, 9))
      }
    }

    @Test func nothingIsToldOfWhatIsRefused() throws {
      try Namespace.run { connection in
        var listener = try RuleSetListener()
        var transaction = Transaction()
        transaction.append(TableIdentity(.ipv4, "svcnat"), .deleteChain("none"))
        #expect(throws: NetlinkError.self) { try connection.commit(transaction) }
        #expect(try listener.events() == [])
      }
    }

    /// The kernel says so where it had to leave out something.
    @Test func overflowIsTold() throws {
      let small = try Inputs.small("nft-maps")
      try Namespace.run { connection in
        var listener = try RuleSetListener()
        try listener.giveRoom(1)
        try connection.update(to: small)
        #expect(try listener.events().contains(.lost))
        try listener.giveRoom(1 << 20)
        _ = try NFTProgram.run("nft add table ip other")
        #expect(try listener.changes().map(\.tables) == [[TableIdentity(.ipv4, "other")]])
      }
    }
  }

  extension RuleSetListener where Transport == NetlinkSocket {
    fileprivate mutating func changes() throws -> [RuleSetChange] {
      try events().compactMap { event in
        if case .changed(let change) = event { change } else { nil }
      }
    }

    /// - Parameter bytes: for what is to be told; the kernel gives a little where it is less.
    fileprivate func giveRoom(_ bytes: Int32) throws {
      try #require(cnl_set_receive_buffer(descriptor, bytes) > 0)
    }
  }
#endif
