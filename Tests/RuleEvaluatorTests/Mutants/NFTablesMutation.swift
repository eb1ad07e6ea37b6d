import NFTables
import TestSupport

/// Damages a table in one place.
struct NFTablesMutation {
  /// What a damage is, and where.
  var words = ""

  private var random: SeededNumbers

  init(_ random: SeededNumbers) { self.random = random }

  /// - Returns: nil where there is nothing to damage in the way that was drawn.
  mutating func damage(_ table: Table) -> Table? {
    var table = table
    let isDone =
      switch random.number(0...5) {
      case 0: dropRule(&table)
      case 1: swapVerdict(&table)
      case 2: changeModulus(&table)
      case 3: removeElement(&table)
      case 4: negateMatch(&table)
      default: changeElement(&table)
      }
    return isDone ? table : nil
  }

  // MARK: - Rules

  private typealias Place = (chain: Int, rule: Int, statement: Int)

  /// A statement for which `change` has something else.
  private mutating func replace(
    _ table: inout Table, _ word: String, _ change: (Statement, inout SeededNumbers) -> Statement?
  ) -> Bool {
    var changes: [(place: Place, statement: Statement)] = []
    for (chain, place) in table.chains.enumerated() {
      for (index, rule) in place.rules.enumerated() {
        for (number, statement) in rule.statements.enumerated() {
          if let changed = change(statement, &random) { changes.append(((chain, index, number), changed)) }
        }
      }
    }
    if changes.isEmpty { return false }
    let (place, statement) = random.one(of: changes)
    let rule = table.chains[place.chain].rules[place.rule]
    table.chains[place.chain].rules[place.rule].statements[place.statement] = statement
    words = "\(word): chain \(table.chains[place.chain].name): \(TableText.rule(rule, family: table.family))"
    return true
  }

  private mutating func dropRule(_ table: inout Table) -> Bool {
    let places = table.chains.enumerated().flatMap { chain in chain.element.rules.indices.map { (chain.offset, $0) } }
    let (chain, index) = random.one(of: places)
    let rule = table.chains[chain].rules.remove(at: index)
    words = "rule dropped: chain \(table.chains[chain].name): \(TableText.rule(rule, family: table.family))"
    return true
  }

  private mutating func swapVerdict(_ table: inout Table) -> Bool {
    let targets = table.chains.filter { $0.base == nil }.map(\.name)
    return replace(&table, "verdict swapped") { statement, random in
      switch statement {
      case .reject: .verdict(.drop)
      case .verdict(.drop): random.chance(50) ? .verdict(.accept) : .reject
      case .verdict(.goto(let chain)): .verdict(.goto(random.one(of: targets.filter { $0 != chain })))
      case .verdict(.jump(let chain)): .verdict(.jump(random.one(of: targets.filter { $0 != chain })))
      default: nil
      }
    }
  }

  private mutating func changeModulus(_ table: inout Table) -> Bool {
    replace(&table, "modulus changed") { statement, random in
      func changed(_ modulus: UInt32) -> UInt32 { modulus > 1 && random.chance(50) ? modulus - 1 : modulus + 1 }
      func changed(_ expression: Expression) -> Expression? {
        switch expression {
        case .randomNumber(let modulus, let offset): .randomNumber(modulus: changed(modulus), offset: offset)
        case .concatenation(var parts):
          if let last = parts.last.flatMap(changed) {
            { () -> Expression in
              parts[parts.count - 1] = last
              return .concatenation(parts)
            }()
          } else {
            nil
          }
        case .lookup(let key, let map): changed(key).map { .lookup($0, map: map) }
        case .lookupAnonymous(let key, let elements): changed(key).map { .lookupAnonymous($0, elements) }
        default: nil
        }
      }
      return switch statement {
      case .match(let expression, let isNegated, let operand) where operand == .number(0):
        changed(expression).map { .match($0, negated: isNegated, operand) }
      case .destinationNAT(let expression): changed(expression).map { .destinationNAT($0) }
      case .setPriority(let expression): changed(expression).map { .setPriority($0) }
      case .verdictMapAnonymous(let expression, let elements):
        changed(expression).map { .verdictMapAnonymous($0, elements) }
      default: nil
      }
    }
  }

  private mutating func negateMatch(_ table: inout Table) -> Bool {
    replace(&table, "match turned round") { statement, _ in
      guard case .match(let expression, let isNegated, let operand) = statement else { return nil }
      return .match(expression, negated: !isNegated, operand)
    }
  }

  // MARK: - Elements

  private mutating func element(of table: Table) -> (set: Int, element: Int)? {
    let sets = table.sets.indices.filter { !table.sets[$0].elements.isEmpty }
    if sets.isEmpty { return nil }
    let set = random.one(of: sets)
    return (set, random.number(0...table.sets[set].elements.count - 1))
  }

  private mutating func removeElement(_ table: inout Table) -> Bool {
    guard let place = element(of: table) else { return false }
    let set = table.sets[place.set]
    words = "element removed: @\(set.name): \(TableText.element(set.elements[place.element], of: set))"
    table.sets[place.set].elements.remove(at: place.element)
    return true
  }

  /// Gives an element the data of another one of its map.
  private mutating func changeElement(_ table: inout Table) -> Bool {
    guard let place = element(of: table) else { return false }
    let set = table.sets[place.set]
    let others = set.elements.map(\.data).filter { $0 != set.elements[place.element].data }
    if others.isEmpty { return false }
    words = "element changed: @\(set.name): \(TableText.element(set.elements[place.element], of: set))"
    table.sets[place.set].elements[place.element].data = random.one(of: others)
    return true
  }
}
