/// What the API server demands of names.
enum NameRules {
  /// `web-1`: at most 63 lower-case letters, digits and `-`, not at an end (RFC 1123 label).
  static func isLabel(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard (1...63).contains(bytes.count), isInner(bytes[0]), isInner(bytes[bytes.count - 1]) else { return false }
    return bytes.allSatisfy { isInner($0) || $0 == UInt8(ascii: "-") }
  }

  /// Labels with dots between them, at most 253 characters (RFC 1123 subdomain); a part may be longer than a label.
  static func isSubdomain(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard (1...253).contains(bytes.count) else { return false }
    var before = UInt8(ascii: ".")
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "."): guard isInner(before) else { return false }
      case UInt8(ascii: "-"): guard before != UInt8(ascii: ".") else { return false }
      default: guard isInner(byte) else { return false }
      }
      before = byte
    }
    return isInner(before)
  }

  /// `http-alt`: at most 15 lower-case letters, digits and single `-`, with a letter (RFC 6335 service name).
  static func isPortName(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard isLabel(bytes), bytes.count <= 15, bytes.contains(where: { $0 >= UInt8(ascii: "a") }) else { return false }
    for index in 1..<bytes.count where bytes[index] == UInt8(ascii: "-") && bytes[index - 1] == UInt8(ascii: "-") {
      return false
    }
    return true
  }

  private static func isInner(_ byte: UInt8) -> Bool {
    (byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z")) || byte &- UInt8(ascii: "0") <= 9
  }
}
