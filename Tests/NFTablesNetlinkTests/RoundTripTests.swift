#if Netlink && os(Linux)
  import Foundation
  import NFTables
  import NFTablesNetlink
  import TestSupport
  import Testing

  /// What is committed is what the kernel says it has.
  @Suite(.enabled(if: Namespace.isAvailable, "needs root"))
  struct RoundTripTests {
    @Test(arguments: [true, false])
    func tablesComeBack(fromGoldens: Bool) throws {
      let tables = try fromGoldens ? Inputs.goldens() : Inputs.compiled()
      #expect(tables.count > 100)
      try Namespace.run { connection in
        for table in tables {
          var transaction = Transaction()
          transaction.replace(table)
          try connection.commit(transaction)
          let installed = try #require(try connection.table(table.identity))
          #expect(installed.strays.isEmpty && installed.droppingChains.isEmpty && !installed.isDormant)
          guard installed.table != table.normalised else { continue }
          let differences = TableComparison.differences(from: table, to: installed.table)
          Issue.record("\(table.identity):\n\(differences.map(\.description).joined(separator: "\n"))")
          return
        }
      }
    }

    /// The listing says the same, and loading it gives the same listing.
    @Test(.enabled(if: NFTProgram.isAvailable, "needs nft"), arguments: [true, false])
    func nftListsAndReloads(fromGoldens: Bool) throws {
      let tables = try fromGoldens ? Inputs.goldens() : Inputs.compiled()
      try Namespace.run { connection in
        for table in tables {
          var transaction = Transaction()
          transaction.replace(table)
          try connection.commit(transaction)
          let list = "nft list table \(table.identity)"
          let listing = try NFTProgram.run(list)
          let listed = try #require(try RulesetParser.parse(listing).tables.first)
          let differences = TableComparison.differences(from: table, to: listed)
          #expect(differences.isEmpty, "\(table.identity)")
          let again = try NFTProgram.run(
            "nft -f - && \(list)", input: "delete table \(table.identity)\n" + listing)
          guard again == listing else {
            Issue.record("\(again.difference(from: listing).count) characters differ:\n\(listing)\n\(again)")
            return
          }
        }
      }
    }

    /// What nft loads is read as what it says.
    @Test(.enabled(if: NFTProgram.isAvailable, "needs nft"), arguments: [true, false])
    func tablesOfOthersAreRead(fromGoldens: Bool) throws {
      let tables = try fromGoldens ? Inputs.goldens() : Inputs.compiled()
      try Namespace.run { connection in
        for table in tables {
          _ = try NFTProgram.run("nft -f -", input: String(decoding: TableText.replacing(table), as: UTF8.self))
          let installed = try #require(try connection.table(table.identity))
          let differences = TableComparison.differences(from: table, to: installed.table)
          guard !differences.isEmpty else { continue }
          Issue.record("\(table.identity): \(differences.map(\.description).joined(separator: "\n"))")
          return
        }
      }
    }
  }
#endif
