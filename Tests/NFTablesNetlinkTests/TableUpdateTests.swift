#if Netlink && os(Linux)
  import NFTables
  @testable import NFTablesNetlink
  import NetworkAddresses
  import Testing

  /// From whatever is installed to what should be.
  @Suite(.enabled(if: Namespace.isAvailable, "needs root"))
  struct TableUpdateTests {
    /// One table after the other, as unlike as clusters are.
    @Test func everyTableBecomesTheNext() throws {
      let tables = Dictionary(grouping: try Inputs.compiled(), by: \.identity)
      #expect(tables.count == 4)
      try Namespace.run { connection in
        for (_, tables) in tables.sorted(by: { $0.key.description < $1.key.description }) {
          var replaced = 0
          for table in tables + tables.reversed() {
            let update = try connection.update(to: table)
            if update.replacesTable { replaced += 1 }
            let installed = try #require(try connection.table(table.identity))
            #expect(installed.table.ordered == table.normalised.ordered)
            let rest = TableUpdate(from: installed, to: table)
            #expect(rest.isEmpty, "\(rest.transactions)")
          }
          #expect(replaced == 0)
        }
      }
    }

    /// What others did to the table is undone.
    @Test(
      .enabled(if: NFTProgram.isAvailable, "needs nft"),
      arguments: [
        "add chain TABLE junk { type filter hook input priority 5; policy drop; }",
        "add chain TABLE nat-prerouting { policy drop; }",
        "add chain TABLE junk\nadd rule TABLE junk tcp dport 22 limit rate 3/second accept\nadd rule TABLE services jump junk",
        "add set TABLE junk { type mark; elements = { 7 }; }\nadd rule TABLE services meta mark @junk drop",
        "insert rule TABLE services tcp flags syn drop",
        "add counter TABLE junk\nadd rule TABLE services counter name junk",
        "flush chain TABLE services",
        "flush set TABLE cluster-ips",
        "add element TABLE cluster-ips { 10.96.9.9 comment \"junk\" }",
        "flush map TABLE service-ips\nflush chain TABLE services",
        "add table TABLE { flags dormant; }",
        "delete table TABLE",
      ])
    func meddlingIsUndone(commands: String) throws {
      let table = try Inputs.cluster()
      try Namespace.run { connection in
        try connection.update(to: table)
        _ = try NFTProgram.run("nft -f -", input: commands.replacing("TABLE", with: "\(table.identity)") + "\n")
        let meddled = try connection.table(table.identity)
        #expect(meddled?.table.ordered != table.normalised.ordered || meddled?.isAsCompiled == false)
        let update = try connection.update(to: table)
        #expect(!update.isEmpty && !update.replacesTable)
        let installed = try #require(try connection.table(table.identity))
        #expect(installed.table.ordered == table.normalised.ordered)
        #expect(installed.isAsCompiled)
      }
    }

    /// A map in use grows and shrinks, in what it holds and in what it has room for.
    @Test func setsAreResized() throws {
      let small = try Inputs.cluster()
      var large = small
      let place = try #require(large.sets.firstIndex { $0.name == MapsLayout.SharedSet.endpoints.name })
      large.sets[place].size = 8192
      let highest = try #require(large.sets[place].elements.last)
      for index in 0..<5000 {
        var element = highest
        element.key = RegisterBytes()
        element.key.append(IPAddress(ipv4: 0xf000_0000))
        element.key.append(TransportProtocol.udp)
        element.key.append(port: 53)
        element.key.append(number: UInt32(index))
        large.sets[place].elements.append(element)
      }
      try Namespace.run { [large] connection in
        for table in [small, large, small, large] {
          let update = try connection.update(to: table)
          #expect(!update.replacesTable)
          #expect(try connection.table(table.identity)?.table.ordered == table.normalised.ordered)
        }
      }
    }

    @Test func theTableOfAnotherLayoutIsReplacedWhole() throws {
      let table = try Inputs.cluster()
      var other = table
      other.comment = "something else"
      let update = TableUpdate(from: InstalledTable(table), to: other)
      #expect(update.replacesTable && update.transactions.count == 1)
    }

    /// One endpoint replaced is one element deleted and added, and nothing else.
    @Test func anEndpointReplacedIsOneCommit() throws {
      let before = try Inputs.cluster()
      var after = before
      let set = try #require(after.sets.firstIndex { $0.name == MapsLayout.SharedSet.endpoints.name })
      var data = RegisterBytes()
      data.append(try #require(IPAddress("10.244.9.9")))
      data.append(port: 99)
      after.sets[set].elements[0].data = .fields(data)
      let update = TableUpdate(from: InstalledTable(before), to: after)
      let map = after.sets[set].declaration
      #expect(
        update.transactions.map(\.operations) == [
          [
            Operation(after.identity, .deleteElements(map, [before.sets[set].elements[0]])),
            Operation(after.identity, .addElements(map, [after.sets[set].elements[0]])),
          ]
        ])
    }

    /// A chain exists one commit before the first element that leads to it, and one commit longer than the last; so does the
    /// data of a map. What a later lookup finds is there one commit longer than what leads to that lookup.
    @Test func chainsAndIndicesOutliveWhatLeadsToThem() throws {
      let grown = try Inputs.cluster()
      var shrunk = grown
      let first = try #require(shrunk.sets.firstIndex { $0.name == MapsLayout.SharedSet.serviceIPs.name })
      let second = try #require(shrunk.sets.firstIndex { $0.name == MapsLayout.SharedSet.externalClusterIPs.name })
      let target = try #require(shrunk.sets[second].elements.last { $0.pickChain != nil })
      let pick = try #require(target.pickChain)
      shrunk.chains.removeAll { $0.name == pick }
      for index in shrunk.sets.indices { shrunk.sets[index].elements.removeAll { $0.pickChain == pick } }
      let leading = shrunk.sets[first].elements.removeFirst()
      let endpoints = try #require(shrunk.sets.firstIndex { $0.name == MapsLayout.SharedSet.endpoints.name })
      let gone = shrunk.sets[endpoints].elements.removeLast()
      let map = shrunk.sets[endpoints].declaration
      let identity = grown.identity

      let shrinking = TableUpdate(from: InstalledTable(grown), to: shrunk).transactions
      try #require(shrinking.count == 3)
      #expect(shrinking[0].removes(leading, from: MapsLayout.SharedSet.serviceIPs.name))
      #expect(!shrinking[0].removes(gone, from: map.name))
      #expect(shrinking[1].removes(target, from: MapsLayout.SharedSet.externalClusterIPs.name))
      #expect(!shrinking[1].removes(gone, from: map.name))
      #expect(!shrinking[1].operations.contains { $0.action == .deleteChain(pick) })
      #expect(shrinking[2].removes(gone, from: map.name))
      #expect(shrinking[2].operations.contains(Operation(identity, .deleteChain(pick))))

      let growing = TableUpdate(from: InstalledTable(shrunk), to: grown).transactions
      #expect(growing.count == 2)
      #expect(growing[0].operations.contains(Operation(identity, .addChain(Chain(pick)))))
      #expect(growing[1].operations.contains(Operation(identity, .addElements(map, [gone]))))
    }
  }

  extension InstalledTable {
    /// Nothing is there that a compiled table has no word for.
    var isAsCompiled: Bool { strays.isEmpty && droppingChains.isEmpty && !isDormant }
  }

  extension Table {
    /// Sets and chains in the order of their names.
    var ordered: Table {
      var table = self
      table.sets.sort { $0.name < $1.name }
      table.chains.sort { $0.name < $1.name }
      return table
    }
  }

  extension Element {
    /// The chain with a number that it leads to.
    fileprivate var pickChain: String? {
      guard case .verdict(.goto(let chain)) = data, chain.hasPrefix("pick-") else { return nil }
      return chain
    }
  }

  extension Transaction {
    fileprivate func removes(_ element: Element, from set: String) -> Bool {
      operations.contains { operation in
        guard case .deleteElements(let declaration, let elements) = operation.action else { return false }
        return declaration.name == set && elements.contains(element)
      }
    }
  }
#endif
