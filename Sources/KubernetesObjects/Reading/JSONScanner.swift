/// Reads JSON (RFC 8259) from bytes onto a tape: one value after another, as `kubectl get -o json` and streams have it.
///
/// Strict about the grammar: no comments, no trailing commas, whole surrogate pairs, valid UTF-8. Lines end with a line
/// feed; as strings cannot contain one, counting them costs next to nothing.
struct JSONScanner: DocumentSource {
  private let base: UnsafeRawPointer
  private let end: UnsafeRawPointer
  private var at: UnsafeRawPointer
  private var line: UInt32 = 1
  private var lineStart: UnsafeRawPointer
  /// Bytes since `lineStart` that do not begin a character.
  private var continuations = 0
  /// Levels entered with ``enter(_:)`` and not left.
  private var entered = 0
  /// Of the mapping or list entered last nothing was read yet, so that no comma is due.
  private var isFirst = true
  private let skipsManagedFields: Bool

  /// `bytes` must stay valid as long as the scanner and the views of its tape. Nil if there are none.
  init?(_ bytes: UnsafeRawBufferPointer, skippingManagedFields: Bool) {
    guard let base = bytes.baseAddress, bytes.count > 0 else { return nil }
    self.base = base
    end = base + bytes.count
    at = bytes.starts(with: ByteOrderMark.utf8) ? base + 3 : base
    lineStart = at
    skipsManagedFields = skippingManagedFields
  }

  mutating func nextDocument() throws(SyntaxProblem) -> Bool {
    entered = 0
    skipBlanks()
    return at < end
  }

  mutating func shape() throws(SyntaxProblem) -> ValueShape {
    skipBlanks()
    guard at < end else { throw truncated("a value") }
    switch byte {
    case UInt8(ascii: "{"): return .mapping
    case UInt8(ascii: "["): return .sequence
    default: return .scalar
    }
  }

  mutating func value(into tape: inout Tape) throws(SyntaxProblem) -> Int {
    let index = tape.nodes.count
    try scan(into: &tape, keeping: true, depth: entered + 1)
    return index
  }

  mutating func skipValue() throws(SyntaxProblem) {
    var unused = Tape()
    try scan(into: &unused, keeping: false, depth: entered + 1)
  }

  mutating func enter(_ tape: inout Tape) throws(SyntaxProblem) -> Int {
    let kind: TapeNode.Kind = try shape() == .mapping ? .mapping : .sequence
    let index = tape.nodes.count
    tape.nodes.append(node(kind))
    at += 1
    entered += 1
    isFirst = true
    return index
  }

  mutating func nextKey(into tape: inout Tape) throws(SyntaxProblem) -> Int? {
    guard try another(UInt8(ascii: "}")) else { return nil }
    let index = tape.nodes.count
    try scanKey(into: &tape, keeping: true)
    return index
  }

  mutating func nextElement() throws(SyntaxProblem) -> Bool {
    try another(UInt8(ascii: "]"))
  }

  mutating func end(_ index: Int, pairs: Int, in tape: inout Tape) throws(SyntaxProblem) {
    tape.close(index, children: pairs)
  }

  mutating func listHeaderAhead() -> ListHeader {
    var header = ListHeader()
    var ahead = self
    do throws(SyntaxProblem) {
      while try ahead.nextElement() { try ahead.skipValue() }
      var tape = Tape()
      while let key = try ahead.nextKey(into: &tape) {
        let value = try ahead.value(into: &tape)
        tape.withView(of: UnsafeRawBufferPointer(start: base, count: end - base)) { view in
          guard view.kind(value) == .string else { return }
          if view.text(key, is: "kind") { header.kind = view.string(value) }
          if view.text(key, is: "apiVersion") { header.apiVersion = view.string(value) }
        }
        tape.reset()
      }
    } catch {
      // The main reading arrives at the same place and reports it.
    }
    return header
  }

  mutating func recover(after problem: SyntaxProblem) -> Bool { false }
}

// MARK: - Values

extension JSONScanner {
  @inline(__always)
  private var byte: UInt8 { at.load(as: UInt8.self) }

  private var column: UInt32 { UInt32(truncatingIfNeeded: at - lineStart - continuations + 1) }

  @inline(__always)
  private func node(_ kind: TapeNode.Kind) -> TapeNode { TapeNode(kind: kind, line: line, column: column) }

  private mutating func scan(into tape: inout Tape, keeping keeps: Bool, depth: Int) throws(SyntaxProblem) {
    skipBlanks()
    guard at < end else { throw truncated("a value") }
    if tape.nodes.count > ReadingLimit.values { throw problem("more than \(ReadingLimit.values) values in one object") }
    switch byte {
    case UInt8(ascii: "\""):
      let index = tape.nodes.count
      if keeps { tape.nodes.append(node(.string)) }
      at += 1
      try scanString(into: &tape, node: keeps ? index : nil)
    case UInt8(ascii: "{"):
      try scanMapping(into: &tape, keeping: keeps, depth: depth)
    case UInt8(ascii: "["):
      try scanSequence(into: &tape, keeping: keeps, depth: depth)
    case UInt8(ascii: "t"):
      try scanWord("true", .yes, into: &tape, keeping: keeps)
    case UInt8(ascii: "f"):
      try scanWord("false", .no, into: &tape, keeping: keeps)
    case UInt8(ascii: "n"):
      try scanWord("null", .null, into: &tape, keeping: keeps)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      try scanNumber(into: &tape, keeping: keeps)
    default:
      throw problem("expected a value, found \(found)")
    }
  }

  private mutating func scanMapping(
    into tape: inout Tape, keeping keeps: Bool, depth: Int
  ) throws(SyntaxProblem) {
    guard depth <= ReadingLimit.depth else { throw tooDeep }
    let index = tape.nodes.count
    let start = node(.mapping)
    if keeps { tape.nodes.append(start) }
    at += 1
    var pairs = 0
    skipBlanks()
    if at < end, byte == UInt8(ascii: "}") {
      at += 1
      return
    }
    while true {
      let key = tape.nodes.count
      try scanKey(into: &tape, keeping: keeps)
      if keeps, skipsManagedFields, isManagedFields(tape.nodes[key]) {
        tape.nodes.removeLast()
        try scan(into: &tape, keeping: false, depth: depth + 1)
      } else {
        let value = tape.nodes.count
        try scan(into: &tape, keeping: keeps, depth: depth + 1)
        if keeps { tape.nodes[value].hasKey = true }
        pairs += 1
      }
      skipBlanks()
      guard at < end else { throw truncated("the object that begins in line \(start.line)") }
      if byte == UInt8(ascii: ",") {
        at += 1
      } else if byte == UInt8(ascii: "}") {
        at += 1
        break
      } else {
        throw problem("expected `,` or `}`, found \(found)")
      }
    }
    if keeps { tape.close(index, children: pairs) }
  }

  private mutating func scanSequence(
    into tape: inout Tape, keeping keeps: Bool, depth: Int
  ) throws(SyntaxProblem) {
    guard depth <= ReadingLimit.depth else { throw tooDeep }
    let index = tape.nodes.count
    let start = node(.sequence)
    if keeps { tape.nodes.append(start) }
    at += 1
    var elements = 0
    skipBlanks()
    if at < end, byte == UInt8(ascii: "]") {
      at += 1
      return
    }
    while true {
      try scan(into: &tape, keeping: keeps, depth: depth + 1)
      elements += 1
      skipBlanks()
      guard at < end else { throw truncated("the array that begins in line \(start.line)") }
      if byte == UInt8(ascii: ",") {
        at += 1
      } else if byte == UInt8(ascii: "]") {
        at += 1
        break
      } else {
        throw problem("expected `,` or `]`, found \(found)")
      }
    }
    if keeps { tape.close(index, children: elements) }
  }

  /// A key and the colon behind it.
  private mutating func scanKey(into tape: inout Tape, keeping keeps: Bool) throws(SyntaxProblem) {
    skipBlanks()
    guard at < end else { throw truncated("a key") }
    guard byte == UInt8(ascii: "\"") else { throw problem("expected a key in double quotes, found \(found)") }
    let index = tape.nodes.count
    if keeps { tape.nodes.append(node(.string)) }
    at += 1
    try scanString(into: &tape, node: keeps ? index : nil)
    skipBlanks()
    guard at < end else { throw truncated("`:`") }
    guard byte == UInt8(ascii: ":") else { throw problem("expected `:` behind the key, found \(found)") }
    at += 1
  }

  /// Whether the mapping or list entered last goes on; passes the comma, or else the `closing` bracket.
  private mutating func another(_ closing: UInt8) throws(SyntaxProblem) -> Bool {
    skipBlanks()
    guard at < end else { throw truncated(closing == UInt8(ascii: "]") ? "an array" : "an object") }
    let wasFirst = isFirst
    isFirst = false
    if byte == closing {
      at += 1
      entered -= 1
      return false
    }
    if wasFirst { return true }
    guard byte == UInt8(ascii: ",") else {
      throw problem("expected `,` or `\(Unicode.Scalar(closing))`, found \(found)")
    }
    at += 1
    return true
  }

  private func isManagedFields(_ key: TapeNode) -> Bool {
    !key.isCopied && key.length == 13
      && UnsafeRawBufferPointer(start: base + key.offset, count: 13).spells("managedFields")
  }

  private mutating func scanWord(
    _ word: StaticString, _ kind: TapeNode.Kind, into tape: inout Tape, keeping keeps: Bool
  ) throws(SyntaxProblem) {
    let length = word.utf8CodeUnitCount
    guard end - at >= length, UnsafeRawBufferPointer(start: at, count: length).spells(word) else {
      throw problem("expected a value, found \(found)")
    }
    if keeps { tape.nodes.append(node(kind)) }
    at += length
  }

  private mutating func scanNumber(into tape: inout Tape, keeping keeps: Bool) throws(SyntaxProblem) {
    var number = node(.number)
    let start = at
    if byte == UInt8(ascii: "-") { at += 1 }
    let whole = passDigits()
    var isValid = whole == 1 || (whole > 1 && (at - whole).load(as: UInt8.self) != UInt8(ascii: "0"))
    if isValid, at < end, byte == UInt8(ascii: ".") {
      at += 1
      isValid = passDigits() > 0
    }
    if isValid, at < end, byte | 0x20 == UInt8(ascii: "e") {
      at += 1
      if at < end, byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { at += 1 }
      isValid = passDigits() > 0
    }
    guard isValid else {
      at = start
      throw problem("not a number: \(found)")
    }
    number.offset = start - base
    number.length = UInt32(truncatingIfNeeded: at - start)
    if keeps { tape.nodes.append(number) }
  }

  private mutating func passDigits() -> Int {
    let start = at
    while at < end, byte &- UInt8(ascii: "0") <= 9 { at += 1 }
    return at - start
  }
}

// MARK: - Blanks and strings

extension JSONScanner {
  @inline(__always)
  private mutating func skipBlanks() {
    while at < end {
      let next = byte
      if next > 0x20 { return }
      if next == UInt8(ascii: "\n") {
        at += 1
        line &+= 1
        lineStart = at
        continuations = 0
        // Indentation, eight blanks at a time.
        while end - at >= 8 {
          let others = UInt64(littleEndian: at.loadUnaligned(as: UInt64.self)) ^ 0x2020_2020_2020_2020
          if others != 0 {
            at += others.trailingZeroBitCount >> 3
            break
          }
          at += 8
        }
      } else if next == 0x20 || next == UInt8(ascii: "\t") || next == UInt8(ascii: "\r") {
        at += 1
      } else {
        return
      }
    }
  }

  /// Moves to the next byte that is not plain text of a string: a quote, a backslash, a control or non-ASCII character.
  @inline(__always)
  private mutating func skipPlainText() {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let tops: UInt64 = 0x8080_8080_8080_8080
    while end - at >= 8 {
      let word = UInt64(littleEndian: at.loadUnaligned(as: UInt64.self))
      // The lowest marked byte is exact; a subtraction borrows from the bytes above it only.
      let quotes = word ^ (ones &* 0x22)
      let backslashes = word ^ (ones &* 0x5c)
      let marks =
        ((quotes &- ones) & ~quotes) | ((backslashes &- ones) & ~backslashes) | ((word &- ones &* 0x20) & ~word) | word
      let stops = marks & tops
      if stops != 0 {
        at += stops.trailingZeroBitCount >> 3
        return
      }
      at += 8
    }
    while at < end {
      let next = byte
      if next == 0x22 || next == 0x5c || next < 0x20 || next >= 0x80 { return }
      at += 1
    }
  }

  /// The rest of a string whose opening quote was passed; its text goes to the node at `index`, if there is one.
  private mutating func scanString(into tape: inout Tape, node index: Int?) throws(SyntaxProblem) {
    let start = at
    while true {
      skipPlainText()
      guard at < end else { throw truncated("a string") }
      switch byte {
      case UInt8(ascii: "\""):
        if let index {
          tape.nodes[index].offset = start - base
          tape.nodes[index].length = UInt32(truncatingIfNeeded: at - start)
        }
        at += 1
        return
      case UInt8(ascii: "\\"):
        try scanEscapedString(from: start, into: &tape, node: index)
        return
      case 0x80...:
        try passCharacter()
      default:
        throw controlCharacter
      }
    }
  }

  /// The same for a string with escapes, the first of which is at hand: its text is copied.
  private mutating func scanEscapedString(
    from start: UnsafeRawPointer, into tape: inout Tape, node index: Int?
  ) throws(SyntaxProblem) {
    let keeps = index != nil
    let copy = tape.text.count
    var run = start
    while true {
      guard at < end else { throw truncated("a string") }
      let next = byte
      if next >= 0x80 {
        try passCharacter()
        continue
      }
      if next == UInt8(ascii: "\"") || next == UInt8(ascii: "\\") {
        if keeps { tape.text.append(contentsOf: UnsafeRawBufferPointer(start: run, count: at - run)) }
        if next == UInt8(ascii: "\"") { break }
        let character = try passEscape()
        if keeps { tape.text.append(contentsOf: UTF8.encode(character) ?? UTF8.encodedReplacementCharacter) }
        run = at
      } else if next < 0x20 {
        throw controlCharacter
      }
      skipPlainText()
    }
    at += 1
    if let index {
      tape.nodes[index].isCopied = true
      tape.nodes[index].offset = copy
      tape.nodes[index].length = UInt32(truncatingIfNeeded: tape.text.count - copy)
    }
  }

  private mutating func passEscape() throws(SyntaxProblem) -> Unicode.Scalar {
    guard end - at >= 2 else { throw truncated("a string") }
    let letter = (at + 1).load(as: UInt8.self)
    let plain: Unicode.Scalar
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): plain = Unicode.Scalar(letter)
    case UInt8(ascii: "b"): plain = "\u{8}"
    case UInt8(ascii: "f"): plain = "\u{c}"
    case UInt8(ascii: "n"): plain = "\n"
    case UInt8(ascii: "r"): plain = "\r"
    case UInt8(ascii: "t"): plain = "\t"
    case UInt8(ascii: "u"): return try passUnicodeEscape()
    default:
      throw problem("a string has an unknown escape; `\\` is followed by one of `\"\\/bfnrtu`")
    }
    at += 2
    return plain
  }

  private mutating func passUnicodeEscape() throws(SyntaxProblem) -> Unicode.Scalar {
    let unit = try hexUnit(at)
    if let scalar = Unicode.Scalar(unit) {
      at += 6
      return scalar
    }
    // Not a scalar, so one half of a surrogate pair: the first half must come first.
    guard unit < 0xdc00, end - at >= 12, (at + 6).load(as: UInt8.self) == UInt8(ascii: "\\"),
      (at + 7).load(as: UInt8.self) == UInt8(ascii: "u")
    else { throw halfPair }
    let second = try hexUnit(at + 6)
    guard (0xdc00...0xdfff).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (UInt32(unit) - 0xd800) << 10 + (UInt32(second) - 0xdc00))
    else { throw halfPair }
    at += 12
    return scalar
  }

  /// The number of a `\uXXXX` escape.
  private func hexUnit(_ escape: UnsafeRawPointer) throws(SyntaxProblem) -> UInt16 {
    guard end - escape >= 6 else { throw truncated("a string") }
    var unit: UInt16 = 0
    for place in 2..<6 {
      let digit = (escape + place).load(as: UInt8.self)
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): unit = unit << 4 | UInt16(digit - UInt8(ascii: "0"))
      case UInt8(ascii: "a")...UInt8(ascii: "f"): unit = unit << 4 | UInt16(digit - UInt8(ascii: "a") + 10)
      case UInt8(ascii: "A")...UInt8(ascii: "F"): unit = unit << 4 | UInt16(digit - UInt8(ascii: "A") + 10)
      default: throw problem("a string has a \\u that is not followed by four hexadecimal digits")
      }
    }
    return unit
  }

  /// Passes a character of two to four bytes, which must be well-formed (Unicode, table 3-7).
  private mutating func passCharacter() throws(SyntaxProblem) {
    let first = byte
    let length: Int
    var second: ClosedRange<UInt8> = 0x80...0xbf
    switch first {
    case 0xc2...0xdf: length = 2
    case 0xe0: (length, second) = (3, 0xa0...0xbf)
    case 0xed: (length, second) = (3, 0x80...0x9f)
    case 0xe1...0xef: length = 3
    case 0xf0: (length, second) = (4, 0x90...0xbf)
    case 0xf4: (length, second) = (4, 0x80...0x8f)
    case 0xf1...0xf3: length = 4
    default: throw invalidUTF8
    }
    guard end - at >= length, second.contains((at + 1).load(as: UInt8.self)) else { throw invalidUTF8 }
    for place in 2..<max(2, length) where (at + place).load(as: UInt8.self) & 0xc0 != 0x80 { throw invalidUTF8 }
    at += length
    continuations += length - 1
  }
}

// MARK: - Problems

extension JSONScanner {
  private func problem(_ message: String) -> SyntaxProblem {
    SyntaxProblem(line: line, column: column, message: message)
  }

  private func truncated(_ what: String) -> SyntaxProblem {
    SyntaxProblem(
      line: line, column: UInt32(truncatingIfNeeded: end - lineStart - continuations + 1),
      message: "the input ends where \(what) should go on or begin; is it cut off?")
  }

  private var tooDeep: SyntaxProblem { problem("nested deeper than \(ReadingLimit.depth) levels") }
  private var halfPair: SyntaxProblem { problem("a string has half of a surrogate pair (\\ud800 to \\udfff)") }
  private var invalidUTF8: SyntaxProblem { problem("a string is not valid UTF-8") }
  private var controlCharacter: SyntaxProblem {
    problem("a string contains a control character; write it as an escape such as \\n")
  }

  /// What stands at hand, for a message.
  private var found: String {
    guard at < end else { return "the end" }
    var word: [UInt8] = []
    var next = at
    while next < end, word.count < 20 {
      let byte = next.load(as: UInt8.self)
      let isWord = (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || byte == 0x2e
      if !isWord && !word.isEmpty && byte != UInt8(ascii: "-") && byte != UInt8(ascii: "+") { break }
      if byte < 0x20 || byte >= 0x7f {
        if word.isEmpty { return "the byte 0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16) }
        break
      }
      word.append(byte)
      if !isWord && byte != UInt8(ascii: "-") { break }
      next += 1
    }
    return "`" + String(decoding: word, as: UTF8.self) + "`"
  }
}
