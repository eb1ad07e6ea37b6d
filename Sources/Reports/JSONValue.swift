/// A JSON value whose members keep the order they are given in, so that a report reads well and is the same every time.
///
/// ```swift
/// let report: JSONValue = ["version": 1, "findings": .array(findings.map(\.json))]
/// print(report.text)
/// ```
public enum JSONValue: Hashable, Sendable {
  case null
  case boolean(Bool)
  case number(Int)
  case string(String)
  case array([JSONValue])
  case object([Member])

  public struct Member: Hashable, Sendable {
    public var key: String
    public var value: JSONValue

    public init(_ key: String, _ value: JSONValue) {
      self.key = key
      self.value = value
    }
  }

  /// An object without the members whose value is nil.
  public static func object(_ members: KeyValuePairs<String, JSONValue?>) -> JSONValue {
    .object(members.compactMap { key, value in value.map { Member(key, $0) } })
  }

  public static func strings(_ strings: some Sequence<String>) -> JSONValue {
    .array(strings.map { .string($0) })
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  public init(stringLiteral value: String) { self = .string(value) }
  public init(integerLiteral value: Int) { self = .number(value) }
  public init(booleanLiteral value: Bool) { self = .boolean(value) }
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(elements.map { Member($0.0, $0.1) })
  }
}

// MARK: - Writing

extension JSONValue {
  /// Indented by two blanks, with a line feed at the end.
  public var text: String {
    var bytes: [UInt8] = []
    write(into: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends what ``text`` says, as UTF-8.
  public func write(into bytes: inout [UInt8]) {
    write(into: &bytes, indent: 0)
    bytes.append(UInt8(ascii: "\n"))
  }

  private func write(into bytes: inout [UInt8], indent: Int) {
    switch self {
    case .null: bytes += "null".utf8
    case .boolean(let value): bytes += (value ? "true" : "false").utf8
    case .number(let number): bytes += String(number).utf8
    case .string(let string): JSONValue.write(string, into: &bytes)
    case .array(let elements):
      JSONValue.write(elements, between: ("[", "]"), into: &bytes, indent: indent) { element, bytes in
        element.write(into: &bytes, indent: indent + 2)
      }
    case .object(let members):
      JSONValue.write(members, between: ("{", "}"), into: &bytes, indent: indent) { member, bytes in
        JSONValue.write(member.key, into: &bytes)
        bytes += ": ".utf8
        member.value.write(into: &bytes, indent: indent + 2)
      }
    }
  }

  private static func write<Item>(
    _ items: [Item], between ends: (StaticString, StaticString), into bytes: inout [UInt8], indent: Int,
    _ body: (Item, inout [UInt8]) -> Void
  ) {
    ends.0.withUTF8Buffer { bytes += $0 }
    for (index, item) in items.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      breakLine(indent + 2, &bytes)
      body(item, &bytes)
    }
    if !items.isEmpty { breakLine(indent, &bytes) }
    ends.1.withUTF8Buffer { bytes += $0 }
  }

  private static func breakLine(_ indent: Int, _ bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\n"))
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indent))
  }

  /// Control characters are escaped, and so are those that end a line in JavaScript or turn the direction of writing.
  static func write(_ string: String, into bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    defer { bytes.append(UInt8(ascii: "\"")) }
    guard string.unicodeScalars.contains(where: { $0 == "\"" || $0 == "\\" || SingleLine.isUnsafe($0) }) else {
      bytes += string.utf8
      return
    }
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"", "\\": bytes += [UInt8(ascii: "\\"), UInt8(truncatingIfNeeded: scalar.value)]
      case "\n": bytes += "\\n".utf8
      case "\r": bytes += "\\r".utf8
      case "\t": bytes += "\\t".utf8
      case _ where SingleLine.isUnsafe(scalar):
        let digits = String(scalar.value, radix: 16)
        bytes += "\\u".utf8
        bytes += repeatElement(UInt8(ascii: "0"), count: 4 - digits.utf8.count)
        bytes += digits.utf8
      default: bytes += String(scalar).utf8
      }
    }
  }
}
