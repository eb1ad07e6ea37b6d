#if Netlink && os(Linux)
  import CNetlinkShim
  import Glibc

  /// Netlink messages, one after the other, in one piece of memory that grows.
  ///
  /// It is the only owner of its memory and frees it when it ends. A pointer into it is given to closures only, is valid
  /// until they return, and must not be kept: writing may move the memory. All writing stays within the capacity, because
  /// every method that writes makes room first; those named `unchecked` rely on ``makeRoom(_:)`` of their caller.
  public struct MessageBuffer: ~Copyable, Sendable {
    // Unsafe by type alone: nobody but this value, which cannot be copied, has the pointer.
    @usableFromInline nonisolated(unsafe) var base: UnsafeMutableRawPointer
    @usableFromInline var capacity: Int
    /// Up to here bytes are written or zero: libnftnl leaves the padding of text as it is.
    @usableFromInline var cleared = 0
    @usableFromInline var end = 0

    /// Bytes written.
    @inlinable
    public var count: Int { end }

    package init(capacity: Int = 1 << 16) {
      self.capacity = max(capacity, 64)
      base = MessageBuffer.allocated(malloc(self.capacity))
      MessageBuffer.preferLargePages(base, self.capacity)
    }

    deinit { free(base) }

    @usableFromInline static func allocated(_ memory: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer {
      guard let memory else { fatalError("out of memory") }
      return memory
    }

    /// Makes sure that as many bytes can be written.
    @inlinable
    public mutating func makeRoom(_ bytes: Int) {
      if cleared - count < bytes { clear(bytes) }
    }

    /// A step at a time: memory that is never written to costs nothing.
    @usableFromInline mutating func clear(_ bytes: Int) {
      if capacity - count < bytes {
        capacity = max(capacity * 2, count + bytes)
        base = MessageBuffer.allocated(realloc(base, capacity))
      }
      let end = min(capacity, max(count + bytes, cleared + MessageBuffer.step))
      memset(base + cleared, 0, end - cleared)
      cleared = end
    }

    private static let step = 1 << 16

    /// Fewer and larger pages where the kernel has them: handing out a small page takes it as long as we need to fill it. It is
    /// a wish, and no matter if it cannot be had.
    private static func preferLargePages(_ memory: UnsafeMutableRawPointer, _ bytes: Int) {
      let page = 4096
      guard bytes >= 1 << 22 else { return }
      let start = memory.alignedUp(toMultipleOf: page)
      madvise(start, (memory + bytes - start) & ~(page - 1), MADV_HUGEPAGE)
    }

    /// The messages, for as long as the closure runs.
    package borrowing func withBytes<Value, Failure: Error>(
      _ body: (UnsafeRawBufferPointer) throws(Failure) -> Value
    ) throws(Failure) -> Value {
      try body(UnsafeRawBufferPointer(start: base, count: count))
    }

    // MARK: Messages

    /// Bytes of the headers of netlink and nfnetlink.
    package static let headerBytes = 20

    /// Begins a message; its length is set by ``endMessage(_:)``.
    ///
    /// - Returns: where it begins.
    package mutating func beginMessage(
      type: UInt16, flags: UInt16, family: UInt8, resource: UInt16 = 0, sequence: UInt32
    ) -> Int {
      makeRoom(MessageBuffer.headerBytes)
      let start = count
      base.storeBytes(of: 0, toByteOffset: start, as: UInt32.self)
      base.storeBytes(of: type, toByteOffset: start + 4, as: UInt16.self)
      base.storeBytes(of: flags, toByteOffset: start + 6, as: UInt16.self)
      base.storeBytes(of: sequence, toByteOffset: start + 8, as: UInt32.self)
      base.storeBytes(of: 0, toByteOffset: start + 12, as: UInt32.self)
      base.storeBytes(of: family, toByteOffset: start + 16, as: UInt8.self)
      base.storeBytes(of: UInt8(NFNETLINK_V0), toByteOffset: start + 17, as: UInt8.self)
      base.storeBytes(of: resource.bigEndian, toByteOffset: start + 18, as: UInt16.self)
      end = start + MessageBuffer.headerBytes
      return start
    }

    package mutating func endMessage(_ start: Int) {
      base.storeBytes(of: UInt32(count - start), toByteOffset: start, as: UInt32.self)
    }

    /// Room for a message that libnftnl writes, which does not look how much there is. Its longest messages are rules; 128
    /// expressions, the most the kernel takes, of at most 400 bytes each, and names of 256 bytes.
    private static let roomForLibrary = 1 << 16

    /// Appends a message whose attributes libnftnl writes.
    ///
    /// - Parameter write: must write one object, no longer than `roomForLibrary`, behind the header it is given.
    package mutating func appendMessage(
      type: UInt16, flags: UInt16, family: UInt8, sequence: UInt32, _ write: (UnsafeMutablePointer<nlmsghdr>) -> Void
    ) {
      makeRoom(MessageBuffer.roomForLibrary)
      let start = beginMessage(type: type, flags: flags, family: family, sequence: sequence)
      endMessage(start)
      let header = (base + start).bindMemory(to: nlmsghdr.self, capacity: 1)
      write(header)
      end = start + Int(header.pointee.nlmsg_len)
      precondition(count - start <= MessageBuffer.roomForLibrary, "libnftnl wrote more than there is room for")
    }

    // MARK: Attributes

    /// Appends an attribute of text, with the zero byte that ends it.
    package mutating func put(_ type: Int, _ text: String) {
      var text = text
      text.withUTF8 { utf8 in
        makeRoom(4 + utf8.count + 4)
        uncheckedPut(type, utf8)
      }
    }

    package mutating func put(_ type: Int, _ value: UInt32) {
      makeRoom(8)
      uncheckedPut(type, value)
    }

    /// Appends an attribute of one byte.
    package mutating func putByte(_ type: Int, _ value: UInt8) {
      withUnsafeBytes(of: value) { putBytes(type, $0) }
    }

    /// Appends an attribute of a number of two bytes in network byte order.
    package mutating func putShort(_ type: Int, _ value: UInt16) {
      withUnsafeBytes(of: value.bigEndian) { putBytes(type, $0) }
    }

    /// Appends an attribute of a number of four bytes in the byte order of this machine.
    package mutating func putHost(_ type: Int, _ value: UInt32) {
      withUnsafeBytes(of: value) { putBytes(type, $0) }
    }

    /// Appends an attribute of bytes as they are, fewer than 64 KiB.
    package mutating func putBytes(_ type: Int, _ bytes: UnsafeRawBufferPointer) {
      makeRoom(4 + bytes.count + 4)
      uncheckedPut(type, bytes: bytes)
    }

    /// Begins an attribute of attributes; its length is set by ``endNest(_:)``.
    ///
    /// - Returns: where it begins.
    package mutating func beginNest(_ type: Int) -> Int {
      makeRoom(4)
      return uncheckedBeginNest(type)
    }

    /// Ends a nest. It must be shorter than 64 KiB, the most the length of an attribute can say.
    @inlinable @inline(__always)
    public mutating func endNest(_ start: Int) {
      base.storeBytes(of: UInt16(count - start), toByteOffset: start, as: UInt16.self)
    }

    @inlinable @inline(__always)
    public mutating func uncheckedBeginNest(_ type: Int) -> Int {
      let start = count
      uncheckedHeader(type | Int(NLA_F_NESTED), payload: 0)
      return start
    }

    @inlinable @inline(__always)
    mutating func uncheckedHeader(_ type: Int, payload: Int) {
      let word = UInt32(UInt16(truncatingIfNeeded: 4 + payload)) | UInt32(UInt16(truncatingIfNeeded: type)) << 16
      base.storeBytes(of: word.littleEndian, toByteOffset: count, as: UInt32.self)
      end += 4
    }

    /// Appends an attribute of a number in network byte order; the caller has made room for 8 bytes.
    @inlinable @inline(__always)
    public mutating func uncheckedPut(_ type: Int, _ value: UInt32) {
      uncheckedHeader(type, payload: 4)
      uncheckedWord(value.bigEndian)
    }

    /// Begins an attribute of register bytes, which the caller appends; the caller has made room for it all.
    @inlinable @inline(__always)
    public mutating func uncheckedBeginValue(_ type: Int, bytes: Int) {
      uncheckedHeader(type, payload: bytes)
    }

    @inlinable @inline(__always)
    public mutating func uncheckedWord(_ word: UInt32) {
      base.storeBytes(of: word, toByteOffset: count, as: UInt32.self)
      end += 4
    }

    /// Appends text and the zero byte that ends it; the caller has made room for 8 bytes more than the text has.
    @inlinable @inline(__always)
    public mutating func uncheckedPut(_ type: Int, _ utf8: UnsafeBufferPointer<UInt8>) {
      uncheckedHeader(type, payload: utf8.count + 1)
      uncheckedTerminated(utf8, paddingFrom: 0)
    }

    /// Appends an attribute of user data with one entry of text; the caller has made room for 12 bytes more than the text
    /// has, which must be at most 254.
    @inlinable @inline(__always)
    public mutating func uncheckedPutUserData(_ type: Int, entry: UInt8, _ utf8: UnsafeBufferPointer<UInt8>) {
      uncheckedHeader(type, payload: utf8.count + 3)
      base.storeBytes(of: entry, toByteOffset: count, as: UInt8.self)
      base.storeBytes(of: UInt8(truncatingIfNeeded: utf8.count + 1), toByteOffset: count + 1, as: UInt8.self)
      end += 2
      uncheckedTerminated(utf8, paddingFrom: 2)
    }

    /// Appends bytes that are user data already; the caller has made room for 8 bytes more.
    package mutating func uncheckedPut(_ type: Int, bytes: UnsafeRawBufferPointer) {
      uncheckedHeader(type, payload: bytes.count)
      base.advanced(by: count).copyMemory(from: bytes.baseAddress ?? UnsafeRawPointer(base), byteCount: bytes.count)
      pad(bytes.count)
    }

    @inlinable @inline(__always)
    mutating func uncheckedTerminated(_ utf8: UnsafeBufferPointer<UInt8>, paddingFrom before: Int) {
      if let start = utf8.baseAddress { base.advanced(by: count).copyMemory(from: start, byteCount: utf8.count) }
      base.storeBytes(of: 0, toByteOffset: count + utf8.count, as: UInt8.self)
      let written = utf8.count + 1
      let padding = -(before + written) & 3
      for offset in 0..<padding { base.storeBytes(of: 0, toByteOffset: count + written + offset, as: UInt8.self) }
      end += written + padding
    }

    private mutating func pad(_ written: Int) {
      let padding = -written & 3
      for offset in 0..<padding { base.storeBytes(of: 0, toByteOffset: count + written + offset, as: UInt8.self) }
      end += written + padding
    }
  }
#endif
