import NetworkAddresses

/// Collects the bytes of a document; nothing but the buffer is allocated.
struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  init(capacity: Int) {
    bytes.reserveCapacity(capacity)
  }

  mutating func put(_ text: StaticString) {
    text.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  mutating func put(_ text: String) {
    bytes.append(contentsOf: text.utf8)
  }

  mutating func put(_ byte: UInt8) {
    bytes.append(byte)
  }

  mutating func put(_ address: IPAddress) {
    address.write { bytes.append($0) }
  }

  mutating func put(_ prefix: IPPrefix) {
    put(prefix.address)
    put(UInt8(ascii: "/"))
    put(decimal: UInt64(prefix.length))
  }

  mutating func put(decimal value: UInt64) {
    var divisor: UInt64 = 1
    while value / divisor >= 10 { divisor *= 10 }
    while divisor > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / divisor % 10))
      divisor /= 10
    }
  }

  /// `0x` and eight digits (MASQ-4).
  mutating func put(mark value: UInt32) {
    put("0x")
    for shift in stride(from: UInt32(28), through: 0, by: -4) {
      let digit = UInt8(truncatingIfNeeded: value >> shift & 15)
      bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
  }

  /// 1/n with ten decimals.
  mutating func put(probabilityOfOneIn n: UInt32) {
    let units = ProbabilityText.units(n)
    put(decimal: units / ProbabilityText.scale)
    put(UInt8(ascii: "."))
    var divisor = ProbabilityText.scale / 10
    while divisor > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: units / divisor % 10))
      divisor /= 10
    }
  }

  /// A word as `iptables-restore` reads it back: quoted where it has to be.
  mutating func put(word: String) {
    if word.utf8.allSatisfy(ByteWriter.isPlain), !word.isEmpty {
      put(word)
      return
    }
    put(UInt8(ascii: "\""))
    for byte in word.utf8 {
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { put(UInt8(ascii: "\\")) }
      // A document has a rule per line: what would end the line cannot be said.
      put(byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") ? UInt8(ascii: " ") : byte)
    }
    put(UInt8(ascii: "\""))
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "\t"), UInt8(ascii: " "), UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "'"),
      UInt8(ascii: "\n"), UInt8(ascii: "\r"):
      false
    default: true
    }
  }
}
