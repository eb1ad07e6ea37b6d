extension RulesetParser {
  /// Reads what follows `chain`.
  mutating func readChain() throws(ParseFailure) -> Chain {
    var chain = Chain(try scanner.name())
    try scanner.openBrace()
    scanner.linesCount = true
    defer { scanner.linesCount = false }
    while true {
      scanner.skipSeparators()
      if scanner.take(sign: UInt8(ascii: "}")) { return chain }
      if scanner.isAtEnd() { throw scanner.failure("}") }
      if scanner.take("comment") {
        chain.comment = try scanner.quoted()
      } else if scanner.take("type") {
        chain.base = try readBase()
      } else if scanner.take("policy") {
        try scanner.expect("accept")
      } else {
        let rule = try readRule()
        // It may have been a counter alone.
        if rule != Rule([]) { chain.rules.append(rule) }
      }
      try scanner.endStatement()
    }
  }

  /// `nat hook prerouting priority dstnat - 10`
  private mutating func readBase() throws(ParseFailure) -> BaseChain {
    let kindWord = try scanner.word("the type of a chain")
    guard let kind = BaseChain.Kind(rawValue: scanner.string(kindWord)) else {
      throw scanner.failure("filter or nat", at: kindWord)
    }
    try scanner.expect("hook")
    let hookWord = try scanner.word("a hook")
    guard let hook = BaseChain.Hook(rawValue: scanner.string(hookWord)) else {
      throw scanner.failure("prerouting, input, forward, output or postrouting", at: hookWord)
    }
    try scanner.expect("priority")
    return BaseChain(kind, hook: hook, priority: try readPriority())
  }

  private static let namedPriorities: [(name: StaticString, priority: Int64)] = [
    ("raw", -300), ("mangle", -150), ("dstnat", -100), ("filter", 0), ("security", 50), ("srcnat", 100),
  ]

  /// `-110`, `filter`, `dstnat - 10`, `dstnat + 5`
  private mutating func readPriority() throws(ParseFailure) -> Int32 {
    let word = scanner.nextWord()
    var priority: Int64 = 0
    if let named = RulesetParser.namedPriorities.first(where: { scanner.take($0.name) }) {
      priority = named.priority
      if scanner.take("-") {
        priority -= Int64(try scanner.number())
      } else if scanner.take("+") {
        priority += Int64(try scanner.number())
      }
    } else {
      let digits = try scanner.word("a priority")
      let isNegative = scanner.bytes[digits.lowerBound] == UInt8(ascii: "-")
      guard let number = scanner.number(isNegative ? digits.dropFirst() : digits),
        let magnitude = Int64(exactly: number)
      else { throw scanner.failure("a priority", at: word) }
      priority = isNegative ? -magnitude : magnitude
    }
    guard let priority = Int32(exactly: priority) else { throw scanner.failure("a priority", at: word) }
    return priority
  }

  // MARK: - Rules

  private mutating func readRule() throws(ParseFailure) -> Rule {
    var rule = Rule([])
    while !scanner.isAtEndOfStatement() {
      if scanner.take("comment") {
        rule.comment = try scanner.quoted()
        break
      }
      let start = scanner.position
      do {
        let statement = try readStatement()
        if statement != .counter || options.keepsCounters { rule.statements.append(statement) }
      } catch {
        guard options.unknownStatements == .keep else { throw error }
        scanner.position = start
        scanner.linesCount = true
        rule.statements.append(.unknown(try takeRestOfRule()))
      }
    }
    return rule
  }

  /// Takes the text of a rule up to its comment or its end.
  private mutating func takeRestOfRule() throws(ParseFailure) -> String {
    let start = scanner.position
    var end = start
    var depth = 0
    scan: while true {
      scanner.linesCount = depth == 0
      scanner.skipSpace()
      guard scanner.position < scanner.bytes.count else { break }
      let word = scanner.position
      switch scanner.bytes[word] {
      case UInt8(ascii: "\""): _ = try scanner.quoted()
      case UInt8(ascii: "{"):
        depth += 1
        scanner.position += 1
      case UInt8(ascii: "}") where depth > 0:
        depth -= 1
        scanner.position += 1
      case UInt8(ascii: "}"): break scan
      case UInt8(ascii: "\n"), UInt8(ascii: ";"):
        if depth == 0 { break scan }
        scanner.position += 1
      case UInt8(ascii: ","): scanner.position += 1
      default:
        if depth == 0, scanner.take("comment") {
          scanner.position = word
          break scan
        }
        scanner.position = scanner.nextWord().upperBound
      }
      end = scanner.position
    }
    guard depth == 0 else { throw scanner.failure("}") }
    return scanner.string(start..<end)
  }
}
