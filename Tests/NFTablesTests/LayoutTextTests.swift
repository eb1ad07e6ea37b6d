import NFTables
import Testing

/// What the layouts write is read back as what they meant.
@Suite struct LayoutTextTests {
  @Test(arguments: Layout.all)
  func textIsReadBack(layout: Layout) throws {
    for input in try PlannedInput.all {
      for plan in input.plans {
        let table = layout.table(plan)
        let read = try RulesetParser.parse(TableText.replacing(table)).tables
        try #require(read.count == 1)
        let differences = TableComparison.differences(from: table, to: read[0])
        #expect(differences.isEmpty, "\(input), \(table.familyWord)")
      }
    }
  }
}
