#if Netlink && os(Linux)
  import NetworkAddresses

  /// One commit to nf_tables, as the kernel told of it.
  public struct RuleSetChange: Hashable, Sendable {
    /// The tables of IPv4 and IPv6 in which something was added or deleted.
    public var tables: Set<TableIdentity> = []
    /// The generation that it began.
    public var generation: UInt32
    /// The port of the socket that sent it: tells changes of one's own, see ``/Netlink/NetlinkSocket/port``.
    public var port: UInt32
    /// The thread that committed it, and its name of at most 15 bytes: `nft`.
    public var process: Process?

    public struct Process: Hashable, Sendable, CustomStringConvertible {
      public var id: UInt32
      public var name: String

      public init(id: UInt32, name: String) {
        self.id = id
        self.name = name
      }

      /// `nft (process 4711)`
      public var description: String { "\(name) (process \(id))" }
    }
  }
#endif
