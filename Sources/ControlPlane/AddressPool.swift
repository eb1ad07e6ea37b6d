import NetworkAddresses

/// Addresses of one prefix that are given out one at a time, each chosen by a hash.
///
/// Never given out: the network's own address, the first address behind it (the API server's cluster IP, or a node's
/// gateway in a Pod range) and the IPv4 broadcast address. Of an IPv6 prefix only the first 65536 addresses are used,
/// which keeps them short; the API server's bitmap allocator stopped there as well.
struct AddressPool {
  let prefix: IPPrefix
  private var offsets: NumberPool

  /// - Parameter leavesStaticBand: whether the lower part of the prefix is given out last, as the API server does to
  ///   leave it to those who choose an address themselves: a sixteenth, at least 16 and at most 256 addresses.
  init(_ prefix: IPPrefix, leavesStaticBand: Bool) {
    self.prefix = prefix
    let size = AddressPool.size(of: prefix)
    let end = prefix.family == .ipv4 ? size - 1 : size
    let band = leavesStaticBand && size > 16 ? min(max(size / 16, 16), 256) : 0
    // The band counts from the address behind the network's own, the pool from the one after.
    offsets = NumberPool(2..<max(2, end), reserveCount: band == 0 ? 0 : band - 1)
  }

  /// Addresses of the prefix, at most 65536 for IPv6.
  private static func size(of prefix: IPPrefix) -> UInt64 {
    let bits = prefix.family.addressBits - prefix.length
    return 1 << UInt64(prefix.family == .ipv4 ? bits : min(bits, 16))
  }

  /// Keeps an address from being given out; addresses outside the prefix do nothing.
  mutating func keep(_ address: IPAddress) {
    guard prefix.contains(address), address.high == prefix.address.high else { return }
    offsets.keep(address.low - prefix.address.low)
  }

  /// Nil: all addresses are taken.
  mutating func take(hash: UInt64) -> IPAddress? {
    guard let offset = offsets.take(hash: hash) else { return nil }
    let low = prefix.address.low + offset
    return prefix.family == .ipv4
      ? IPAddress(ipv4: UInt32(truncatingIfNeeded: low))
      : IPAddress(ipv6High: prefix.address.high, low: low)
  }
}
