/// The canonical text of addresses, written to memory without building a `String`.
extension IPAddress: CustomStringConvertible {
  public var description: String { withText { String(decoding: $0, as: UTF8.self) } }

  /// The canonical text, there until `body` returns.
  @inlinable
  public func withText<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: IPAddress.textRoom) { memory in
      var count = 0
      if let start = memory.baseAddress {
        var end = start
        write(to: &end)
        count = end - start
      }
      return body(UnsafeBufferPointer(rebasing: memory[..<count]))
    }
  }

  /// Bytes that have to be there for ``write(to:)``: the longest text, and what is stored in vain behind a shorter one.
  @inlinable
  public static var textRoom: Int { 48 }

  /// Stores the canonical text.
  ///
  /// - Parameter end: where the text begins, then where it ends. What is stored behind that is of no use to anybody.
  @inlinable
  @inline(__always)
  public func write(to end: inout UnsafeMutablePointer<UInt8>, _ decimals: DecimalTable = .shared) {
    if family == .ipv4 {
      IPAddress.write(ipv4: UInt32(truncatingIfNeeded: low), to: &end, decimals)
    } else {
      writeIPv6(to: &end)
    }
  }

  /// Stores the text of an IPv4 address.
  @inlinable
  @inline(__always)
  public static func write(ipv4 number: UInt32, to end: inout UnsafeMutablePointer<UInt8>, _ decimals: DecimalTable) {
    decimals.write(dotted: Int(number >> 24), to: &end)
    decimals.write(dotted: Int(number >> 16 & 255), to: &end)
    decimals.write(dotted: Int(number >> 8 & 255), to: &end)
    decimals.write(Int(number & 255), to: &end)
  }

  @usableFromInline
  func writeIPv6(to end: inout UnsafeMutablePointer<UInt8>) {
    // RFC 5952: the longest run of two or more zero groups, the first of equals, becomes "::".
    var best = (start: -1, length: 1)
    var run = (start: -1, length: 0)
    for index in 0..<8 {
      if group(index) == 0 {
        run = run.length == 0 ? (index, 1) : (run.start, run.length + 1)
        if run.length > best.length { best = run }
      } else {
        run.length = 0
      }
    }
    let colon = UInt8(ascii: ":")
    var index = 0
    var separator = false
    while index < 8 {
      if index == best.start {
        end[0] = colon
        end[1] = colon
        end += 2
        separator = false
        index += best.length
        continue
      }
      if separator {
        end[0] = colon
        end += 1
      }
      IPAddress.write(group: UInt32(group(index)), to: &end)
      separator = true
      index += 1
    }
  }

  /// Group 0 is the leftmost.
  private func group(_ index: Int) -> UInt16 {
    let half = index < 4 ? high : low
    return UInt16(truncatingIfNeeded: half >> UInt64((3 - index % 4) * 16))
  }

  /// Up to four hexadecimal digits, stored at once.
  @inlinable
  @inline(__always)
  public static func write(group: UInt32, to end: inout UnsafeMutablePointer<UInt8>) {
    let digits = group >> 12 | (group >> 8 & 15) << 8 | (group >> 4 & 15) << 16 | (group & 15) << 24
    let skipped = UInt32(truncatingIfNeeded: (digits | 1 << 24).trailingZeroBitCount) & 24
    // A one in each byte that is more than nine: from "9" to "a" there are 39 others.
    let letters = (digits &+ 0x0606_0606) >> 4 & 0x0101_0101
    let text = (digits &+ 0x3030_3030 &+ letters &* 39) >> skipped
    UnsafeMutableRawPointer(end).storeBytes(of: text.littleEndian, as: UInt32.self)
    end += 4 - Int(skipped >> 3)
  }
}
