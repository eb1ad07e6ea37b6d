#if Netlink && os(Linux)
  import CNetlinkShim
  import NFTables
  import NetworkAddresses

  /// Names a table.
  public struct TableIdentity: Hashable, Sendable, CustomStringConvertible {
    public var family: IPFamily
    public var name: String

    public init(_ family: IPFamily, _ name: String) {
      self.family = family
      self.name = name
    }

    /// `ip svcnat`
    public var description: String { (family == .ipv4 ? "ip " : "ip6 ") + name }

    /// The family as the kernel numbers it.
    var familyNumber: UInt8 { family.number }
  }

  extension IPFamily {
    /// `NFPROTO_IPV4` and `NFPROTO_IPV6` of linux/netfilter.h
    var number: UInt8 { self == .ipv4 ? 2 : 10 }
  }

  extension Table {
    public var identity: TableIdentity { TableIdentity(family, name) }
  }
#endif
