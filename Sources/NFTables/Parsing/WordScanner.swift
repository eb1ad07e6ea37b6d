import NetworkAddresses

/// Takes a text of nft apart into words, quoted strings and the signs `{ } , ;`.
///
/// Comments count as space. A word is what stands between spaces and signs: `fd00::1/64`, `.`, `@cluster-ips`.
struct WordScanner {
  let bytes: [UInt8]
  var position = 0
  /// Whether the end of a line ends what is being read; within braces it is space.
  var linesCount = false

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  func failure(_ expected: StaticString) -> ParseFailure { ParseFailure(offset: position, expected: expected) }

  func failure(_ expected: StaticString, at word: Range<Int>) -> ParseFailure {
    ParseFailure(offset: word.lowerBound, expected: expected)
  }

  // MARK: Space

  mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): position += 1
      case UInt8(ascii: "\n"):
        if linesCount { return }
        position += 1
      case UInt8(ascii: "#"):
        while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
      default: return
      }
    }
  }

  /// Whether the text ends here.
  mutating func isAtEnd() -> Bool {
    skipSpace()
    return position >= bytes.count
  }

  /// Skips ends of lines and semicolons, even where lines count.
  mutating func skipSeparators() {
    while true {
      skipSpace()
      guard position < bytes.count,
        bytes[position] == UInt8(ascii: "\n") || bytes[position] == UInt8(ascii: ";")
      else { return }
      position += 1
    }
  }

  /// Whether nothing more stands on the line, before a semicolon or a closing brace.
  mutating func isAtEndOfStatement() -> Bool {
    skipSpace()
    guard position < bytes.count else { return true }
    switch bytes[position] {
    case UInt8(ascii: "\n"), UInt8(ascii: ";"), UInt8(ascii: "}"): return true
    default: return false
    }
  }

  mutating func endStatement() throws(ParseFailure) {
    guard isAtEndOfStatement() else { throw failure("the end of the line") }
    if position < bytes.count, bytes[position] != UInt8(ascii: "}") { position += 1 }
  }

  // MARK: Words

  private static func isInWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"), UInt8(ascii: ","),
      UInt8(ascii: ";"), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "\""), UInt8(ascii: "#"):
      false
    default: true
    }
  }

  /// The word that comes next, without taking it; empty where none does.
  mutating func nextWord() -> Range<Int> {
    skipSpace()
    var end = position
    while end < bytes.count, WordScanner.isInWord(bytes[end]) { end += 1 }
    return position..<end
  }

  /// Takes the next word.
  mutating func word(_ expected: StaticString) throws(ParseFailure) -> Range<Int> {
    let word = nextWord()
    guard !word.isEmpty else { throw failure(expected) }
    position = word.upperBound
    return word
  }

  func string(_ word: Range<Int>) -> String { String(decoding: bytes[word], as: UTF8.self) }

  /// Takes the word if it comes next.
  mutating func take(_ word: StaticString) -> Bool {
    skipSpace()
    let end = position + word.utf8CodeUnitCount
    guard end <= bytes.count, end == bytes.count || !WordScanner.isInWord(bytes[end]) else { return false }
    let text = word.utf8Start
    for index in 0..<word.utf8CodeUnitCount where bytes[position + index] != text[index] { return false }
    position = end
    return true
  }

  mutating func expect(_ word: StaticString) throws(ParseFailure) {
    guard take(word) else { throw failure(word) }
  }

  /// Takes one of `{ } , ;` if it comes next.
  mutating func take(sign: UInt8) -> Bool {
    skipSpace()
    guard position < bytes.count, bytes[position] == sign else { return false }
    position += 1
    return true
  }

  mutating func openBrace() throws(ParseFailure) {
    guard take(sign: UInt8(ascii: "{")) else { throw failure("{") }
  }

  mutating func closeBrace() throws(ParseFailure) {
    guard take(sign: UInt8(ascii: "}")) else { throw failure("}") }
  }

  // MARK: Values

  /// Takes a string in double quotes. nft knows no escapes in it, and ``TextBuffer`` writes no control characters.
  mutating func quoted() throws(ParseFailure) -> String {
    skipSpace()
    guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { throw failure("a quoted string") }
    let start = position + 1
    var end = start
    while end < bytes.count, bytes[end] != UInt8(ascii: "\""), bytes[end] >= 0x20 { end += 1 }
    guard end < bytes.count, bytes[end] == UInt8(ascii: "\"") else {
      throw failure("a closing quote, and no control character before it")
    }
    position = end + 1
    return string(start..<end)
  }

  /// Takes the name of a table, chain or set.
  mutating func name() throws(ParseFailure) -> String { string(try word("a name")) }

  /// Takes `@name`.
  mutating func setReference() throws(ParseFailure) -> String {
    let word = try word("@ and the name of a set")
    guard bytes[word.lowerBound] == UInt8(ascii: "@"), word.count > 1 else {
      throw failure("@ and the name of a set", at: word)
    }
    return string(word.dropFirst())
  }

  /// Whether `@name` comes next.
  mutating func isAtSetReference() -> Bool {
    skipSpace()
    return position < bytes.count && bytes[position] == UInt8(ascii: "@")
  }

  /// A decimal number, or a hexadecimal one that begins with `0x`.
  mutating func number() throws(ParseFailure) -> UInt32 {
    let word = try word("a number")
    guard let number = number(word), let value = UInt32(exactly: number) else {
      throw failure("a number of 32 bits", at: word)
    }
    return value
  }

  func number(_ word: Range<Int>) -> UInt64? {
    var digits = word
    var base: UInt64 = 10
    if word.count > 2, bytes[word.lowerBound] == UInt8(ascii: "0"), bytes[word.lowerBound + 1] == UInt8(ascii: "x") {
      digits = (word.lowerBound + 2)..<word.upperBound
      base = 16
    }
    // With at most 16 digits no step below can overflow.
    guard !digits.isEmpty, digits.count <= 16 else { return nil }
    var value: UInt64 = 0
    for index in digits {
      let digit: UInt8
      switch bytes[index] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = bytes[index] - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = bytes[index] - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = bytes[index] - UInt8(ascii: "A") + 10
      default: return nil
      }
      guard digit < base else { return nil }
      value = value * base + UInt64(digit)
    }
    return value
  }

  func address(_ word: Range<Int>, _ family: IPFamily) throws(ParseFailure) -> IPAddress {
    let address = bytes.withUnsafeBytes { IPAddress(utf8: UnsafeRawBufferPointer(rebasing: $0[word])) }
    guard let address, address.family == family else {
      throw family == .ipv4 ? failure("an IPv4 address", at: word) : failure("an IPv6 address", at: word)
    }
    return address
  }

  /// An address, `address/length` or `first-last`.
  func addressRange(_ word: Range<Int>, _ family: IPFamily) throws(ParseFailure) -> AddressRange {
    guard let sign = word.first(where: { bytes[$0] == UInt8(ascii: "/") || bytes[$0] == UInt8(ascii: "-") }) else {
      return AddressRange(IPPrefix(host: try address(word, family)))
    }
    let first = try address(word.lowerBound..<sign, family)
    let rest = (sign + 1)..<word.upperBound
    if bytes[sign] == UInt8(ascii: "/") {
      guard let length = number(rest), length <= UInt64(family.addressBits) else {
        throw failure("a prefix length", at: rest)
      }
      return AddressRange(IPPrefix(first, length: Int(length)))
    }
    guard let range = AddressRange(first: first, last: try address(rest, family)) else {
      throw failure("a range that does not run backwards", at: word)
    }
    return range
  }

  /// `tcp`, or the number of a protocol.
  func protocolNumber(_ word: Range<Int>) throws(ParseFailure) -> UInt8 {
    for transport in TransportProtocol.allCases where bytes[word].elementsEqual(transport.word.utf8) {
      return transport.number
    }
    guard let number = number(word), let value = UInt8(exactly: number) else {
      throw failure("a transport protocol", at: word)
    }
    return value
  }

  func port(_ word: Range<Int>) throws(ParseFailure) -> UInt16 {
    guard let number = number(word), let value = UInt16(exactly: number) else { throw failure("a port", at: word) }
    return value
  }

  /// `major:minor` in hexadecimal, `none` or `root`.
  func priority(_ word: Range<Int>) throws(ParseFailure) -> UInt32 {
    if bytes[word].elementsEqual("none".utf8) { return 0 }
    if bytes[word].elementsEqual("root".utf8) { return .max }
    let parts = string(word).split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let major = UInt16(parts[0], radix: 16), let minor = UInt16(parts[1], radix: 16) else {
      throw failure("two hexadecimal numbers joined by a colon, or none", at: word)
    }
    return UInt32(major) << 16 | UInt32(minor)
  }

  /// Milliseconds: `1d2h3m4s500ms`, any part may be missing; a bare number is seconds.
  mutating func duration() throws(ParseFailure) -> UInt64 {
    let word = try word("a duration")
    var total: UInt64 = 0
    var index = word.lowerBound
    while index < word.upperBound {
      let digits = index..<(word[index...].first { !(48...57).contains(bytes[$0]) } ?? word.upperBound)
      let unit =
        digits.upperBound..<(word[digits.upperBound...].first { (48...57).contains(bytes[$0]) } ?? word.upperBound)
      // Eight digits of the largest unit and a total below 2^56 cannot overflow.
      guard digits.count <= 8, total < 1 << 56, let number = number(digits), let scale = milliseconds(unit) else {
        throw failure("a duration", at: word)
      }
      total += number * scale
      index = unit.upperBound
    }
    return total
  }

  private func milliseconds(_ unit: Range<Int>) -> UInt64? {
    switch (unit.count, unit.first.map { bytes[$0] }, unit.last.map { bytes[$0] }) {
    case (0, _, _), (1, UInt8(ascii: "s"), _): 1000
    case (1, UInt8(ascii: "m"), _): 60_000
    case (1, UInt8(ascii: "h"), _): 3_600_000
    case (1, UInt8(ascii: "d"), _): 86_400_000
    case (1, UInt8(ascii: "w"), _): 604_800_000
    case (2, UInt8(ascii: "m"), UInt8(ascii: "s")): 1
    default: nil
    }
  }

  /// Whole seconds.
  mutating func seconds() throws(ParseFailure) -> UInt32 {
    let start = nextWord()
    let milliseconds = try duration()
    guard milliseconds % 1000 == 0, let seconds = UInt32(exactly: milliseconds / 1000) else {
      throw failure("a duration of whole seconds", at: start)
    }
    return seconds
  }
}
