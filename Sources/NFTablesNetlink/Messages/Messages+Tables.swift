#if Netlink && os(Linux)
  import CNetlinkShim

  extension Message {
    /// Whether it is from nf_tables and of a kind, `NFT_MSG_NEWTABLE` and the like.
    func isTables(_ kind: nf_tables_msg_types) -> Bool { type == MessageType.tables(kind) }
  }

  extension MessageType {
    /// The number of a message of nf_tables.
    static func tables(_ kind: nf_tables_msg_types) -> UInt16 {
      UInt16(NFNL_SUBSYS_NFTABLES) << 8 | UInt16(truncatingIfNeeded: kind.rawValue)
    }
  }
#endif
