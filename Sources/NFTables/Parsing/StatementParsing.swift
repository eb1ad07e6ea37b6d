import NetworkAddresses

extension RulesetParser {
  mutating func readStatement() throws(ParseFailure) -> Statement {
    if let verdict = try readVerdict() { return .verdict(verdict) }
    if scanner.take("counter") {
      try refuse(["name"], "an anonymous counter")
      try skipCounts()
      return .counter
    }
    if scanner.take("reject") {
      try refuse(["with"], "no other answer than the default")
      return .reject
    }
    if scanner.take("masquerade") { return try readMasquerade() }
    if scanner.take("dnat") { return try readDestinationNAT() }
    if scanner.take("update") { return try readUpdate() }
    if scanner.take("delete") { return try readDelete() }
    let expression = try readExpression()
    if expression == .mark { return try readMark() }
    if expression == .priority, scanner.take("set") { return try readPriority() }
    if case .priorityBits(let bits) = expression {
      try scanner.expect("!=")
      try scanner.expect("none")
      return .matchPriorityBit(bits)
    }
    if scanner.take("vmap") { return try readVerdictMap(of: expression) }
    let negated = scanner.take("!=")
    return .match(expression, negated: negated, try readOperand(of: expression))
  }

  /// Nil where none comes next.
  mutating func readVerdict() throws(ParseFailure) -> Verdict? {
    if scanner.take("goto") { return .goto(try scanner.name()) }
    if scanner.take("jump") { return .jump(try scanner.name()) }
    if scanner.take("drop") { return .drop }
    if scanner.take("accept") { return .accept }
    if scanner.take("return") { return .return }
    return nil
  }

  /// What follows `expression vmap`.
  private mutating func readVerdictMap(of expression: Expression) throws(ParseFailure) -> Statement {
    if scanner.isAtSetReference() { return .verdictMap(expression, map: try scanner.setReference()) }
    var elements: [AnonymousVerdictElement] = []
    guard case .randomNumber = expression else { throw scanner.failure("@ and the name of a map") }
    try readList { parser throws(ParseFailure) in
      let index = try parser.scanner.number()
      try parser.scanner.expect(":")
      guard let verdict = try parser.readVerdict() else { throw parser.scanner.failure("a verdict") }
      elements.append(AnonymousVerdictElement(index: index, verdict: verdict))
    }
    return .verdictMapAnonymous(expression, elements)
  }

  /// Fails where a word comes next that would change what the statement means.
  private mutating func refuse(_ words: [StaticString], _ expected: StaticString) throws(ParseFailure) {
    let start = scanner.nextWord()
    for word in words where scanner.take(word) { throw scanner.failure(expected, at: start) }
  }

  // MARK: - Marks

  /// What follows `meta mark`.
  private mutating func readMark() throws(ParseFailure) -> Statement {
    if scanner.take("set") {
      try scanner.expect("meta")
      try scanner.expect("mark")
      if scanner.take("|") { return .setMarkBits(try scanner.number()) }
      if scanner.take("^") { return .flipMarkBits(try scanner.number()) }
      throw scanner.failure("| or ^")
    }
    if scanner.take("&") {
      let bits = try scanner.number()
      try scanner.expect("!=")
      let word = scanner.nextWord()
      guard try scanner.number() == 0 else { throw scanner.failure("0", at: word) }
      return .matchMarkBit(bits)
    }
    let negated = scanner.take("!=")
    return .match(.mark, negated: negated, try readOperand(of: .mark))
  }

  /// What follows `meta priority set`.
  private mutating func readPriority() throws(ParseFailure) -> Statement {
    if scanner.take("none") { return .clearPriority }
    let key = try readExpression()
    try scanner.expect("map")
    return .setPriority(.lookup(key, map: try scanner.setReference()))
  }

  // MARK: - Translation

  private mutating func readMasquerade() throws(ParseFailure) -> Statement {
    let isRandom = scanner.take("fully-random")
    try refuse(["random", "persistent", "to", "fully-random"], "fully-random, or nothing")
    return .masquerade(fullyRandom: isRandom)
  }

  /// What follows `dnat`.
  private mutating func readDestinationNAT() throws(ParseFailure) -> Statement {
    let start = scanner.nextWord()
    let named: IPFamily? = scanner.take("ip") ? .ipv4 : scanner.take("ip6") ? .ipv6 : nil
    guard named ?? family == family else { throw scanner.failure("the family of the table", at: start) }
    try scanner.expect("to")
    let word = scanner.nextWord()
    // No expression begins with a digit or a bracket.
    if let first = word.first, (48...57).contains(scanner.bytes[first]) || scanner.bytes[first] == UInt8(ascii: "[") {
      scanner.position = word.upperBound
      let (address, port) = try readAddressAndPort(word)
      try refuse(["random", "persistent", "fully-random"], "no flags")
      return .destinationNATConstant(address, port: port)
    }
    let key = try readExpression()
    try scanner.expect("map")
    if scanner.isAtSetReference() { return .destinationNAT(.lookup(key, map: try scanner.setReference())) }
    guard case .randomNumber = key else { throw scanner.failure("@ and the name of a map") }
    var elements: [AnonymousMapElement] = []
    try readList { parser throws(ParseFailure) in
      let index = try parser.scanner.number()
      try parser.scanner.expect(":")
      let address = try parser.scanner.address(try parser.scanner.word("an address"), parser.family)
      try parser.scanner.expect(".")
      let port = try parser.scanner.port(try parser.scanner.word("a port"))
      elements.append(AnonymousMapElement(index: index, address: address, port: port))
    }
    return .destinationNAT(.lookupAnonymous(key, elements))
  }

  /// `10.0.0.1:80`, `[fd00::1]:80`
  private func readAddressAndPort(_ word: Range<Int>) throws(ParseFailure) -> (IPAddress, UInt16) {
    guard let colon = word.last(where: { scanner.bytes[$0] == UInt8(ascii: ":") }) else {
      throw scanner.failure("an address and a port", at: word)
    }
    var address = word.lowerBound..<colon
    if family == .ipv6 {
      guard address.count > 2, scanner.bytes[address.lowerBound] == UInt8(ascii: "["),
        scanner.bytes[address.upperBound - 1] == UInt8(ascii: "]")
      else { throw scanner.failure("an address in brackets and a port", at: word) }
      address = address.dropFirst().dropLast()
    }
    return (try scanner.address(address, family), try scanner.port((colon + 1)..<word.upperBound))
  }

  // MARK: - Dynamic sets

  /// `@name { expression timeout 3h }`, `@name { expression timeout 3h : expression }`
  private mutating func readUpdate() throws(ParseFailure) -> Statement {
    let name = try scanner.setReference()
    try scanner.openBrace()
    let expression = try readExpression()
    let timeout = scanner.take("timeout") ? try scanner.seconds() : nil
    let data = scanner.take(":") ? try readExpression() : nil
    try scanner.closeBrace()
    guard let data else { return .updateSet(name, expression, timeout: timeout) }
    return .updateMap(name, key: expression, data: data, timeout: timeout)
  }

  /// `@name { expression : expression }`
  private mutating func readDelete() throws(ParseFailure) -> Statement {
    let name = try scanner.setReference()
    try scanner.openBrace()
    let key = try readExpression()
    try scanner.expect(":")
    let data = try readExpression()
    try scanner.closeBrace()
    return .deleteElement(name, key: key, data: data)
  }
}
