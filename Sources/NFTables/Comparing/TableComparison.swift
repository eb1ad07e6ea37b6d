import NetworkAddresses

/// Compares two tables by what they do.
///
/// The order of sets, chains and elements does not matter, that of the rules of a chain does. Left out is run-time state:
/// elements of dynamic sets, counters, and stale chains, which kube-proxy empties first and deletes a sync later: chains
/// without rules that nothing leads to, and whose names have the `/` that names of Services bring.
public struct TableComparison {
  /// What has to be done to the first table to make it the second: sets and their elements in the order of the second
  /// table, then chains and their rules. Empty: the tables do the same.
  public static func differences(from old: Table, to new: Table) -> [TableDifference] {
    var comparison = TableComparison(family: new.family)
    comparison.compareTables(old, new)
    comparison.compareSets(old, new)
    comparison.compareChains(old, new)
    return comparison.differences
  }

  private let family: IPFamily
  private var differences: [TableDifference] = []

  private init(family: IPFamily) { self.family = family }

  private mutating func add(_ object: TableDifference.Object, old: String?, new: String?) {
    differences.append(TableDifference(object, old: old, new: new))
  }

  // MARK: - Declarations

  private mutating func compareTables(_ old: Table, _ new: Table) {
    let texts = (TableText.declaration(of: old), TableText.declaration(of: new))
    if texts.0 != texts.1 { add(.table, old: texts.0, new: texts.1) }
  }

  private mutating func compareSets(_ old: Table, _ new: Table) {
    var olds = Dictionary(old.sets.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    for set in new.sets {
      guard let before = olds.removeValue(forKey: set.name) else {
        add(.set(set.name), old: nil, new: TableText.declaration(of: set, family))
        compareElements(of: nil, and: set)
        continue
      }
      var declared = (before, set)
      declared.0.elements = []
      declared.1.elements = []
      // Counting changes no packet.
      declared.0.countsPackets = declared.1.countsPackets
      guard declared.0 == declared.1 else {
        add(
          .set(set.name), old: TableText.declaration(of: before, family), new: TableText.declaration(of: set, family))
        // Elements of another type have no counterpart.
        if before.key != set.key || before.data != set.data {
          compareElements(of: before, and: nil)
          compareElements(of: nil, and: set)
        } else {
          compareElements(of: before, and: set)
        }
        continue
      }
      compareElements(of: before, and: set)
    }
    for set in old.sets where olds[set.name] != nil {
      add(.set(set.name), old: TableText.declaration(of: set, family), new: nil)
      compareElements(of: set, and: nil)
    }
  }

  // MARK: - Elements

  private mutating func compareElements(of old: NamedSet?, and new: NamedSet?) {
    let olds = TableComparison.canonicalElements(of: old)
    let news = TableComparison.canonicalElements(of: new)
    if olds == news { return }
    var index = (old: 0, new: 0)
    while index.old < olds.count || index.new < news.count {
      let left = index.old < olds.count ? olds[index.old] : nil
      let right = index.new < news.count ? news[index.new] : nil
      if let left, let right, left.key == right.key, left.keyEnd == right.keyEnd {
        if left != right { addElement(left, of: old, right, of: new) }
        index.old += 1
        index.new += 1
      } else if let left, right.map({ TableComparison.isBefore(left, $0) }) ?? true {
        addElement(left, of: old, nil, of: nil)
        index.old += 1
      } else {
        addElement(nil, of: nil, right, of: new)
        index.new += 1
      }
    }
  }

  private mutating func addElement(
    _ old: Element?, of oldSet: NamedSet?, _ new: Element?, of newSet: NamedSet?
  ) {
    func text(_ element: Element?, _ set: NamedSet?) -> String? {
      guard let element, let set else { return nil }
      return TableText.element(element, of: set)
    }
    add(
      .element(set: newSet?.name ?? oldSet?.name ?? ""), old: text(old, oldSet), new: text(new, newSet))
  }

  static func isBefore(_ a: Element, _ b: Element) -> Bool {
    a.key != b.key ? a.key < b.key : a.lastKey < b.lastKey
  }

  /// The elements sorted; a range of one address is that address.
  static func canonicalElements(of set: NamedSet?) -> [Element] {
    guard let set, !set.flags.contains(.dynamic) else { return [] }
    var elements = set.elements
    if set.flags.contains(.interval) {
      for index in elements.indices where elements[index].keyEnd?.key == elements[index].key {
        elements[index].keyEnd = nil
      }
    }
    if zip(elements, elements.dropFirst()).contains(where: { isBefore($1, $0) }) { elements.sort(by: isBefore) }
    return elements
  }

  // MARK: - Chains

  private mutating func compareChains(_ old: Table, _ new: Table) {
    let stale = (TableComparison.staleChains(of: old), TableComparison.staleChains(of: new))
    var olds = old.chainsByName.filter { !stale.0.contains($0.key) }
    for chain in new.chains where !stale.1.contains(chain.name) {
      let before = olds.removeValue(forKey: chain.name)
      if before == nil || before?.base != chain.base || before?.comment != chain.comment {
        add(
          .chain(chain.name), old: before.map(TableText.declaration(of:)), new: TableText.declaration(of: chain))
      }
      compareRules(before?.rules ?? [], chain.rules, in: chain.name)
    }
    for chain in old.chains where olds[chain.name] != nil {
      add(.chain(chain.name), old: TableText.declaration(of: chain), new: nil)
      compareRules(chain.rules, [], in: chain.name)
    }
  }

  private mutating func compareRules(_ old: [Rule], _ new: [Rule], in chain: String) {
    if old == new { return }
    let (old, new) = (TableComparison.canonicalRules(old), TableComparison.canonicalRules(new))
    var removed: [Int: Rule] = [:]
    var inserted: [Int: Rule] = [:]
    for change in new.difference(from: old) {
      switch change {
      case .remove(let offset, let rule, _): removed[offset] = rule
      case .insert(let offset, let rule, _): inserted[offset] = rule
      }
    }
    // Walk both lists: a rule that left and one that came at the same place are one change.
    var index = (old: 0, new: 0)
    while index.old < old.count || index.new < new.count {
      let (before, after) = (removed[index.old], inserted[index.new])
      if before == nil, after == nil {
        index.old += 1
        index.new += 1
        continue
      }
      if before != nil { index.old += 1 }
      if after != nil { index.new += 1 }
      add(
        .rule(chain: chain), old: before.map { TableText.rule($0, family: family, withComment: true) },
        new: after.map { TableText.rule($0, family: family, withComment: true) })
    }
  }

  static func canonicalRules(_ rules: [Rule]) -> [Rule] {
    // A counter alone does nothing.
    rules.map(\.canonical).filter { $0 != Rule([]) }
  }

  static func staleChains(of table: Table) -> Set<String> {
    var stale = Set(
      table.chains.lazy.filter { $0.rules.isEmpty && $0.base == nil && $0.name.utf8.contains(UInt8(ascii: "/")) }
        .map(\.name))
    if stale.isEmpty { return stale }
    func use(_ verdict: Verdict) {
      switch verdict {
      case .jump(let chain), .goto(let chain): stale.remove(chain)
      case .accept, .drop, .return: break
      }
    }
    for set in table.sets where set.data == .verdict {
      for element in set.elements {
        if case .verdict(let verdict) = element.data { use(verdict) }
      }
    }
    for rule in table.chains.lazy.flatMap(\.rules) {
      for statement in rule.statements {
        switch statement {
        case .verdict(let verdict): use(verdict)
        case .verdictMapAnonymous(_, let elements): for element in elements { use(element.verdict) }
        default: break
        }
      }
    }
    return stale
  }
}

extension Rule {
  /// The rule without counters, and with what nft reorders in one order.
  fileprivate var canonical: Rule {
    var rule = self
    rule.statements.removeAll { $0 == .counter }
    for index in rule.statements.indices {
      switch rule.statements[index] {
      case .match(let expression, let negated, .connectionStates(let states)):
        rule.statements[index] = .match(
          expression, negated: negated, .connectionStates(states.sorted { $0.rawValue < $1.rawValue }))
      case .match(let expression, let negated, .prefix(let prefix)):
        rule.statements[index] = .match(expression, negated: negated, .addresses([AddressRange(prefix)]))
      case .match(let expression, let negated, .anonymousSet(let ranges)):
        rule.statements[index] = .match(expression, negated: negated, .addresses(ranges))
      case .verdictMapAnonymous(let expression, let elements):
        rule.statements[index] = .verdictMapAnonymous(expression, elements.sorted { $0.index < $1.index })
      case .destinationNAT(.lookupAnonymous(let expression, let elements)):
        rule.statements[index] = .destinationNAT(
          .lookupAnonymous(expression, elements.sorted { $0.index < $1.index }))
      default: break
      }
    }
    return rule
  }
}
