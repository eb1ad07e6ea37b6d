/// One of the two address families. Every rule set is compiled for one of them alone (BASE-5).
public enum IPFamily: String, Hashable, Sendable, CaseIterable, Comparable, Codable {
  case ipv4 = "IPv4"
  case ipv6 = "IPv6"

  /// The other family.
  public var other: IPFamily { self == .ipv4 ? .ipv6 : .ipv4 }

  /// Bits in an address: 32 or 128.
  public var addressBits: Int { self == .ipv4 ? 32 : 128 }

  /// Bytes in an address: 4 or 16.
  public var addressBytes: Int { addressBits / 8 }

  public static func < (a: IPFamily, b: IPFamily) -> Bool { a == .ipv4 && b == .ipv6 }
}
