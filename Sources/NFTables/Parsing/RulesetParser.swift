import NetworkAddresses

/// Reads what `nft list ruleset` or `nft list table` prints (nft 1.0), and what ``TableText`` writes.
///
/// Handles and other comments are passed over, and so is run-time state: the elements of dynamic sets, when elements
/// expire, whether and what they count, who owns a table.
public struct RulesetParser {
  public struct Options: Sendable {
    public enum UnknownStatements: Sendable {
      /// They are a ``RulesetSyntaxError``.
      case refuse
      /// They become ``Statement/unknown(_:)``, up to the end of their rule.
      case keep
    }

    public var unknownStatements = UnknownStatements.refuse
    /// Whether `counter` in a rule or a set becomes part of it; the counts are dropped in any case.
    public var keepsCounters = true
    /// The names of the tables to read; nil: all. Others may hold anything.
    public var tables: Set<String>?

    public init() {}
  }

  /// What a text holds.
  public struct Ruleset: Hashable, Sendable {
    /// Tables of the families ip and ip6, in the order of the text.
    public var tables: [Table] = []
    /// How many tables were passed over: those of other families, and those that were not asked for.
    public var skippedTables = 0
  }

  /// - Throws: where the text is no listing, or holds what the model does not know. A table is never read in part.
  public static func parse(
    _ text: [UInt8], options: Options = Options()
  ) throws(RulesetSyntaxError) -> Ruleset {
    var parser = RulesetParser(text, options)
    do {
      try parser.readRuleset()
    } catch {
      throw RulesetSyntaxError(error, in: text)
    }
    return parser.ruleset
  }

  public static func parse(
    _ text: String, options: Options = Options()
  ) throws(RulesetSyntaxError) -> Ruleset {
    try parse(Array(text.utf8), options: options)
  }

  let options: Options
  var scanner: WordScanner
  /// The family of the table being read.
  var family = IPFamily.ipv4
  private var ruleset = Ruleset()

  private init(_ text: [UInt8], _ options: Options) {
    scanner = WordScanner(text)
    self.options = options
  }

  // MARK: - Tables

  private mutating func readRuleset() throws(ParseFailure) {
    while !scanner.isAtEnd() {
      if scanner.take("table") {
        try readTable()
      } else if scanner.take("add") {
        try readCommand(adds: true)
      } else if scanner.take("delete") {
        try readCommand(adds: false)
      } else {
        throw scanner.failure("table, add table or delete table")
      }
      scanner.skipSeparators()
    }
  }

  /// The families of nft; nil within: one that has no ``Table``.
  private mutating func readFamily() throws(ParseFailure) -> IPFamily? {
    if scanner.take("ip") { return .ipv4 }
    if scanner.take("ip6") { return .ipv6 }
    for other in ["inet", "arp", "bridge", "netdev"] as [StaticString] where scanner.take(other) { return nil }
    throw scanner.failure("the family of a table")
  }

  /// `add table ip name`, `delete table ip name`
  private mutating func readCommand(adds: Bool) throws(ParseFailure) {
    try scanner.expect("table")
    guard let family = try readFamily() else {
      _ = try scanner.name()
      return
    }
    let name = try scanner.name()
    guard isWanted(name) else { return }
    let place = place(of: name, family)
    if adds {
      if place == nil { ruleset.tables.append(Table(family: family, name: name)) }
    } else if let place {
      ruleset.tables.remove(at: place)
    }
  }

  private func isWanted(_ name: String) -> Bool { options.tables?.contains(name) ?? true }

  private func place(of name: String, _ family: IPFamily) -> Int? {
    ruleset.tables.firstIndex { $0.family == family && $0.name == name }
  }

  private mutating func readTable() throws(ParseFailure) {
    let family = try readFamily()
    let nameWord = scanner.nextWord()
    let name = try scanner.name()
    guard let family, isWanted(name) else {
      ruleset.skippedTables += 1
      return try skipBraces()
    }
    self.family = family
    let table = try readTableBody(named: name)
    if let place = place(of: name, family) {
      let earlier = ruleset.tables[place]
      guard earlier.comment == nil, earlier.sets.isEmpty, earlier.chains.isEmpty else {
        throw scanner.failure("a table that does not stand above already", at: nameWord)
      }
      ruleset.tables[place] = table
    } else {
      ruleset.tables.append(table)
    }
  }

  private mutating func readTableBody(named name: String) throws(ParseFailure) -> Table {
    var table = Table(family: family, name: name)
    try scanner.openBrace()
    while true {
      scanner.skipSeparators()
      if scanner.take(sign: UInt8(ascii: "}")) { return table }
      if scanner.take("comment") {
        table.comment = try scanner.quoted()
      } else if scanner.take("set") {
        table.sets.append(try readSet(isMap: false))
      } else if scanner.take("map") {
        table.sets.append(try readSet(isMap: true))
      } else if scanner.take("chain") {
        table.chains.append(try readChain())
      } else if scanner.take("flags") {
        try skipOwner()
      } else {
        throw scanner.failure("set, map, chain, comment or }")
      }
    }
  }

  /// Passes over flags that say who may change the table, not what it does. nft 1.0.6 has no word for `persist`: it lists a
  /// table with nothing else as `flags `.
  private mutating func skipOwner() throws(ParseFailure) {
    let outside = scanner.linesCount
    scanner.linesCount = true
    defer { scanner.linesCount = outside }
    while !scanner.isAtEndOfStatement() {
      guard scanner.take("owner") || scanner.take("persist") else { throw scanner.failure("owner or persist") }
      _ = scanner.take(sign: UInt8(ascii: ","))
    }
  }

  /// Passes over a block in braces, whatever is in it.
  private mutating func skipBraces() throws(ParseFailure) {
    try scanner.openBrace()
    var depth = 1
    while depth > 0 {
      if scanner.isAtEnd() { throw scanner.failure("}") }
      switch scanner.bytes[scanner.position] {
      case UInt8(ascii: "\""): _ = try scanner.quoted()
      case UInt8(ascii: "{"):
        depth += 1
        scanner.position += 1
      case UInt8(ascii: "}"):
        depth -= 1
        scanner.position += 1
      default: scanner.position = max(scanner.nextWord().upperBound, scanner.position + 1)
      }
    }
  }

  // MARK: - Lists

  /// Reads items separated by commas, in braces, where ends of lines are space. A comma after the last is allowed.
  mutating func readList(_ item: (inout RulesetParser) throws(ParseFailure) -> Void) throws(ParseFailure) {
    let outside = scanner.linesCount
    scanner.linesCount = false
    defer { scanner.linesCount = outside }
    try scanner.openBrace()
    while !scanner.take(sign: UInt8(ascii: "}")) {
      try item(&self)
      if !scanner.take(sign: UInt8(ascii: ",")) { return try scanner.closeBrace() }
    }
  }
}
