#if Netlink && os(Linux)
  /// A message that says something else than what it is said to be: cut off, or of lengths that do not fit.
  public struct MalformedMessage: Error {
    @inlinable public init() {}
  }

  /// One attribute of a netlink message, read in place.
  ///
  /// It owns nothing. The memory belongs to the receive buffer and is valid while the message is being read; no attribute
  /// may outlive that. Every read looks at the length first.
  ///
  /// Public, as what follows, because functions of package access are not inlined into other modules.
  public struct Attribute {
    /// Without its flags.
    public var type: Int
    /// What it holds, without padding.
    public var payload: UnsafeRawBufferPointer

    @inlinable public init(type: Int, payload: UnsafeRawBufferPointer) {
      self.type = type
      self.payload = payload
    }

    /// The attributes within.
    @inlinable public var nested: Attributes { Attributes(payload) }

    /// - Throws: ``MalformedMessage`` if it is shorter, as all numbers do.
    @inlinable public func uint8() throws(MalformedMessage) -> UInt8 {
      guard payload.count >= 1 else { throw MalformedMessage() }
      return payload[0]
    }

    /// A number in network byte order.
    @inlinable public func uint16() throws(MalformedMessage) -> UInt16 {
      guard payload.count >= 2 else { throw MalformedMessage() }
      return UInt16(bigEndian: payload.loadUnaligned(as: UInt16.self))
    }

    /// A number in the byte order of this machine.
    @inlinable public func hostUInt32() throws(MalformedMessage) -> UInt32 {
      guard payload.count >= 4 else { throw MalformedMessage() }
      return payload.loadUnaligned(as: UInt32.self)
    }

    /// A number in network byte order.
    @inlinable public func uint32() throws(MalformedMessage) -> UInt32 {
      guard payload.count >= 4 else { throw MalformedMessage() }
      return UInt32(bigEndian: payload.loadUnaligned(as: UInt32.self))
    }

    /// A number in network byte order.
    @inlinable public func uint64() throws(MalformedMessage) -> UInt64 {
      guard payload.count >= 8 else { throw MalformedMessage() }
      return UInt64(bigEndian: payload.loadUnaligned(as: UInt64.self))
    }

    /// Text up to its zero byte or the end of the attribute.
    @inlinable public func string() -> String {
      var end = 0
      while end < payload.count, payload[end] != 0 { end += 1 }
      return String(decoding: UnsafeRawBufferPointer(rebasing: payload[..<end]), as: UTF8.self)
    }

    /// A copy of what it holds.
    public var bytes: [UInt8] { Array(payload) }
  }

  /// The attributes of a message or of an attribute, one after the other.
  public struct Attributes {
    @usableFromInline var rest: UnsafeRawBufferPointer

    @inlinable public init(_ bytes: UnsafeRawBufferPointer) { rest = bytes }

    /// The next attribute; nil: there is none.
    @inlinable public mutating func next() throws(MalformedMessage) -> Attribute? {
      // What padding leaves at the end is no attribute.
      guard rest.count >= 4 else { return nil }
      let length = Int(rest.loadUnaligned(as: UInt16.self))
      let type = Int(rest.loadUnaligned(fromByteOffset: 2, as: UInt16.self) & 0x3fff)
      guard length >= 4, length <= rest.count else { throw MalformedMessage() }
      let attribute = Attribute(type: type, payload: UnsafeRawBufferPointer(rebasing: rest[4..<length]))
      rest = UnsafeRawBufferPointer(rebasing: rest[min((length + 3) & ~3, rest.count)...])
      return attribute
    }

    /// The first attribute of a type; nil: there is none.
    @inlinable public func first(_ type: Int) throws(MalformedMessage) -> Attribute? {
      var attributes = self
      while let attribute = try attributes.next() {
        if attribute.type == type { return attribute }
      }
      return nil
    }
  }
#endif
