import NetworkAddresses

/// Where the next byte of a text goes, in memory that is known to be large enough.
///
/// Nothing is checked here, so that a line of a text costs a few stores: whoever asks a ``TextBuffer`` for a cursor says how many
/// bytes may come, and gives the cursor back. Numbers and addresses are stored whole, without a branch for each digit, so
/// some bytes behind the last one are written in vain.
public struct TextCursor {
  @usableFromInline
  var end: UnsafeMutablePointer<UInt8>
  @usableFromInline
  let decimals: DecimalTable

  @inlinable
  @inline(__always)
  init(_ end: UnsafeMutablePointer<UInt8>, _ decimals: DecimalTable) {
    self.end = end
    self.decimals = decimals
  }

  /// Bytes that numbers and addresses may write in vain; ``TextBuffer`` adds them by itself.
  @inlinable
  static var slack: Int { 64 }

  @inlinable
  @inline(__always)
  public mutating func write(byte: UInt8) {
    end.pointee = byte
    end += 1
  }

  /// Meant for literals, whose length the compiler knows.
  @inlinable
  @inline(__always)
  public mutating func write(_ text: StaticString) {
    let count = text.utf8CodeUnitCount
    UnsafeMutableRawPointer(end).copyMemory(from: text.utf8Start, byteCount: count)
    end += count
  }

  /// As many bytes as its UTF-8 has.
  @inlinable
  @inline(__always)
  public mutating func write(_ text: String) {
    var cursor = self
    text.withBytes { cursor.write($0) }
    self = cursor
  }

  /// As many bytes as there are, eight at once, the last ones for a second time: names are too short for a call of memcpy.
  ///
  /// The compiler sees that nothing but bytes is written, and does not count references to the string that they are from.
  @inlinable
  @inline(__always)
  public mutating func write(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let source = bytes.baseAddress else { return }
    let count = bytes.count
    var index = 0
    if count < 8 {
      while index < count {
        end[index] = source[index]
        index += 1
      }
    }
    while index < count {
      let place = min(index, count - 8)
      let word = UnsafeRawPointer(source + place).loadUnaligned(as: UInt64.self)
      UnsafeMutableRawPointer(end + place).storeBytes(of: word, as: UInt64.self)
      index += 8
    }
    end += count
  }

  /// The text in double quotes: two bytes more than its UTF-8 has. What nft cannot read inside a quoted string is left out.
  @inlinable
  @inline(__always)
  public mutating func write(quoted text: String) {
    var cursor = self
    text.withBytes { bytes in
      cursor.write(byte: UInt8(ascii: "\""))
      if bytes.inEights({ $0.equal(UInt8(ascii: "\"")) | $0.less(than: 0x20) }) == 0 {
        cursor.write(bytes)
      } else {
        for byte in bytes where byte != UInt8(ascii: "\"") && byte >= 0x20 { cursor.write(byte: byte) }
      }
      cursor.write(byte: UInt8(ascii: "\""))
    }
    self = cursor
  }

  /// Up to 40 bytes.
  @inlinable
  @inline(__always)
  public mutating func write(_ address: IPAddress) { address.write(to: &end, decimals) }

  @inlinable
  @inline(__always)
  public mutating func write(ipv4 number: UInt32) { IPAddress.write(ipv4: number, to: &end, decimals) }

  /// The lower-case word.
  @inlinable
  @inline(__always)
  public mutating func write(_ transport: TransportProtocol) {
    switch transport {
    case .tcp: write("tcp")
    case .udp: write("udp")
    case .sctp: write("sctp")
    }
  }

  /// Up to five digits.
  @inlinable
  @inline(__always)
  public mutating func write(_ number: UInt16) {
    let number = Int(number)
    if number < 1000 {
      decimals.write(number, to: &end)
    } else {
      decimals.write(number / 1000, to: &end)
      decimals.write(padded: number % 1000, to: &end)
    }
  }

  /// Up to ten digits.
  @inlinable
  @inline(__always)
  public mutating func write(_ number: UInt32) {
    if number <= UInt16.max { write(UInt16(truncatingIfNeeded: number)) } else { write(UInt64(number)) }
  }

  /// Up to twenty digits.
  @usableFromInline
  mutating func write(_ number: UInt64) {
    var digits = 1
    var rest = number
    while rest >= 10 {
      rest /= 10
      digits += 1
    }
    rest = number
    var place = digits
    repeat {
      place -= 1
      end[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    } while place > 0
    end += digits
  }

  /// Always three digits.
  ///
  /// - Parameter number: below 1,000.
  @inlinable
  @inline(__always)
  public mutating func write(threeDigitsOf number: UInt64) {
    decimals.write(padded: Int(truncatingIfNeeded: number), to: &end)
  }

  /// `0x00004000` (MASQ-4)
  public mutating func write(hexadecimal number: UInt32) {
    write("0x")
    for shift in stride(from: UInt32(28), through: 0, by: -4) {
      let digit = UInt8(number >> shift & 15)
      write(byte: digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
  }

  /// `0` to `ffff`
  @inlinable
  @inline(__always)
  public mutating func write(hexadecimalDigitsOf number: UInt16) { IPAddress.write(group: UInt32(number), to: &end) }

  @inlinable
  @inline(__always)
  public mutating func write(_ prefix: IPPrefix) {
    write(prefix.address)
    write(byte: UInt8(ascii: "/"))
    write(UInt16(truncatingIfNeeded: prefix.length))
  }

  /// Bytes from another place in the same text to this one.
  @inlinable
  @inline(__always)
  public func distance(from earlier: TextCursor) -> Int { end - earlier.end }

  /// Writes again what stands so many bytes back.
  ///
  /// - Parameter count: no more than `distance`.
  @inlinable
  @inline(__always)
  public mutating func write(again count: Int, from distance: Int) {
    // What is a little longer than 32 bytes is two stores so.
    var index = 0
    while index < count {
      let bytes = UnsafeRawPointer(end - distance + index).loadUnaligned(as: SIMD32<UInt8>.self)
      UnsafeMutableRawPointer(end + index).storeBytes(of: bytes, as: SIMD32<UInt8>.self)
      index += 32
    }
    end += count
  }
}

extension String {
  /// Its UTF-8, where it is in memory: all strings of Linux and all that programs in Swift make elsewhere.
  @inlinable
  @inline(__always)
  public func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    guard let result = utf8.withContiguousStorageIfAvailable(body) else {
      preconditionFailure("a string that is not in memory as UTF-8")
    }
    return result
  }
}
