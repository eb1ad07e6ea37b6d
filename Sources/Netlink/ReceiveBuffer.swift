#if Netlink && os(Linux)
  /// Room for one datagram of the kernel. It owns its memory, which is overwritten with every datagram.
  package struct ReceiveBuffer: ~Copyable {
    package let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 16)

    package init() {}

    deinit { room.deallocate() }

    /// What was received, and no more than there is room for: a datagram that was cut ends in a malformed message.
    package func bytes(_ count: Int) -> UnsafeRawBufferPointer {
      UnsafeRawBufferPointer(rebasing: room[..<min(count, room.count)])
    }
  }
#endif
