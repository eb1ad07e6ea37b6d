#if Netlink && os(Linux)
  import Foundation
  import NFTables
  import NetworkAddresses
  import ServicePlan
  import TestSupport

  /// The tables everything is tried with.
  enum Inputs {
    /// What both layouts make of the reference inputs, each table once.
    static func compiled() throws -> [Table] {
      var seen: Set<Table> = []
      return try ReferenceCase.all.filter { $0.modes.contains(.nftables) }.flatMap(\.plans)
        .flatMap { [ChainsLayout($0).table(), MapsLayout($0).table()] }
        .filter { seen.insert($0).inserted }
    }

    /// A large table of the maps layout, for IPv4.
    static func cluster() throws -> Table {
      guard let reference = try ReferenceCase.all.last(where: { $0.name.hasPrefix("random-") }) else {
        throw CocoaError(.fileNoSuchFile)
      }
      return MapsLayout(reference.plans[0]).table()
    }

    /// A table of a layout with affinity, source ranges and the rest, but not many of them.
    static func small(_ layout: String) throws -> Table {
      let name = layout == "nft-maps" ? MapsLayout.tableName : ChainsLayout.tableName
      let tables = try goldens().filter { $0.family == .ipv4 && $0.name == name }
      guard
        let table = tables.max(by: { Set($0.statementKinds).count < Set($1.statementKinds).count })
      else { throw CocoaError(.fileNoSuchFile) }
      return table
    }

    /// The tables of the goldens.
    static func goldens() throws -> [Table] {
      let root = TestData.directory.deletingLastPathComponent().appending(path: "golden")
      let names = try FileManager.default.subpathsOfDirectory(atPath: root.path).filter { $0.hasSuffix(".nft") }
      return try names.sorted().flatMap { name in
        try RulesetParser.parse(String(contentsOf: root.appending(path: name), encoding: .utf8)).tables
      }
    }
  }

  extension Table {
    /// What rules are made of, without the names and numbers in it.
    fileprivate var statementKinds: [Substring] {
      chains.flatMap(\.rules).flatMap(\.statements).map { "\($0)".prefix { $0 != "(" } }
    }

    /// As it is read back: a range of one address is that address.
    var normalised: Table {
      var table = self
      for set in table.sets.indices {
        for index in table.sets[set].elements.indices
        where table.sets[set].elements[index].keyEnd?.key == table.sets[set].elements[index].key {
          table.sets[set].elements[index].keyEnd = nil
        }
      }
      for chain in table.chains.indices {
        for rule in table.chains[chain].rules.indices {
          let statements = table.chains[chain].rules[rule].statements
          table.chains[chain].rules[rule].statements = statements.map { statement in
            guard case .match(let expression, let negated, .prefix(let prefix)) = statement else { return statement }
            return .match(expression, negated: negated, .addresses([AddressRange(prefix)]))
          }
        }
      }
      return table
    }
  }
#endif
