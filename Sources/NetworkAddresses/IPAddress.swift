/// An IPv4 or IPv6 address as a number.
///
/// Parsing is lenient as FRONT-9 asks: leading zeros in an IPv4 part mean decimal, any IPv6 spelling is taken.
/// `description` is canonical: dotted decimal, or RFC 5952 (an IPv4-mapped address is written as IPv4).
public struct IPAddress: Hashable, Sendable, Comparable {
  /// The upper 64 bits of an IPv6 address; zero for IPv4.
  public let high: UInt64
  /// The lower 64 bits of an IPv6 address; an IPv4 address in its lower 32 bits.
  public let low: UInt64
  // Last, so that small things beside an address lie in the same word: there are hundreds of thousands of them.
  public let family: IPFamily

  public init(ipv4 value: UInt32) {
    family = .ipv4
    high = 0
    low = UInt64(value)
  }

  public init(ipv6High high: UInt64, low: UInt64) {
    family = .ipv6
    self.high = high
    self.low = low
  }

  /// 0.0.0.0 or ::
  public static func unspecified(_ family: IPFamily) -> IPAddress {
    family == .ipv4 ? IPAddress(ipv4: 0) : IPAddress(ipv6High: 0, low: 0)
  }

  /// Whether the address lies in 127.0.0.0/8 or is ::1.
  public var isLoopback: Bool {
    family == .ipv4 ? low >> 24 == 127 : high == 0 && low == 1
  }

  public var isUnspecified: Bool { high == 0 && low == 0 }

  /// IPv4 before IPv6, then by number.
  public static func < (a: IPAddress, b: IPAddress) -> Bool {
    if a.family != b.family { return a.family < b.family }
    if a.high != b.high { return a.high < b.high }
    return a.low < b.low
  }
}

// MARK: - Reading

extension IPAddress {
  /// Nil if `text` is not an address.
  public init?(_ text: some StringProtocol) {
    let parsed = text.utf8.withContiguousStorageIfAvailable { IPAddress(utf8: UnsafeRawBufferPointer($0)) }
    if let parsed {
      guard let parsed else { return nil }
      self = parsed
      return
    }
    var copy = String(text)
    guard let address = copy.withUTF8({ IPAddress(utf8: UnsafeRawBufferPointer($0)) }) else { return nil }
    self = address
  }

  /// Nil if the bytes are not the text of an address.
  public init?(utf8 bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= 2, bytes.count <= 45 else { return nil }
    if bytes.contains(UInt8(ascii: ":")) {
      guard let address = IPAddress.parseIPv6(bytes) else { return nil }
      self = address
    } else {
      guard let value = IPAddress.parseIPv4(bytes) else { return nil }
      self.init(ipv4: value)
    }
  }

  private static func parseIPv4(_ bytes: UnsafeRawBufferPointer) -> UInt32? {
    var value: UInt32 = 0
    var part: UInt32 = 0
    var digits = 0
    var dots = 0
    for byte in bytes {
      if byte == UInt8(ascii: ".") {
        guard digits > 0, dots < 3 else { return nil }
        value = value << 8 | part
        part = 0
        digits = 0
        dots += 1
      } else {
        let digit = byte &- UInt8(ascii: "0")
        guard digit <= 9 else { return nil }
        part = part * 10 + UInt32(digit)
        guard part <= 255 else { return nil }
        digits += 1
      }
    }
    guard dots == 3, digits > 0 else { return nil }
    return value << 8 | part
  }

  private static func parseIPv6(_ bytes: UnsafeRawBufferPointer) -> IPAddress? {
    // At most eight groups of 16 bits, one gap written "::", and an optional IPv4 tail for the last two groups.
    var groups: (high: UInt64, low: UInt64) = (0, 0)
    var count = 0
    var gap: Int?
    var index = 0
    func push(_ group: UInt64) {
      groups.high = groups.high << 16 | groups.low >> 48
      groups.low = groups.low << 16 | group
      count += 1
    }
    if bytes[0] == UInt8(ascii: ":") {
      guard bytes[1] == UInt8(ascii: ":") else { return nil }
      gap = 0
      index = 2
    }
    while index < bytes.count {
      let start = index
      var group: UInt64 = 0
      while index < bytes.count, let digit = hexDigit(bytes[index]) {
        group = group << 4 | UInt64(digit)
        index += 1
        guard index - start <= 4 else { return nil }
      }
      if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
        guard count <= 6, let tail = parseIPv4(UnsafeRawBufferPointer(rebasing: bytes[start...])) else { return nil }
        push(UInt64(tail >> 16))
        push(UInt64(tail & 0xffff))
        index = bytes.count
        break
      }
      guard index > start, count < 8 else { return nil }
      push(group)
      guard index < bytes.count else { break }
      guard bytes[index] == UInt8(ascii: ":") else { return nil }
      index += 1
      guard index < bytes.count else { return nil }
      if bytes[index] == UInt8(ascii: ":") {
        guard gap == nil else { return nil }
        gap = count
        index += 1
      }
    }
    guard let gap else {
      return count == 8 ? canonical(groups.high, groups.low) : nil
    }
    guard count < 8 else { return nil }
    // The groups behind the gap stay at the low end, those before it move up by the size of the gap.
    let tailBits = (count - gap) * 16
    let lift = (8 - count) * 16
    let all = UInt128(groups.high) << 64 | UInt128(groups.low)
    let tail = tailBits == 0 ? 0 : all & (UInt128.max >> (128 - UInt128(tailBits)))
    let head = all ^ tail
    let value = (head << UInt128(lift)) | tail
    return canonical(UInt64(truncatingIfNeeded: value >> 64), UInt64(truncatingIfNeeded: value))
  }

  /// An IPv4-mapped IPv6 address is the IPv4 address, as for the libraries Kubernetes is built on.
  private static func canonical(_ high: UInt64, _ low: UInt64) -> IPAddress {
    if high == 0, low >> 32 == 0xffff { return IPAddress(ipv4: UInt32(truncatingIfNeeded: low)) }
    return IPAddress(ipv6High: high, low: low)
  }

  private static func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
