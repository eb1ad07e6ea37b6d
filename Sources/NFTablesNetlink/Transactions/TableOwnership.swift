#if Netlink && os(Linux)
  import CNetlinkShim

  /// Who may change a table. Kernel 5.12, nft 1.0.0 or newer.
  public enum TableOwnership: Hashable, Sendable {
    /// Nobody but the owner of the connection, with whose end the table goes.
    case exclusive
    /// Likewise, but the table stays and may be taken over again; kernel 6.9. See ``TableFlags/persist``.
    case exclusiveAndPersistent

    /// The flags of a table that is made so.
    var flags: TableFlags {
      switch self {
      case .exclusive: .owner
      case .exclusiveAndPersistent: [.owner, .persist]
      }
    }
  }

  /// What the kernel keeps of a table beside what it holds.
  public struct TableFlags: OptionSet, Hashable, Sendable {
    public var rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Its chains are not in use.
    public static let dormant = TableFlags(rawValue: NFT_TABLE_F_DORMANT.rawValue)
    /// One connection alone can change it. Kernel 5.12.
    public static let owner = TableFlags(rawValue: NFT_TABLE_F_OWNER.rawValue)
    /// It stays without its owner, and only then may be given another one. Neither given nor taken away later on. Kernel 6.9.
    public static let persist = TableFlags(rawValue: 4)
  }

  extension TableFlags: CustomStringConvertible {
    /// As nft writes them.
    public var description: String {
      let names: [(TableFlags, String)] = [(.dormant, "dormant"), (.owner, "owner"), (.persist, "persist")]
      return names.filter { contains($0.0) }.map(\.1).joined(separator: ",")
    }
  }
#endif
