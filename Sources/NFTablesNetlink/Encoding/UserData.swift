#if Netlink && os(Linux)
  import NFTables

  /// What nft keeps with an object for itself and the kernel does not look at: entries of type, length and value, each length
  /// a byte. Numbers in it are in host byte order. See nftables/src/netlink.c and libnftnl/src/udata.c.
  struct UserData {
    private(set) var bytes: [UInt8] = []

    /// Text, with the zero byte that ends it; at most 254 bytes.
    mutating func append(_ type: Int, text: String) {
      let utf8 = text.utf8.prefix(254)
      bytes.append(UInt8(type))
      bytes.append(UInt8(utf8.count + 1))
      bytes.append(contentsOf: utf8)
      bytes.append(0)
    }

    mutating func append(_ type: Int, _ number: UInt32) {
      bytes.append(UInt8(type))
      bytes.append(4)
      withUnsafeBytes(of: number) { bytes.append(contentsOf: $0) }
    }

    /// Entries in an entry; at most 255 bytes.
    mutating func append(_ type: Int, _ nested: UserData) {
      bytes.append(UInt8(type))
      bytes.append(UInt8(nested.bytes.count))
      bytes.append(contentsOf: nested.bytes)
    }

    /// Nothing but a comment, the entry 0 of tables, chains, rules and elements.
    static func comment(_ text: String) -> [UInt8] {
      var data = UserData()
      data.append(0, text: text)
      return data.bytes
    }

    /// The value of an entry; nil: there is none of the type.
    static func value(_ type: UInt8, in bytes: UnsafeRawBufferPointer) throws(MalformedMessage)
      -> UnsafeRawBufferPointer?
    {
      var position = 0
      while position < bytes.count {
        guard position + 2 <= bytes.count else { throw MalformedMessage() }
        let end = position + 2 + Int(bytes[position + 1])
        guard end <= bytes.count else { throw MalformedMessage() }
        if bytes[position] == type { return UnsafeRawBufferPointer(rebasing: bytes[(position + 2)..<end]) }
        position = end
      }
      return nil
    }

    /// The text of an entry; nil: there is none of the type.
    static func text(_ type: UInt8, in bytes: UnsafeRawBufferPointer) throws(MalformedMessage) -> String? {
      guard let value = try value(type, in: bytes) else { return nil }
      return Attribute(type: 0, payload: value).string()
    }
  }
#endif
