extension Table {
  /// The table with all that ``TableComparison`` does not look at in one order or left out: two tables that do the same
  /// have equal canonical forms.
  public var canonical: Table {
    var table = self
    table.sets = sets.sorted { $0.name < $1.name }
    for index in table.sets.indices {
      table.sets[index].elements = TableComparison.canonicalElements(of: table.sets[index])
    }
    let stale = TableComparison.staleChains(of: self)
    table.chains = chains.filter { !stale.contains($0.name) }.sorted(by: Table.isBefore)
    for index in table.chains.indices {
      table.chains[index].rules = TableComparison.canonicalRules(table.chains[index].rules)
    }
    return table
  }

  /// Base chains first, as both layouts write them.
  private static func isBefore(_ a: Chain, _ b: Chain) -> Bool {
    (a.base == nil) != (b.base == nil) ? a.base != nil : a.name < b.name
  }
}
