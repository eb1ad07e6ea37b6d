/// What an unquoted YAML scalar means, as kubectl reads it (YAML 1.1 without base 60 numbers).
enum PlainScalar {
  static func kind(_ text: UnsafeRawBufferPointer) -> TapeNode.Kind {
    guard let first = text.first else { return .null }
    switch first {
    case UInt8(ascii: "~"): return text.count == 1 ? .null : .string
    case UInt8(ascii: "n"), UInt8(ascii: "N"):
      if text.isOne(of: "null", "Null", "NULL") { return .null }
      return text.isOne(of: "n", "N") || text.isOne(of: "no", "No", "NO") ? .no : .string
    case UInt8(ascii: "y"), UInt8(ascii: "Y"):
      return text.isOne(of: "y", "Y") || text.isOne(of: "yes", "Yes", "YES") ? .yes : .string
    case UInt8(ascii: "t"), UInt8(ascii: "T"): return text.isOne(of: "true", "True", "TRUE") ? .yes : .string
    case UInt8(ascii: "f"), UInt8(ascii: "F"): return text.isOne(of: "false", "False", "FALSE") ? .no : .string
    case UInt8(ascii: "o"), UInt8(ascii: "O"):
      if text.isOne(of: "on", "On", "ON") { return .yes }
      return text.isOne(of: "off", "Off", "OFF") ? .no : .string
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
      if WholeNumber(text) != nil || isFloat(text) || isSpecialFloat(text) { return .number }
      return .string
    default: return .string
    }
  }

  /// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, underscores between digits left aside.
  private static func isFloat(_ text: UnsafeRawBufferPointer) -> Bool {
    var index = 0
    func isAt(_ a: UInt8, _ b: UInt8) -> Bool { index < text.count && (text[index] == a || text[index] == b) }
    func digits() -> Int {
      var count = 0
      while index < text.count, text[index] &- UInt8(ascii: "0") <= 9 || text[index] == UInt8(ascii: "_") {
        if text[index] != UInt8(ascii: "_") { count += 1 }
        index += 1
      }
      return count
    }
    if isAt(UInt8(ascii: "+"), UInt8(ascii: "-")) { index += 1 }
    let whole = digits()
    if isAt(UInt8(ascii: "."), UInt8(ascii: ".")) {
      index += 1
      let fraction = digits()
      if whole == 0 && fraction == 0 { return false }
    } else if whole == 0 {
      return false
    }
    if isAt(UInt8(ascii: "e"), UInt8(ascii: "E")) {
      index += 1
      if isAt(UInt8(ascii: "+"), UInt8(ascii: "-")) { index += 1 }
      if digits() == 0 { return false }
    }
    return index == text.count
  }

  private static func isSpecialFloat(_ text: UnsafeRawBufferPointer) -> Bool {
    if text.isOne(of: ".nan", ".NaN", ".NAN") { return true }
    let sign = text[0] == UInt8(ascii: "+") || text[0] == UInt8(ascii: "-")
    return UnsafeRawBufferPointer(rebasing: text[(sign ? 1 : 0)...]).isOne(of: ".inf", ".Inf", ".INF")
  }
}

/// A whole number as JSON or YAML writes it: decimal, `0x`, `0b`, `0o`, octal with a leading zero, `_` between digits.
enum WholeNumber: Hashable {
  case value(Int)
  /// Too far from zero for 64 bits.
  case tooLarge

  /// The value of a number, also of one that is written as `80.0` or `8e1`. Nil if it is not whole.
  init?(number text: UnsafeRawBufferPointer) {
    if let whole = WholeNumber(text) {
      self = whole
      return
    }
    guard text.count <= 64 else { return nil }
    let written = String(decoding: text.lazy.filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
    guard let value = Double(written), value.rounded() == value else { return nil }
    self = abs(value) <= 0x1p53 ? .value(Int(value)) : .tooLarge
  }

  /// The value of digits with an optional sign. Nil if the text is something else.
  init?(_ text: UnsafeRawBufferPointer) {
    var index = 0
    var isNegative = false
    if let sign = text.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      isNegative = sign == UInt8(ascii: "-")
      index = 1
    }
    var radix: UInt8 = 10
    if text.count - index >= 2, text[index] == UInt8(ascii: "0") {
      switch text[index + 1] | 0x20 {
      case UInt8(ascii: "x"): (radix, index) = (16, index + 2)
      case UInt8(ascii: "b"): (radix, index) = (2, index + 2)
      case UInt8(ascii: "o"): (radix, index) = (8, index + 2)
      default: (radix, index) = (8, index + 1)
      }
    }
    var value = 0
    var digits = 0
    var overflows = false
    for byte in text[index...] {
      if byte == UInt8(ascii: "_") { continue }
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
      default: return nil
      }
      guard digit < radix else { return nil }
      digits += 1
      let (product, first) = value.multipliedReportingOverflow(by: Int(radix))
      let (sum, second) =
        isNegative ? product.subtractingReportingOverflow(Int(digit)) : product.addingReportingOverflow(Int(digit))
      overflows = overflows || first || second
      value = sum
    }
    guard digits > 0 else { return nil }
    self = overflows ? .tooLarge : .value(value)
  }
}

extension UnsafeRawBufferPointer {
  fileprivate func isOne(of a: StaticString, _ b: StaticString, _ c: StaticString? = nil) -> Bool {
    spells(a) || spells(b) || c.map { spells($0) } ?? false
  }
}
