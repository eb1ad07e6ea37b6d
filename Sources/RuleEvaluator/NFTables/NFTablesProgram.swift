import NFTables
import NetworkAddresses

/// The nftables tables of one family, prepared for walking.
final class NFTablesProgram: RuleProgram {
  let family: IPFamily
  /// Chains of all tables behind each other; a chain's number is its place here.
  let chains: [PreparedChain]
  let tables: [PreparedTable]
  private let entries: [BaseChain.Hook: [EntryChain]]

  final class PreparedChain: Sendable {
    let table: PreparedTable
    let chain: Chain

    init(_ chain: Chain, of table: PreparedTable) {
      self.chain = chain
      self.table = table
    }
  }

  final class PreparedTable: Sendable {
    let name: String
    /// Its place among the tables of the program.
    let number: Int32
    /// The numbers of its chains.
    let chains: [String: Int32]
    let sets: [SetIndex]
    /// The places of its sets in ``sets``.
    let setPlaces: [String: Int]

    init(_ table: Table, number: Int32, firstChain: Int32) {
      name = table.name
      self.number = number
      var chains: [String: Int32] = [:]
      chains.reserveCapacity(table.chains.count)
      for (index, chain) in table.chains.enumerated() { chains[chain.name] = firstChain + Int32(index) }
      self.chains = chains
      sets = table.sets.map(SetIndex.init)
      var places: [String: Int] = [:]
      places.reserveCapacity(table.sets.count)
      for (place, set) in table.sets.enumerated() { places[set.name] = place }
      setPlaces = places
    }
  }

  /// - Throws: if a rule names a chain or set that is not there.
  init(_ tables: [Table], family: IPFamily) throws(EvaluationError) {
    self.family = family
    var chains: [PreparedChain] = []
    var prepared: [PreparedTable] = []
    var entries: [BaseChain.Hook: [EntryChain]] = [:]
    for (number, table) in tables.enumerated() {
      let own = PreparedTable(table, number: Int32(number), firstChain: Int32(chains.count))
      prepared.append(own)
      for chain in table.chains {
        if let base = chain.base {
          entries[base.hook, default: []].append(
            EntryChain(
              chain: Int32(chains.count), kind: base.kind, priority: base.priority,
              acceptCounts: base.kind == .filter))
        }
        chains.append(PreparedChain(chain, of: own))
      }
    }
    for hook in BaseChain.Hook.allCases {
      // Chains of one priority are entered in the order they were made.
      entries[hook]?.sort { ($0.priority, $0.chain) < ($1.priority, $1.chain) }
    }
    self.chains = chains
    self.tables = prepared
    self.entries = entries
    try checkNames()
  }

  func baseChains(_ hook: BaseChain.Hook) -> [EntryChain] { entries[hook] ?? [] }

  func ruleCount(of chain: Int32) -> Int { chains[Int(chain)].chain.rules.count }

  func candidates(in chain: Int32, for travellers: [Traveller], _ context: WalkContext) -> [Int32]? { nil }

  func execute(
    _ place: Trace.RulePlace, _ state: PacketState, _ context: WalkContext, into results: inout [RuleResult]
  ) throws(EvaluationError) {
    let prepared = chains[Int(place.chain)]
    let run = NFTablesRuleRun(program: self, table: prepared.table, place: place, context: context)
    try run.execute(prepared.chain.rules[Int(place.rule)].statements, state, into: &results)
  }

  // MARK: - Names

  /// The place of a chain of a table.
  func chain(_ name: String, of table: PreparedTable, at place: Trace.RulePlace) throws(EvaluationError) -> Int32 {
    guard let chain = table.chains[name] else {
      throw .unknownChain(name, table: table.name, in: rulePlace(place))
    }
    return chain
  }

  /// The place of a set of a table.
  func set(_ name: String, of table: PreparedTable, at place: Trace.RulePlace) throws(EvaluationError) -> Int {
    guard let set = table.setPlaces[name] else {
      throw .unknownSet(name, table: table.name, in: rulePlace(place))
    }
    return set
  }

  func rulePlace(_ place: Trace.RulePlace) -> EvaluationError.RulePlace {
    let names = names(of: place)
    return EvaluationError.RulePlace(
      table: names.table, chain: names.chain, index: Int(place.rule), text: text(of: place))
  }

  private func checkNames() throws(EvaluationError) {
    for (number, prepared) in chains.enumerated() {
      let table = prepared.table
      for (index, rule) in prepared.chain.rules.enumerated() {
        let place = Trace.RulePlace(chain: Int32(number), rule: Int32(index))
        for statement in rule.statements { try checkNames(statement, table, place) }
      }
    }
    for table in tables {
      for set in table.sets where set.set.data == .verdict {
        for element in set.set.elements {
          guard case .verdict(let verdict) = element.data, let chain = verdict.chain, table.chains[chain] == nil
          else { continue }
          throw .unknownChain(
            chain, table: table.name,
            in: EvaluationError.RulePlace(
              table: table.name, chain: "map " + set.set.name, index: 0,
              text: TableText.element(element, of: set.set)))
        }
      }
    }
  }

  private func checkNames(
    _ statement: Statement, _ table: PreparedTable, _ place: Trace.RulePlace
  ) throws(EvaluationError) {
    switch statement {
    case .match(_, _, .set(let name)): _ = try set(name, of: table, at: place)
    case .verdict(let verdict):
      if let chain = verdict.chain { _ = try self.chain(chain, of: table, at: place) }
    case .verdictMap(_, let map): _ = try set(map, of: table, at: place)
    case .verdictMapAnonymous(_, let elements):
      for element in elements {
        if let chain = element.verdict.chain { _ = try self.chain(chain, of: table, at: place) }
      }
    case .destinationNAT(.lookup(_, let map)): _ = try set(map, of: table, at: place)
    case .setPriority(.lookup(_, let map)): _ = try set(map, of: table, at: place)
    case .updateSet(let name, _, _), .updateMap(let name, _, _, _), .deleteElement(let name, _, _):
      _ = try set(name, of: table, at: place)
    default: break
    }
  }

  // MARK: - Words

  func names(of place: Trace.RulePlace) -> (table: String, chain: String) {
    let prepared = chains[Int(place.chain)]
    return (prepared.table.name, prepared.chain.name)
  }

  func text(of place: Trace.RulePlace) -> String {
    let rules = chains[Int(place.chain)].chain.rules
    guard Int(place.rule) < rules.count else { return "" }
    return TableText.rule(rules[Int(place.rule)], family: family)
  }

  func text(of element: Trace.ElementPlace) -> String {
    let set = tables[Int(element.table)].sets[Int(element.set)].set
    return TableText.element(set.elements[Int(element.element)], of: set)
  }

  /// Elements name their service port in the comment, chains of a service port in the name.
  func servicePort(of place: Trace.RulePlace, element: Trace.ElementPlace?, effect: Trace.Effect) -> String? {
    if let element {
      let set = tables[Int(element.table)].sets[Int(element.set)].set
      // The comment of a lone address names a Service, not a service port.
      if set.key.count > 1, let comment = set.elements[Int(element.element)].comment { return comment }
    }
    let own = chains[Int(place.chain)].chain
    if let name = NFTablesProgram.servicePort(ofChain: own.name) { return name }
    switch effect {
    case .jumped(let chain), .wentTo(let chain): return NFTablesProgram.servicePort(ofChain: chain)
    default: return nil
    }
  }

  func servesOneServicePort(_ chain: Int32) -> Bool {
    chains[Int(chain)].chain.name.contains("/")
  }

  /// `namespace/name:port` out of `service-HASH-namespace/name/protocol/port` (NFT-11); nil for other names, and for
  /// those that were too long and are cut.
  static func servicePort(ofChain name: String) -> String? {
    let parts = name.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count == 4, !name.hasSuffix("...") else { return nil }
    // The namespace begins behind the hash, which is eight characters between two hyphens.
    let words = parts[0].split(separator: "-", omittingEmptySubsequences: false)
    guard let hash = words.firstIndex(where: { $0.utf8.count == 8 && $0.utf8.allSatisfy(isHashByte) }),
      hash + 1 < words.count
    else { return nil }
    let namespace = words[(hash + 1)...].joined(separator: "-")
    let port = parts[3].split(separator: "_", maxSplits: 1, omittingEmptySubsequences: false).first ?? ""
    return port.isEmpty ? "\(namespace)/\(parts[1])" : "\(namespace)/\(parts[1]):\(port)"
  }

  private static func isHashByte(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) || (UInt8(ascii: "2")...UInt8(ascii: "7")).contains(byte)
  }
}

extension Verdict {
  /// The chain it leads to.
  var chain: String? {
    switch self {
    case .jump(let chain), .goto(let chain): chain
    case .accept, .drop, .return: nil
    }
  }
}
