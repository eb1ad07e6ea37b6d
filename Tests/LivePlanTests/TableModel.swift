import NFTables
import NFTablesNetlink
import Testing

/// A table as the kernel would have it after changes: what is added must not be there yet, what goes must be.
struct TableModel {
  private(set) var sets: [String: NamedSet] = [:]
  private(set) var elements: [String: [RegisterBytes: Element]] = [:]
  private(set) var chains: [String: Chain] = [:]
  private let original: Table

  init(_ table: Table) {
    original = table
    for set in table.sets { add(set) }
    for chain in table.chains { chains[chain.name] = chain }
  }

  mutating func apply(_ change: TableChange) {
    #expect(change.family == original.family && change.name == original.name)
    for set in change.addedSets {
      #expect(sets[set.name] == nil)
      add(set)
    }
    for chain in change.addedChains { #expect(chains.updateValue(chain, forKey: chain.name) == nil) }
    for chain in change.changedChains {
      let before = chains.updateValue(chain, forKey: chain.name)
      #expect(before != nil && before?.rules != chain.rules && before?.comment == chain.comment)
    }
    for set in change.changedSets { apply(set) }
    for name in change.removedChains { #expect(chains.removeValue(forKey: name) != nil) }
    for name in change.removedSets {
      #expect(sets.removeValue(forKey: name) != nil)
      elements[name] = nil
    }
  }

  private mutating func add(_ set: NamedSet) {
    elements[set.name] = Dictionary(uniqueKeysWithValues: set.elements.map { ($0.key, $0) })
    sets[set.name] = set
    sets[set.name]?.elements = []
  }

  private mutating func apply(_ change: TableChange.SetChange) {
    let name = change.declaration.name
    guard let before = sets[name] else {
      Issue.record("there is no set \(name)")
      return
    }
    #expect(before.size == change.sizeBefore && elements[name]?.count == change.countBefore)
    sets[name] = change.declaration
    for element in change.elements.removed + change.elements.replaced {
      #expect(elements[name]?.removeValue(forKey: element.key) == element)
    }
    for element in change.elements.added {
      #expect(elements[name]?.updateValue(element, forKey: element.key) == nil)
    }
  }

  #if Netlink && os(Linux)
    /// Applies a step of a transaction; of the kinds that a change has.
    mutating func apply(_ operation: NFTablesNetlink.Operation) {
      switch operation.action {
      case .addSet(let set): add(set)
      case .resizeSet(let set): sets[set.name]?.size = set.size
      case .deleteSet(let name):
        sets[name] = nil
        elements[name] = nil
      case .addElements(let set, let added):
        for element in added { #expect(elements[set.name]?.updateValue(element, forKey: element.key) == nil) }
        if set.flags.contains(.interval) {
          #expect(!hasOverlap(set.name), "\(set.name) cannot have two ranges that overlap")
        }
      case .deleteElements(let set, let removed):
        for element in removed { #expect(elements[set.name]?.removeValue(forKey: element.key) != nil) }
      case .addChain(let chain): #expect(chains.updateValue(chain, forKey: chain.name) == nil)
      case .deleteChain(let name): #expect(chains.removeValue(forKey: name) != nil)
      case .flushChain(let name): chains[name]?.rules = []
      case .addRule(let chain, let rule, nil): chains[chain]?.rules.append(rule)
      default: Issue.record("\(operation) is no part of a change")
      }
    }

    private func hasOverlap(_ set: String) -> Bool {
      let ranges = (elements[set] ?? [:]).values.sorted { $0.key < $1.key }
      return zip(ranges, ranges.dropFirst()).contains { $0.lastKey >= $1.key }
    }
  #endif

  /// Sets and chains in the order of their names.
  var table: Table {
    var table = original
    table.sets = sets.values.sorted { $0.name < $1.name }
    for index in table.sets.indices {
      table.sets[index].elements = elements[table.sets[index].name]?.values.sorted { $0.key < $1.key } ?? []
    }
    table.chains = chains.values.sorted { $0.name < $1.name }
    return table
  }
}

extension TableModel {
  /// In words, what two tables do not have in common; both are ordered.
  static func differences(from old: Table, to new: Table) -> [String] {
    if old == new { return [] }
    let differences = TableComparison.differences(from: old, to: new)
    return differences.isEmpty ? ["something that makes no difference"] : differences.map(\.description)
  }
}

extension Table {
  /// Sets and chains in the order of their names.
  var ordered: Table {
    var table = self
    table.sets.sort { $0.name < $1.name }
    table.chains.sort { $0.name < $1.name }
    return table
  }

  /// With the endpoints of each frontend in the order of their addresses, whatever numbers they have.
  var renumbered: Table {
    var table = ordered
    let numbered: [MapsLayout.SharedSet] = [.endpoints, .localEndpoints, .stickyNumbers, .localStickyNumbers]
    for set in table.sets.indices where numbered.map(\.name).contains(table.sets[set].name) {
      var elements = table.sets[set].elements
      var start = 0
      while start < elements.count {
        let frontend = elements[start].key.withoutLastWord
        let end = elements[start...].firstIndex { $0.key.withoutLastWord != frontend } ?? elements.count
        let data = elements[start..<end].map(\.data)
        let order = data.indices.sorted { data[$0].words.lexicographicallyPrecedes(data[$1].words) }
        for (offset, place) in order.enumerated() { elements[start + offset].data = data[place] }
        start = end
      }
      table.sets[set].elements = elements
    }
    return table
  }
}

extension RegisterBytes {
  var words: [UInt32] { stride(from: 0, to: count, by: 4).map(word(at:)) }
}

extension ElementData {
  fileprivate var words: [UInt32] {
    guard case .fields(let bytes) = self else { return [] }
    return bytes.words
  }
}
