#if Netlink && os(Linux)
  import CNetlinkShim
  import NFTables

  /// How nft writes down, for itself, the expressions after `typeof`. See `expr_build_udata` and its likes in
  /// nftables/src/expression.c, payload.c, meta.c and numgen.c.
  extension UserData {
    private enum Kind {
      static let payload: UInt32 = 7
      static let meta: UInt32 = 9
      static let concatenation: UInt32 = 13
      static let randomNumber: UInt32 = 23
    }

    /// Headers and fields within them, as nft numbers them.
    private enum Header {
      static let transport: (header: UInt32, destinationPort: UInt32) = (11, 2)
      static let ipv4: (header: UInt32, destinationAddress: UInt32) = (12, 12)
      static let ipv6: (header: UInt32, destinationAddress: UInt32) = (13, 9)
    }

    /// What comes after `typeof` for a key or for data.
    static func typeof(_ fields: [FieldType]) -> UserData {
      if fields.count == 1 { return typeof(fields[0]) }
      var parts = UserData()
      for (index, field) in fields.enumerated() { parts.append(index, typeof(field)) }
      return expression(Kind.concatenation, parts)
    }

    private static func expression(_ kind: UInt32, _ content: UserData) -> UserData {
      var expression = UserData()
      expression.append(0, kind)
      expression.append(1, content)
      return expression
    }

    private static func numbers(_ numbers: UInt32...) -> UserData {
      var data = UserData()
      for (index, number) in numbers.enumerated() { data.append(index, number) }
      return data
    }

    private static func typeof(_ field: FieldType) -> UserData {
      switch field {
      case .ipv4Address: expression(Kind.payload, numbers(Header.ipv4.header, Header.ipv4.destinationAddress))
      case .ipv6Address: expression(Kind.payload, numbers(Header.ipv6.header, Header.ipv6.destinationAddress))
      case .port: expression(Kind.payload, numbers(Header.transport.header, Header.transport.destinationPort))
      case .transportProtocol: expression(Kind.meta, numbers(NFT_META_L4PROTO.rawValue))
      case .priority: expression(Kind.meta, numbers(NFT_META_PRIORITY.rawValue))
      // Random, no offset, mod 65536: how the text of a typeof has it.
      case .randomNumber: expression(Kind.randomNumber, numbers(NFT_NG_RANDOM.rawValue, 0, 65536))
      }
    }
  }
#endif
