#if Netlink && os(Linux)
  import CNetlinkShim
  import CNftnl
  import NFTables

  /// A set as the kernel lists it, without its elements.
  struct ListedSet {
    var set: NamedSet
    var isAnonymous: Bool
  }

  extension ListedSet {
    /// Nil: the set is of a kind, or of types, that ``NamedSet`` does not have.
    init?(_ attributes: Attributes) throws(MalformedMessage) {
      var attributes = attributes
      var set = NamedSet("", key: [])
      var flags: UInt32 = 0
      var dataType: UInt32?
      var keyBytes = 0
      while let attribute = try attributes.next() {
        switch UInt32(attribute.type) {
        case NFTA_SET_NAME.rawValue: set.name = attribute.string()
        case NFTA_SET_FLAGS.rawValue: flags = try attribute.uint32()
        case NFTA_SET_KEY_TYPE.rawValue:
          guard let fields = FieldType.fields(number: try attribute.uint32()) else { return nil }
          set.key = fields
        case NFTA_SET_KEY_LEN.rawValue: keyBytes = Int(try attribute.uint32())
        case NFTA_SET_DATA_TYPE.rawValue: dataType = try attribute.uint32()
        case NFTA_SET_TIMEOUT.rawValue:
          let milliseconds = try attribute.uint64()
          guard milliseconds % 1000 == 0, let seconds = UInt32(exactly: milliseconds / 1000) else { return nil }
          set.timeout = seconds == 0 ? nil : seconds
        case NFTA_SET_DESC.rawValue:
          set.size = try attribute.nested.first(Int(NFTA_SET_DESC_SIZE.rawValue))?.uint32()
        case NFTA_SET_USERDATA.rawValue:
          set.comment = try UserData.text(UInt8(NFTNL_UDATA_SET_COMMENT.rawValue), in: attribute.payload)
        case NFTA_SET_EXPR.rawValue:
          guard try attribute.nested.first(Int(NFTA_EXPR_NAME.rawValue))?.string() == "counter" else { return nil }
          set.countsPackets = true
        // Several expressions, or an object, for every element.
        case NFTA_SET_EXPRESSIONS.rawValue, NFTA_SET_OBJ_TYPE.rawValue: return nil
        default: break
        }
      }
      let known =
        NFT_SET_ANONYMOUS.rawValue | NFT_SET_CONSTANT.rawValue | NFT_SET_INTERVAL.rawValue | NFT_SET_CONCAT.rawValue
        | NFT_SET_MAP.rawValue | NFT_SET_TIMEOUT.rawValue | NFT_SET_EVAL.rawValue
      guard flags & ~known == 0, keyBytes == FieldType.registerBytes(set.key), keyBytes <= RegisterBytes.capacity else {
        return nil
      }
      isAnonymous = flags & NFT_SET_ANONYMOUS.rawValue != 0
      guard isAnonymous || flags & NFT_SET_CONSTANT.rawValue == 0 else { return nil }
      if flags & NFT_SET_INTERVAL.rawValue != 0 { set.flags.insert(.interval) }
      if flags & NFT_SET_TIMEOUT.rawValue != 0 { set.flags.insert(.timeout) }
      if flags & NFT_SET_EVAL.rawValue != 0 { set.flags.insert(.dynamic) }
      if flags & NFT_SET_MAP.rawValue != 0 {
        switch dataType {
        case FieldType.verdictNumber?: set.data = .verdict
        case let number?:
          guard let fields = FieldType.fields(number: number),
            FieldType.registerBytes(fields) <= RegisterBytes.capacity
          else { return nil }
          set.data = .fields(fields)
        case nil: return nil
        }
      }
      if isAnonymous { set.size = nil }
      self.set = set
    }
  }
#endif
