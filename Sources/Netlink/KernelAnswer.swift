#if Netlink && os(Linux)
  import CNetlinkShim

  /// What the kernel says about one message: a `nlmsgerr` and the extended acknowledgement behind it.
  package struct KernelAnswer {
    /// Errno; 0: it succeeded.
    package var code: Int32
    package var explanation: String?
    /// Where in the message the attribute is that it does not like.
    package var offset: Int?

    package init(_ message: Message) throws(MalformedMessage) {
      guard message.payload.count >= 20 else { throw MalformedMessage() }
      code = -message.payload.loadUnaligned(as: Int32.self)
      guard message.flags & UInt16(NLM_F_ACK_TLVS) != 0 else { return }
      // The header of the message it is about, and without NETLINK_CAP_ACK the whole of it.
      var start = 20
      if message.flags & UInt16(NLM_F_CAPPED) == 0 {
        let length = Int(message.payload.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
        start = 4 + ((max(length, 16) + 3) & ~3)
      }
      guard start <= message.payload.count else { throw MalformedMessage() }
      var attributes = Attributes(UnsafeRawBufferPointer(rebasing: message.payload[start...]))
      while let attribute = try attributes.next() {
        switch UInt32(attribute.type) {
        case NLMSGERR_ATTR_MSG.rawValue: explanation = attribute.string()
        case NLMSGERR_ATTR_OFFS.rawValue:
          // The only number of netlink that is in host byte order.
          guard attribute.payload.count >= 4 else { throw MalformedMessage() }
          offset = Int(attribute.payload.loadUnaligned(as: UInt32.self))
        default: break
        }
      }
    }
  }
#endif
