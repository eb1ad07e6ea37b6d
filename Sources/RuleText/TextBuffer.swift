import NetworkAddresses

/// Bytes of a text that grows. Writing into it builds no strings.
public struct TextBuffer {
  @usableFromInline
  var storage: [UInt8] = []

  /// - Parameter capacity: bytes to set aside at once.
  public init(capacity: Int = 0) {
    storage.reserveCapacity(capacity)
  }

  public var bytes: [UInt8] { storage }

  public var text: String { String(decoding: storage, as: UTF8.self) }

  @inlinable
  public mutating func write(_ text: StaticString) {
    text.withUTF8Buffer { storage.append(contentsOf: $0) }
  }

  @inlinable
  public mutating func write(_ text: String) {
    storage.append(contentsOf: text.utf8)
  }

  @inlinable
  public mutating func write(byte: UInt8) { storage.append(byte) }

  @inlinable
  public mutating func write(_ number: some UnsignedInteger & FixedWidthInteger) {
    write(decimal: UInt64(number))
  }

  @usableFromInline
  mutating func write(decimal number: UInt64) {
    var digits: (UInt64, UInt64, UInt64) = (0, 0, 0)
    withUnsafeMutableBytes(of: &digits) { buffer in
      var start = buffer.count
      var rest = number
      repeat {
        start -= 1
        buffer[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
      } while rest > 0
      storage.append(contentsOf: UnsafeRawBufferPointer(rebasing: buffer[start...]))
    }
  }

  /// `0x00004000` (MASQ-4)
  public mutating func write(hexadecimal number: UInt32) {
    write("0x")
    for shift in stride(from: UInt32(28), through: 0, by: -4) {
      let digit = UInt8(number >> shift & 15)
      storage.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
  }

  /// Seconds as nft lists them: `1d2h3m4s`, without the parts that are zero.
  public mutating func write(duration seconds: UInt32) {
    var rest = seconds
    for (unit, letter) in [(UInt32(86_400), "d"), (3_600, "h"), (60, "m")] as [(UInt32, StaticString)]
    where rest >= unit {
      write(rest / unit)
      write(letter)
      rest %= unit
    }
    if rest > 0 || seconds == 0 {
      write(rest)
      write("s")
    }
  }

  public mutating func write(_ address: IPAddress) {
    address.write { storage.append($0) }
  }

  public mutating func write(_ prefix: IPPrefix) {
    write(prefix.address)
    write(byte: UInt8(ascii: "/"))
    write(UInt8(prefix.length))
  }

  /// The text in double quotes. What nft cannot read inside a quoted string is left out.
  public mutating func write(quoted text: String) {
    write(byte: UInt8(ascii: "\""))
    for byte in text.utf8 where byte != UInt8(ascii: "\"") && byte >= 0x20 { storage.append(byte) }
    write(byte: UInt8(ascii: "\""))
  }
}
