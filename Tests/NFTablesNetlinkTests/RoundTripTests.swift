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
  }
#endif
