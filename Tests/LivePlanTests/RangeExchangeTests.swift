#if Netlink && os(Linux)
  import KernelFlows
  import KubernetesObjects
  import LivePlan
  import NFTables
  import NFTablesNetlink
  import NetworkAddresses
  import ServicePlan
  import Testing

  /// Allowed sources are exchanged for others that overlap them: a packet whose source is allowed before and after is never
  /// dropped, wherever commits meet it.
  @Suite(.serialized)
  struct RangeExchangeTests {
    private static let exchanges: [(String, String)] = [
      // Narrower, and wider.
      ("203.0.0.0/16", "203.0.113.0/24"),
      // One for several, and several for one.
      ("203.0.0.0/16", "203.0.1.0/24, 203.0.113.0/24, 203.0.255.0/24"),
      // One that stays beside it.
      ("198.51.100.0/24, 203.0.0.0/16", "198.51.100.0/24, 203.0.113.0/24"),
      // One that goes or comes without overlapping.
      ("192.0.2.0/24, 203.0.0.0/16", "203.0.113.0/24"),
      // Neighbours, which become one range.
      ("203.0.112.0/24", "203.0.112.0/23"), ("203.0.112.0/24", "203.0.113.0/24"),
      // From both sides.
      ("203.0.112.0/24, 203.0.113.0/25", "203.0.113.0/24, 203.0.114.0/24"),
      ("0.0.0.0/0", "203.0.113.9/32, 255.255.255.255/32"),
    ]

    static let both = exchanges + exchanges.map { ($1, $0) }

    @Test(arguments: both)
    func changes(from old: String, to new: String) throws {
      var live = try Self.live(old)
      let before = TableModel(try #require(live.table(.ipv4)))
      live.apply(.service(try Self.service(new)))
      let change = try #require(live.takeChange().families.first?.table)
      let transactions = TableUpdate(change).transactions
      let after = try Self.follow(transactions, from: before, to: try #require(live.table(.ipv4)))
      #expect(transactions.count <= 6)
      // The same, compared whole.
      let compared = TableUpdate(from: InstalledTable(before.table), to: after.table)
      #expect(compared.transactions.map { Set($0.operations) } == transactions.map { Set($0.operations) })
    }

    /// In words: each step of an exchange has a transaction of its own.
    @Test func stepsOfAnExchange() throws {
      let update = TableUpdate(
        from: InstalledTable(try Self.table("203.0.0.0/16")), to: try Self.table("203.0.113.0/24"))
      let words = update.transactions.map { transaction in
        transaction.operations.map { operation in
          switch operation.action {
          case .addElements(let set, let elements): "add \(elements.map(Self.source)) to \(set.name)"
          case .deleteElements(let set, let elements): "delete \(elements.map(Self.source)) from \(set.name)"
          default: "\(operation)"
          }
        }
      }
      #expect(
        words == [
          [#"add ["203.0.113.0/24"] to firewall-allowed-next"#], [#"delete ["203.0.0.0/16"] from firewall-allowed"#],
          [#"add ["203.0.113.0/24"] to firewall-allowed"#], [#"delete ["203.0.113.0/24"] from firewall-allowed-next"#],
        ])
    }

    /// After any number of transactions of an exchange, another update takes over.
    @Test(arguments: both)
    func anInterruptedExchangeIsFinished(from old: String, to new: String) throws {
      let before = TableModel(try Self.table(old))
      let transactions = TableUpdate(from: InstalledTable(before.table), to: try Self.table(new)).transactions
      for next in Set([old, new] + ["203.0.112.0/23", "203.0.113.8/29", "192.0.2.0/24"]) {
        let desired = try Self.table(next)
        var left = before
        for count in 0...transactions.count {
          if count > 0 { for operation in transactions[count - 1].operations { left.apply(operation) } }
          let rest = TableUpdate(from: InstalledTable(left.table), to: desired)
          try Self.follow(rest.transactions, from: left, to: desired)
        }
      }
    }

    /// A table of a version that knew one set only: it gets the other one, and the rule that asks it.
    @Test(arguments: both)
    func tablesWithoutTheSecondSetGetIt(from old: String, to new: String) throws {
      var before = try Self.table(old)
      before.sets.removeAll { $0.name == MapsLayout.SharedSet.firewallAllowedNext.name }
      let check = try #require(before.chains.firstIndex { $0.name == "firewall-check" })
      before.chains[check].rules[0].statements.remove(at: 2)
      let desired = try Self.table(new)
      #expect(before.chains[check].rules != desired.chains.first { $0.name == "firewall-check" }?.rules)
      var model = TableModel(before)
      for transaction in TableUpdate(from: InstalledTable(before), to: desired).transactions {
        for operation in transaction.operations { model.apply(operation) }
      }
      #expect(model.table == desired.ordered)
    }

    @Test(.enabled(if: KernelSupport.isUsable, Comment(rawValue: KernelSupport.need)))
    func theKernelTakesWhatIsLeft() throws {
      let node = try KernelNode(NodeLayout(addresses: []))
      try node.perform {
        var connection = try NetlinkConnection()
        for (old, new) in Self.both {
          for next in [old, new, "203.0.112.0/23"] {
            for count in 1...4 {
              try connection.update(to: try Self.table(old))
              let desired = try Self.table(new)
              let installed = try #require(try connection.table(desired.identity))
              for transaction in TableUpdate(from: installed, to: desired).transactions.prefix(count) {
                try connection.commit(transaction)
              }
              let table = try Self.table(next)
              try connection.update(to: table)
              let left = try #require(try connection.table(table.identity))
              #expect(TableUpdate(from: left, to: table).isEmpty)
              #expect(left.table.set(named: MapsLayout.SharedSet.firewallAllowedNext.name)?.elements == [])
            }
          }
        }
      }
    }

    // MARK: - What packets see

    /// What the sets of the check hold at a moment.
    private struct Moment {
      var allowed: [Element]
      var next: [Element]

      init(_ model: TableModel) {
        func elements(_ set: MapsLayout.SharedSet) -> [Element] { Array((model.elements[set.name] ?? [:]).values) }
        allowed = elements(.firewallAllowed)
        next = elements(.firewallAllowedNext)
      }

      /// Kernels up to 6.16: what goes is not found any more, what comes is not found yet.
      init(from before: Moment, to after: Moment) {
        allowed = before.allowed.filter(after.allowed.contains)
        next = before.next.filter(after.next.contains)
      }
    }

    private static func has(_ ranges: [Element], _ source: IPAddress) -> Bool {
      ranges.contains { range in
        let last = range.lastKey
        return range.key.address(.ipv4, at: 12) <= source && source <= last.address(.ipv4, at: 12)
      }
    }

    /// Applies transactions, and holds what packets see before, while and after each is committed against what is allowed.
    @discardableResult
    private static func follow(
      _ transactions: [Transaction], from before: TableModel, to desired: Table
    ) throws -> TableModel {
      var model = before
      var moments = [Moment(before)]
      for transaction in transactions {
        for operation in transaction.operations { model.apply(operation) }
        let after = Moment(model)
        moments += [Moment(from: moments[moments.count - 1], to: after), after]
      }
      #expect(model.table == desired.ordered)
      #expect(moments.last?.next == [])
      let (first, last) = (moments[0], Moment(model))
      for source in sources(of: first.allowed + first.next + last.allowed) {
        let isBefore = has(first.allowed, source) || has(first.next, source)
        let isAfter = has(last.allowed, source)
        if isBefore != isAfter { continue }
        // A packet looks up one set after the other: what it sees may be from before, while and after a commit.
        for start in stride(from: 0, to: moments.count, by: 2) {
          for here in start..<min(start + 3, moments.count) {
            for there in here..<min(start + 3, moments.count) {
              let isAllowed = has(moments[here].allowed, source) || has(moments[there].next, source)
              #expect(isAllowed == isAfter, "\(source), \(here) and \(there) of \(moments.count)")
            }
          }
        }
      }
      return model
    }

    /// The ends of ranges, and what is beside them.
    private static func sources(of ranges: [Element]) -> Set<IPAddress> {
      var sources: Set<IPAddress> = []
      for range in ranges {
        for key in [range.key, range.lastKey] {
          let address = key.word(at: 12)
          for source in [address &- 1, address, address &+ 1] { sources.insert(IPAddress(ipv4: source)) }
        }
      }
      return sources
    }

    private static func source(_ range: Element) -> String {
      let last = range.lastKey
      return AddressRange(first: range.key.address(.ipv4, at: 12), last: last.address(.ipv4, at: 12))?.description
        ?? "?"
    }

    // MARK: - Tables

    private static func table(_ ranges: String) throws -> Table { try #require(live(ranges).table(.ipv4)) }

    private static func live(_ ranges: String) throws -> LiveNode {
      var live = LiveNode(configuration: NodeConfiguration(nodeName: "here"), families: [.ipv4])
      live.apply(.service(try service(ranges)))
      _ = live.takeChange()
      return live
    }

    private static func service(_ ranges: String) throws -> Service {
      var reader = ObjectReader()
      var text = """
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: test}
        spec:
          type: LoadBalancer
          clusterIP: 10.96.0.10
          clusterIPs: [10.96.0.10]
          loadBalancerSourceRanges: [\(ranges)]
          ports: [{port: 80}]
        status: {loadBalancer: {ingress: [{ip: 198.18.0.1}]}}

        """
      text.withUTF8 { reader.read(UnsafeRawBufferPointer($0), named: "service.yaml") }
      let objects = reader.finish()
      return try #require(objects.services.first, "\(objects.diagnostics)")
    }
  }
#endif
