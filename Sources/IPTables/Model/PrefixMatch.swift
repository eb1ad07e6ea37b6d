import NetworkAddresses

/// A source or destination address inside, or outside, a prefix.
public struct PrefixMatch: Hashable, Sendable {
  public var prefix: IPPrefix
  /// Holds for addresses outside.
  public var isNegated: Bool

  public init(_ prefix: IPPrefix, isNegated: Bool = false) {
    self.prefix = prefix
    self.isNegated = isNegated
  }

  /// One address.
  public init(host address: IPAddress) {
    self.init(IPPrefix(host: address))
  }

  public func matches(_ address: IPAddress) -> Bool {
    prefix.contains(address) != isNegated
  }
}
