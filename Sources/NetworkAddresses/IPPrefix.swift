/// A CIDR: an address with its host bits cleared, and a prefix length.
public struct IPPrefix: Hashable, Sendable, Comparable {
  /// The first address of the range.
  public let address: IPAddress
  private let bits: UInt8

  /// Bits that count: 0...32 or 0...128.
  public var length: Int { Int(bits) }

  /// Clears the host bits of `address`. `length` must not exceed the bits of the family.
  public init(_ address: IPAddress, length: Int) {
    precondition(length >= 0 && length <= address.family.addressBits)
    bits = UInt8(length)
    if address.family == .ipv4 {
      let mask = length == 0 ? 0 : UInt32.max << UInt32(32 - length)
      self.address = IPAddress(ipv4: UInt32(truncatingIfNeeded: address.low) & mask)
    } else {
      let high = length == 0 ? 0 : UInt64.max << UInt64(max(0, 64 - length))
      let low = length <= 64 ? 0 : UInt64.max << UInt64(128 - length)
      self.address = IPAddress(ipv6High: address.high & high, low: address.low & low)
    }
  }

  /// The one address as a range.
  public init(host address: IPAddress) {
    self.address = address
    bits = UInt8(address.family.addressBits)
  }

  /// `address/length`, read as leniently as an address (FRONT-9). Nil if `text` is none.
  public init?(_ text: some StringProtocol) {
    guard let slash = text.firstIndex(of: "/"), let address = IPAddress(text[..<slash]) else { return nil }
    let digits = text[text.index(after: slash)...]
    guard !digits.isEmpty, digits.utf8.count <= 3, digits.utf8.allSatisfy({ (48...57).contains($0) }),
      let length = Int(digits)
    else { return nil }
    // The length of an IPv4-mapped prefix counts the 96 bits in front of the IPv4 address.
    let mapped = address.family == .ipv4 && text[..<slash].utf8.contains(UInt8(ascii: ":"))
    let bits = mapped ? length - 96 : length
    guard bits >= 0, bits <= address.family.addressBits else { return nil }
    self.init(address, length: bits)
  }

  public var family: IPFamily { address.family }

  /// Whether every address of the family is inside.
  public var isZeroLength: Bool { length == 0 }

  /// The last address of the range.
  public var lastAddress: IPAddress {
    if family == .ipv4 {
      let host = length == 0 ? UInt32.max : length == 32 ? 0 : UInt32.max >> UInt32(length)
      return IPAddress(ipv4: UInt32(truncatingIfNeeded: address.low) | host)
    }
    let high = length >= 64 ? 0 : UInt64.max >> UInt64(length)
    let low = length >= 128 ? 0 : length <= 64 ? UInt64.max : UInt64.max >> UInt64(length - 64)
    return IPAddress(ipv6High: address.high | high, low: address.low | low)
  }

  public func contains(_ other: IPAddress) -> Bool {
    other.family == family && IPPrefix(other, length: length).address == address
  }

  public func contains(_ other: IPPrefix) -> Bool {
    other.length >= length && contains(other.address)
  }

  /// Whether the two ranges share an address.
  public func overlaps(_ other: IPPrefix) -> Bool {
    contains(other) || other.contains(self)
  }

  /// By first address, the wider range first.
  public static func < (a: IPPrefix, b: IPPrefix) -> Bool {
    a.address != b.address ? a.address < b.address : a.length < b.length
  }
}

extension IPPrefix: CustomStringConvertible {
  public var description: String { "\(address)/\(length)" }
}
