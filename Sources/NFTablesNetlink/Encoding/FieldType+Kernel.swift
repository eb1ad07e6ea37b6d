#if Netlink && os(Linux)
  import NFTables

  /// Types as nft numbers them; the kernel keeps the numbers without a look at them. See nftables/include/datatype.h.
  extension FieldType {
    var number: UInt32 {
      switch self {
      case .ipv4Address: 7
      case .ipv6Address: 8
      case .transportProtocol: 12
      case .port: 13
      case .randomNumber: 4
      case .priority: 23
      }
    }

    /// Bytes without padding.
    var length: UInt8 {
      switch self {
      case .ipv4Address, .randomNumber, .priority: 4
      case .ipv6Address: 16
      case .transportProtocol: 1
      case .port: 2
      }
    }

    init?(number: UInt32) {
      guard let type = FieldType.all.first(where: { $0.number == number }) else { return nil }
      self = type
    }

    private static let all: [FieldType] = [
      .ipv4Address, .ipv6Address, .transportProtocol, .port, .randomNumber, .priority,
    ]

    /// The number of a concatenation: six bits a field.
    static func number(of fields: [FieldType]) -> UInt32 { fields.reduce(0) { $0 << 6 | $1.number } }

    /// The fields of a concatenation; nil: there is one of another type.
    static func fields(number: UInt32) -> [FieldType]? {
      var fields: [FieldType] = []
      var rest = number
      while rest != 0 {
        guard let field = FieldType(number: rest & 63) else { return nil }
        fields.append(field)
        rest >>= 6
      }
      return fields.isEmpty ? nil : fields.reversed()
    }

    /// Bytes in registers, padding included.
    static func registerBytes(_ fields: [FieldType]) -> Int { fields.reduce(0) { $0 + $1.registerBytes } }

    /// Which 32-bit words of a concatenation are in host byte order, a bit each.
    static func hostOrderWords(_ fields: [FieldType]) -> UInt32 {
      var words: UInt32 = 0
      var word: UInt32 = 0
      for field in fields {
        if field == .randomNumber || field == .priority { words |= 1 << word }
        word += UInt32(field.registerBytes / 4)
      }
      return words
    }

    /// What nft calls the type of a map of verdicts.
    static let verdictNumber: UInt32 = 0xffff_ff00
  }
#endif
