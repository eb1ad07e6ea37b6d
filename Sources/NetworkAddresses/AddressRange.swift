/// Addresses from `first` to `last`, both inclusive.
public struct AddressRange: Hashable, Sendable {
  public let first: IPAddress
  public let last: IPAddress

  public init(_ prefix: IPPrefix) {
    first = prefix.address
    last = prefix.lastAddress
  }

  /// Nil if the addresses are of two families or the wrong way round.
  public init?(first: IPAddress, last: IPAddress) {
    guard first.family == last.family, first <= last else { return nil }
    self.first = first
    self.last = last
  }

  /// The range as a prefix, if it is one.
  public var prefix: IPPrefix? {
    let bits = first.family.addressBits
    let length: Int
    if first.family == .ipv4 {
      length = bits - (UInt32(truncatingIfNeeded: first.low) ^ UInt32(truncatingIfNeeded: last.low)).trailingOnes
    } else if first.high == last.high {
      length = bits - (first.low ^ last.low).trailingOnes
    } else {
      length = 64 - (first.high ^ last.high).trailingOnes
    }
    let prefix = IPPrefix(first, length: length)
    return prefix.address == first && prefix.lastAddress == last ? prefix : nil
  }

  public func contains(_ address: IPAddress) -> Bool {
    address.family == first.family && first <= address && address <= last
  }

  /// The same addresses in as few ranges as possible, sorted; neighbours grow together, as the kernel's interval sets
  /// are listed.
  public static func merged(_ prefixes: some Sequence<IPPrefix>) -> [AddressRange] {
    var ranges: [AddressRange] = []
    for prefix in prefixes.sorted() {
      let next = AddressRange(prefix)
      guard let last = ranges.last, last.first.family == next.first.family,
        next.first <= last.last || next.first == last.last.successor
      else {
        ranges.append(next)
        continue
      }
      if last.last < next.last, let both = AddressRange(first: last.first, last: next.last) {
        ranges[ranges.count - 1] = both
      }
    }
    return ranges
  }
}

extension AddressRange: CustomStringConvertible {
  /// One address, a prefix, or `first-last`, as nft lists it.
  public var description: String {
    if first == last { return first.description }
    return prefix?.description ?? "\(first)-\(last)"
  }
}

extension IPAddress {
  /// The next address; nil behind the last one.
  public var successor: IPAddress? {
    if family == .ipv4 { return low == UInt64(UInt32.max) ? nil : IPAddress(ipv4: UInt32(truncatingIfNeeded: low) + 1) }
    if low < UInt64.max { return IPAddress(ipv6High: high, low: low + 1) }
    return high == UInt64.max ? nil : IPAddress(ipv6High: high + 1, low: 0)
  }
}

extension FixedWidthInteger {
  /// How many of the lowest bits are set without a gap.
  fileprivate var trailingOnes: Int { (~self).trailingZeroBitCount }
}
