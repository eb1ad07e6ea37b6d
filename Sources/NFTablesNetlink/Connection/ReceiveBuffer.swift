#if Netlink && os(Linux)
  /// Room for one datagram of the kernel. It owns its memory, which is overwritten with every datagram.
  struct ReceiveBuffer: ~Copyable {
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 16)

    deinit { room.deallocate() }

    /// What was received, and no more than there is room for: a datagram that was cut ends in a malformed message.
    func bytes(_ count: Int) -> UnsafeRawBufferPointer {
      UnsafeRawBufferPointer(rebasing: room[..<min(count, room.count)])
    }
  }
#endif
