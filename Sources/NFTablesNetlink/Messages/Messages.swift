#if Netlink && os(Linux)
  import CNetlinkShim

  /// One netlink message, read in place: it owns nothing and must not outlive the memory it was found in.
  struct Message {
    var type: UInt16
    var flags: UInt16
    var sequence: UInt32
    /// What follows the header of netlink.
    var payload: UnsafeRawBufferPointer

    /// Whether it is from nf_tables and of a kind, `NFT_MSG_NEWTABLE` and the like.
    func isTables(_ kind: nf_tables_msg_types) -> Bool { type == MessageType.tables(kind) }

    /// The address family an nf_tables message is for.
    var family: UInt8 { payload.isEmpty ? 0 : payload[0] }

    /// The attributes of an nf_tables message.
    var attributes: Attributes {
      get throws(MalformedMessage) {
        guard payload.count >= 4 else { throw MalformedMessage() }
        return Attributes(UnsafeRawBufferPointer(rebasing: payload[4...]))
      }
    }
  }

  /// The messages in what was received, one after the other.
  struct Messages {
    private var rest: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer) { rest = bytes }

    /// The next message; nil: there is none.
    mutating func next() throws(MalformedMessage) -> Message? {
      guard !rest.isEmpty else { return nil }
      guard rest.count >= 16 else { throw MalformedMessage() }
      let length = Int(rest.loadUnaligned(as: UInt32.self))
      guard length >= 16, length <= rest.count else { throw MalformedMessage() }
      let message = Message(
        type: rest.loadUnaligned(fromByteOffset: 4, as: UInt16.self),
        flags: rest.loadUnaligned(fromByteOffset: 6, as: UInt16.self),
        sequence: rest.loadUnaligned(fromByteOffset: 8, as: UInt32.self),
        payload: UnsafeRawBufferPointer(rebasing: rest[16..<length]))
      rest = UnsafeRawBufferPointer(rebasing: rest[min((length + 3) & ~3, rest.count)...])
      return message
    }
  }

  /// Numbers of messages.
  enum MessageType {
    static let error: UInt16 = 2
    static let done: UInt16 = 3
    static let batchBegin: UInt16 = 0x10
    static let batchEnd: UInt16 = 0x11

    /// The number of a message of nf_tables.
    static func tables(_ kind: nf_tables_msg_types) -> UInt16 {
      UInt16(NFNL_SUBSYS_NFTABLES) << 8 | UInt16(truncatingIfNeeded: kind.rawValue)
    }
  }

  /// Flags of messages.
  enum MessageFlags {
    static let request = UInt16(NLM_F_REQUEST)
    static let create = UInt16(NLM_F_REQUEST | NLM_F_CREATE)
    /// Fails if the object is there already.
    static let createNew = UInt16(NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL)
    /// A rule goes behind the others, or behind the one whose handle is given.
    static let append = UInt16(NLM_F_REQUEST | NLM_F_CREATE | NLM_F_APPEND)
    static let dump = UInt16(NLM_F_REQUEST) | UInt16(NLM_F_DUMP)
    static let dumpInterrupted = UInt16(NLM_F_DUMP_INTR)
  }
#endif
