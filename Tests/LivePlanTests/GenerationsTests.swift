#if Netlink && os(Linux)
  import LivePlan
  import NFTables
  import NFTablesNetlink
  import NetworkAddresses
  import ServicePlan
  import Testing

  /// A packet on its way walks the rules as they were when it came, and looks up what sets have at that moment. Whatever a
  /// change commits while it does so, it finds an endpoint if it found a frontend.
  struct GenerationsTests {
    @Test(arguments: [11, 12] as [UInt64])
    func noCommitStrandsAPacket(seed: UInt64) throws {
      var watch = RandomWatch(seed: seed)
      var live = LiveNode(configuration: watch.configuration)
      var models = live.families.compactMap { live.table($0) }.map(TableModel.init)
      var commits = 0
      for step in 0..<220 {
        watch.next(&live)
        for (place, change) in live.takeChange().families.enumerated() {
          for transaction in TableUpdate(try #require(change.table)).transactions {
            let before = models[place]
            for operation in transaction.operations { models[place].apply(operation) }
            commits += 1
            let stranded = Self.stranded(before, models[place])
            try #require(stranded.isEmpty, "step \(step): \(transaction.operations)")
          }
          let table = try #require(live.table(live.families[place]))
          try #require(models[place].table == table.ordered, "step \(step)")
        }
      }
      #expect(commits > 80)
    }

    /// What goes wrong for packets that came before a commit and end after it, in words.
    private static func stranded(_ before: TableModel, _ after: TableModel) -> [String] {
      var problems: [String] = []
      for (name, set) in after.sets where set.data == .verdict {
        for element in (after.elements[name] ?? [:]).values {
          // The verdict is found in what the set has now, the chain is the one of then.
          if let chain = chain(element), before.chains[chain]?.rules.isEmpty ?? true {
            problems.append("\(chain) is not there yet")
          }
        }
      }
      for model in [before, after] {
        for (name, set) in model.sets where set.data == .verdict {
          for element in (model.elements[name] ?? [:]).values {
            guard let chain = chain(element), let choice = choice(before.chains[chain] ?? after.chains[chain]) else {
              continue
            }
            for index in 0..<choice.count {
              var key = element.key
              key.append(number: index)
              let found = after.elements[choice.map]?[key]
              if found == nil { problems.append("\(chain) finds nothing for \(element.key.words) at \(index)") }
              // A number may have been found in what the map had then.
              let numbers = [found, before.elements[choice.map]?[key]].compactMap { $0?.data.number }
              guard let numbered = choice.numbered else { continue }
              for number in numbers {
                var key = element.key
                key.append(number: number)
                if after.elements[numbered]?[key] == nil {
                  problems.append("\(chain) finds nothing for \(element.key.words) under \(number)")
                }
              }
            }
          }
        }
      }
      return problems
    }

    private static func chain(_ element: Element) -> String? {
      if case .verdict(.goto(let chain)) = element.data { chain } else { nil }
    }

    /// What a chain that picks an endpoint draws, and where it looks it up; with session affinity it finds a number there.
    private static func choice(_ chain: Chain?) -> (count: UInt32, map: String, numbered: String?)? {
      switch chain?.rules.first?.statements.first {
      case .destinationNAT(.lookup(.concatenation(let fields), let map)):
        guard case .randomNumber(let modulus, _) = fields.last else { return nil }
        return (modulus, map, nil)
      case .setPriority(.lookup(.concatenation(let fields), let map)):
        guard case .randomNumber(let modulus, _) = fields.last,
          case .destinationNAT(.lookup(_, let numbered)) = chain?.rules.last?.statements.first
        else { return nil }
        return (modulus, map, numbered)
      default: return nil
      }
    }
  }
#endif
