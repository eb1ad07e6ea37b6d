extension JSONValue {
  /// Without blanks, and safe inside a `script` element of HTML: no `<`, `>` or `&` stands in it as itself.
  public var scriptText: String {
    var bytes: [UInt8] = []
    writeCompact(into: &bytes)
    var safe: [UInt8] = []
    safe.reserveCapacity(bytes.count + bytes.count / 32)
    for byte in bytes {
      switch byte {
      // Outside strings JSON has none of them.
      case UInt8(ascii: "<"): safe += "\\u003c".utf8
      case UInt8(ascii: ">"): safe += "\\u003e".utf8
      case UInt8(ascii: "&"): safe += "\\u0026".utf8
      default: safe.append(byte)
      }
    }
    return String(decoding: safe, as: UTF8.self)
  }

  private func writeCompact(into bytes: inout [UInt8]) {
    switch self {
    case .null: bytes += "null".utf8
    case .boolean(let value): bytes += (value ? "true" : "false").utf8
    case .number(let number): bytes += String(number).utf8
    case .string(let string): JSONValue.write(string, into: &bytes)
    case .array(let elements):
      bytes.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        element.writeCompact(into: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let members):
      bytes.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        JSONValue.write(member.key, into: &bytes)
        bytes.append(UInt8(ascii: ":"))
        member.value.writeCompact(into: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }
}
