/// Something in a text of nft that could not be read as part of a ``Table``.
public struct RulesetSyntaxError: Error, Hashable, Sendable {
  /// From 1.
  public var line: Int
  /// From 1, in bytes.
  public var column: Int
  /// What stands there: the rest of the line, at most 120 bytes.
  public var text: String
  /// What could have stood there.
  public var expected: String

  init(_ failure: ParseFailure, in bytes: [UInt8]) {
    let newline = UInt8(ascii: "\n")
    var offset = min(failure.offset, bytes.count)
    while offset < bytes.count, bytes[offset] == UInt8(ascii: " ") || bytes[offset] == UInt8(ascii: "\t") {
      offset += 1
    }
    line = bytes[..<offset].reduce(1) { $1 == newline ? $0 + 1 : $0 }
    column = offset - (bytes[..<offset].lastIndex(of: newline) ?? -1)
    text = String(decoding: bytes[offset...].prefix { $0 != newline }.prefix(120), as: UTF8.self)
    expected = failure.expected.description
  }
}

extension RulesetSyntaxError: CustomStringConvertible {
  public var description: String {
    let found = text.isEmpty ? "the line ends" : "found: " + text
    return "line \(line), column \(column): expected \(expected), \(found)"
  }
}

/// A ``RulesetSyntaxError`` before lines are counted: cheap, since an unknown statement may yet be kept.
struct ParseFailure: Error {
  var offset: Int
  var expected: StaticString
}
