#if Netlink && os(Linux)
  import CNetlinkShim

  /// One netlink message, read in place: it owns nothing and must not outlive the memory it was found in.
  package struct Message {
    package var type: UInt16
    package var flags: UInt16
    package var sequence: UInt32
    /// The port of the socket it answers, or whose request it tells of; 0: the kernel's own.
    package var port: UInt32
    /// What follows the header of netlink.
    package var payload: UnsafeRawBufferPointer

    /// The address family that a message of netfilter is for.
    package var family: UInt8 { payload.isEmpty ? 0 : payload[0] }

    /// The attributes of a message of netfilter.
    package var attributes: Attributes {
      get throws(MalformedMessage) {
        guard payload.count >= 4 else { throw MalformedMessage() }
        return Attributes(UnsafeRawBufferPointer(rebasing: payload[4...]))
      }
    }
  }

  /// The messages in what was received, one after the other.
  package struct Messages {
    private var rest: UnsafeRawBufferPointer

    package init(_ bytes: UnsafeRawBufferPointer) { rest = bytes }

    /// The next message; nil: there is none.
    package mutating func next() throws(MalformedMessage) -> Message? {
      guard !rest.isEmpty else { return nil }
      guard rest.count >= 16 else { throw MalformedMessage() }
      let length = Int(rest.loadUnaligned(as: UInt32.self))
      guard length >= 16, length <= rest.count else { throw MalformedMessage() }
      let message = Message(
        type: rest.loadUnaligned(fromByteOffset: 4, as: UInt16.self),
        flags: rest.loadUnaligned(fromByteOffset: 6, as: UInt16.self),
        sequence: rest.loadUnaligned(fromByteOffset: 8, as: UInt32.self),
        port: rest.loadUnaligned(fromByteOffset: 12, as: UInt32.self),
        payload: UnsafeRawBufferPointer(rebasing: rest[16..<length]))
      rest = UnsafeRawBufferPointer(rebasing: rest[min((length + 3) & ~3, rest.count)...])
      return message
    }
  }

  /// Numbers of messages.
  package enum MessageType {
    package static let error: UInt16 = 2
    package static let done: UInt16 = 3
    package static let batchBegin: UInt16 = 0x10
    package static let batchEnd: UInt16 = 0x11
  }

  /// Flags of messages.
  package enum MessageFlags {
    package static let request = UInt16(NLM_F_REQUEST)
    package static let create = UInt16(NLM_F_REQUEST | NLM_F_CREATE)
    /// Fails if the object is there already.
    package static let createNew = UInt16(NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL)
    /// A rule goes behind the others, or behind the one whose handle is given.
    package static let append = UInt16(NLM_F_REQUEST | NLM_F_CREATE | NLM_F_APPEND)
    package static let dump = UInt16(NLM_F_REQUEST) | UInt16(NLM_F_DUMP)
    package static let dumpInterrupted = UInt16(NLM_F_DUMP_INTR)
  }
#endif
