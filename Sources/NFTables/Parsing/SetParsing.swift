import NetworkAddresses

extension RulesetParser {
  // MARK: - Sets

  /// Reads what follows `set` or `map`.
  mutating func readSet(isMap: Bool) throws(ParseFailure) -> NamedSet {
    var set = NamedSet(try scanner.name(), key: [])
    let start = scanner.nextWord()
    try scanner.openBrace()
    scanner.linesCount = true
    defer { scanner.linesCount = false }
    while true {
      scanner.skipSeparators()
      if scanner.take(sign: UInt8(ascii: "}")) { break }
      if scanner.take("type") {
        try readType(of: &set, typeof: false)
      } else if scanner.take("typeof") {
        try readType(of: &set, typeof: true)
      } else if scanner.take("size") {
        set.size = try scanner.number()
      } else if scanner.take("flags") {
        set.flags = try readFlags()
      } else if scanner.take("timeout") {
        set.timeout = try scanner.seconds()
      } else if scanner.take("comment") {
        set.comment = try scanner.quoted()
      } else if scanner.take("counter") {
        try skipCounts()
        set.countsPackets = options.keepsCounters
      } else if scanner.take("elements") {
        try scanner.expect("=")
        try readElements(of: &set)
      } else {
        throw scanner.failure("type, typeof, size, flags, timeout, counter, comment, elements or }")
      }
      try scanner.endStatement()
    }
    guard !set.key.isEmpty, set.isMap == isMap else {
      throw isMap
        ? scanner.failure("a map with the types of its key and data", at: start)
        : scanner.failure("a set with the type of its key", at: start)
    }
    return set
  }

  private mutating func readFlags() throws(ParseFailure) -> NamedSet.Flags {
    var flags: NamedSet.Flags = []
    repeat {
      if scanner.take("interval") {
        flags.insert(.interval)
      } else if scanner.take("dynamic") {
        flags.insert(.dynamic)
      } else if scanner.take("timeout") {
        flags.insert(.timeout)
      } else {
        throw scanner.failure("interval, dynamic or timeout")
      }
    } while scanner.take(sign: UInt8(ascii: ","))
    return flags
  }

  /// `key`, or `key : data`
  private mutating func readType(of set: inout NamedSet, typeof: Bool) throws(ParseFailure) {
    guard set.elements.isEmpty else { throw scanner.failure("a type in front of the elements") }
    set.key = try readFields(typeof: typeof)
    guard scanner.take(":") else { return }
    if scanner.take("verdict") {
      set.data = .verdict
    } else {
      set.data = .fields(try readFields(typeof: typeof))
    }
  }

  private mutating func readFields(typeof: Bool) throws(ParseFailure) -> [FieldType] {
    let start = scanner.nextWord()
    var fields: [FieldType] = []
    repeat {
      fields.append(typeof ? try readFieldOfExpression() : try readFieldOfType())
    } while scanner.take(".")
    guard fields.reduce(0, { $0 + $1.registerBytes }) <= RegisterBytes.capacity else {
      throw scanner.failure("a shorter concatenation", at: start)
    }
    return fields
  }

  private mutating func readFieldOfType() throws(ParseFailure) -> FieldType {
    if scanner.take("ipv4_addr") { return .ipv4Address }
    if scanner.take("ipv6_addr") { return .ipv6Address }
    if scanner.take("inet_proto") { return .transportProtocol }
    if scanner.take("inet_service") { return .port }
    if scanner.take("classid") { return .priority }
    throw scanner.failure("ipv4_addr, ipv6_addr, inet_proto, inet_service or classid")
  }

  private mutating func readFieldOfExpression() throws(ParseFailure) -> FieldType {
    let start = scanner.nextWord()
    switch try readExpressionPart() {
    case .sourceAddress, .destinationAddress: return .address(family)
    case .transportProtocol: return .transportProtocol
    case .destinationPort: return .port
    case .randomNumber: return .randomNumber
    case .priority: return .priority
    default: throw scanner.failure("an address, meta l4proto, th dport, numgen or meta priority", at: start)
    }
  }

  // MARK: - Elements

  private mutating func readElements(of set: inout NamedSet) throws(ParseFailure) {
    guard !set.key.isEmpty else { throw scanner.failure("a type in front of the elements") }
    var elements = set.elements
    let shape = set
    try readList { parser throws(ParseFailure) in
      let element = try parser.readElement(of: shape)
      if !shape.flags.contains(.dynamic) { elements.append(element) }
    }
    if zip(elements, elements.dropFirst()).contains(where: { $1.key < $0.key }) {
      elements.sort { $0.key < $1.key }
    }
    set.elements = elements
  }

  private mutating func readElement(of set: NamedSet) throws(ParseFailure) -> Element {
    var key = RegisterBytes()
    var end = RegisterBytes()
    for (index, field) in set.key.enumerated() {
      if index > 0 { try scanner.expect(".") }
      let word = try scanner.word("an element")
      switch field {
      case .ipv4Address, .ipv6Address:
        let range = try scanner.addressRange(word, field == .ipv4Address ? .ipv4 : .ipv6)
        key.append(range.first)
        end.append(range.last)
      case .transportProtocol, .port, .randomNumber, .priority:
        let value = try readNumber(word, field)
        key.appendWord(value)
        end.appendWord(value)
      }
    }
    var element = Element(key, upTo: key == end ? nil : end)
    while true {
      if scanner.take("comment") {
        element.comment = try scanner.quoted()
      } else if scanner.take("timeout") || scanner.take("expires") {
        _ = try scanner.duration()
      } else if scanner.take("counter") {
        try skipCounts()
      } else {
        break
      }
    }
    if let data = set.data {
      try scanner.expect(":")
      element.data = try readData(data)
    }
    return element
  }

  private mutating func readData(_ type: NamedSet.DataType) throws(ParseFailure) -> ElementData {
    guard case .fields(let fields) = type else {
      guard let verdict = try readVerdict() else { throw scanner.failure("a verdict") }
      return .verdict(verdict)
    }
    var data = RegisterBytes()
    for (index, field) in fields.enumerated() {
      if index > 0 { try scanner.expect(".") }
      let word = try scanner.word("the data of an element")
      switch field {
      case .ipv4Address: data.append(try scanner.address(word, .ipv4))
      case .ipv6Address: data.append(try scanner.address(word, .ipv6))
      case .transportProtocol, .port, .randomNumber, .priority: data.appendWord(try readNumber(word, field))
      }
    }
    return .fields(data)
  }

  /// A number as it stands in a register.
  private func readNumber(_ word: Range<Int>, _ field: FieldType) throws(ParseFailure) -> UInt32 {
    switch field {
    case .transportProtocol: return UInt32(try scanner.protocolNumber(word)) << 24
    case .port: return UInt32(try scanner.port(word)) << 16
    case .priority: return try scanner.priority(word)
    case .randomNumber, .ipv4Address, .ipv6Address:
      guard let number = scanner.number(word), let value = UInt32(exactly: number) else {
        throw scanner.failure("a number of 32 bits", at: word)
      }
      return value
    }
  }

  /// Passes over `packets 1 bytes 60`, where it stands.
  mutating func skipCounts() throws(ParseFailure) {
    guard scanner.take("packets") else { return }
    try skipCount()
    try scanner.expect("bytes")
    try skipCount()
  }

  private mutating func skipCount() throws(ParseFailure) {
    let word = try scanner.word("a count")
    guard scanner.bytes[word].allSatisfy({ (48...57).contains($0) }) else { throw scanner.failure("a count", at: word) }
  }
}
