import NetworkAddresses

extension RulesetParser {
  /// A part, or several parts joined by dots.
  mutating func readExpression() throws(ParseFailure) -> Expression {
    let first = try readExpressionPart()
    guard scanner.take(".") else { return first }
    var parts = [first]
    repeat {
      parts.append(try readExpressionPart())
    } while scanner.take(".")
    return .concatenation(parts)
  }

  mutating func readExpressionPart() throws(ParseFailure) -> Expression {
    let start = scanner.nextWord()
    if scanner.take(family == .ipv4 ? "ip" : "ip6") { return try readAddressExpression() }
    if scanner.take("meta") {
      if scanner.take("l4proto") { return .transportProtocol }
      if scanner.take("mark") { return .mark }
      if scanner.take("priority") {
        guard scanner.take("&") else { return .priority }
        return .priorityBits(try scanner.priority(try scanner.word("bits of a priority")))
      }
      if scanner.take("iifname") { return .inputInterfaceName }
      throw scanner.failure("l4proto, mark, priority or iifname")
    }
    if scanner.take("th") {
      try scanner.expect("dport")
      return .destinationPort
    }
    if scanner.take("ct") {
      if scanner.take("state") { return .connectionState }
      if scanner.take("status") { return .connectionStatus }
      throw scanner.failure("state or status")
    }
    if scanner.take("fib") {
      let isSource = scanner.take("saddr")
      if !isSource { try scanner.expect("daddr") }
      try scanner.expect("type")
      return isSource ? .sourceAddressType : .destinationAddressType
    }
    if scanner.take("iifname") { return .inputInterfaceName }
    if scanner.take("jhash") { return try readHash() }
    if scanner.take("numgen") {
      try scanner.expect("random")
      try scanner.expect("mod")
      let modulus = try scanner.number()
      return .randomNumber(modulus: modulus, offset: scanner.take("offset") ? try scanner.number() : 0)
    }
    throw scanner.failure("a statement that is known", at: start)
  }

  /// What follows `jhash`.
  private mutating func readHash() throws(ParseFailure) -> Expression {
    try scanner.expect(family == .ipv4 ? "ip" : "ip6")
    try scanner.expect("saddr")
    try scanner.expect("mod")
    let modulus = scanner.nextWord()
    guard try scanner.number() == .max else { throw scanner.failure("4294967295", at: modulus) }
    try scanner.expect("seed")
    let seed = scanner.nextWord()
    guard try scanner.number() == 1 else { throw scanner.failure("0x1", at: seed) }
    return .sourceAddressHash
  }

  /// What follows `ip` or `ip6`.
  private mutating func readAddressExpression() throws(ParseFailure) -> Expression {
    if scanner.take("saddr") { return .sourceAddress }
    try scanner.expect("daddr")
    guard scanner.take("&") else { return .destinationAddress }
    let mask = try scanner.word("an address")
    guard try scanner.address(mask, family).isUnspecified else {
      throw scanner.failure("an address that is zero", at: mask)
    }
    return .zeroedDestinationAddress
  }

  // MARK: - Operands

  /// What an expression is compared with, where it is no map.
  mutating func readOperand(of expression: Expression) throws(ParseFailure) -> Operand {
    if scanner.isAtSetReference() { return .set(try scanner.setReference()) }
    switch expression {
    case .sourceAddress, .destinationAddress: return try readAddresses()
    case .transportProtocol:
      let word = try scanner.word("a transport protocol")
      guard let transport = TransportProtocol(number: try scanner.protocolNumber(word)) else {
        throw scanner.failure("tcp, udp or sctp", at: word)
      }
      return .transportProtocol(transport)
    case .destinationPort: return .port(try scanner.port(try scanner.word("a port")))
    case .inputInterfaceName: return try readInterfaceName()
    case .mark, .randomNumber: return .number(try scanner.number())
    case .connectionState:
      var states: [ConnectionState] = []
      repeat {
        let word = try scanner.word("a connection state")
        guard let state = ConnectionState(rawValue: scanner.string(word)) else {
          throw scanner.failure("new, established, related, invalid or untracked", at: word)
        }
        states.append(state)
      } while scanner.take(sign: UInt8(ascii: ","))
      return .connectionStates(states)
    case .connectionStatus:
      let word = try scanner.word("a connection status")
      guard let status = ConnectionStatus(rawValue: scanner.string(word)) else {
        throw scanner.failure("dnat or snat", at: word)
      }
      return .connectionStatus(status)
    case .sourceAddressType, .destinationAddressType:
      try scanner.expect("local")
      return .addressTypeLocal
    case .sourceAddressHash, .zeroedDestinationAddress, .priority, .priorityBits, .concatenation, .lookup,
      .lookupAnonymous:
      throw scanner.failure("@ and the name of a set")
    }
  }

  /// One address, prefix or range, or several in braces.
  private mutating func readAddresses() throws(ParseFailure) -> Operand {
    let word = scanner.nextWord()
    if !word.isEmpty {
      scanner.position = word.upperBound
      return .addresses([try scanner.addressRange(word, family)])
    }
    var ranges: [AddressRange] = []
    try readList { parser throws(ParseFailure) in
      ranges.append(try parser.scanner.addressRange(try parser.scanner.word("an address"), parser.family))
    }
    guard !ranges.isEmpty else { throw scanner.failure("an address", at: word) }
    ranges.sort { $0.first < $1.first }
    return .addresses(ranges)
  }

  /// `"eth0"`, `"cali*"`; nft takes a name without quotes too.
  private mutating func readInterfaceName() throws(ParseFailure) -> Operand {
    let word = scanner.nextWord()
    let name = word.isEmpty ? try scanner.quoted() : try scanner.name()
    guard !name.utf8.contains(UInt8(ascii: "\\")) else { throw scanner.failure("a name without escapes", at: word) }
    return name.utf8.last == UInt8(ascii: "*") ? .interfaceNamePrefix(String(name.dropLast())) : .interfaceName(name)
  }
}
