#if Netlink && os(Linux)
  import CNetlinkShim
  import CNftnl
  import NFTables

  /// Sets and maps as messages, without their elements.
  extension NamedSet {
    /// What distinguishes a set that is part of a rule.
    struct Anonymous {
      /// Names it within the transaction.
      var id: UInt32
      /// How many elements the kernel will see.
      var size: UInt32
    }

    /// Whether elements are ranges of several fields, which the kernel keeps in another way than ranges of one.
    var isConcatenatedInterval: Bool { flags.contains(.interval) && key.count > 1 }

    /// The attributes of `NFT_MSG_NEWSET`.
    func libraryObject(in table: TableIdentity, anonymous: Anonymous? = nil) -> LibrarySet {
      let set = LibrarySet()
      set.set(NFTNL_SET_TABLE, table.name)
      set.set(NFTNL_SET_NAME, name)
      set.set(NFTNL_SET_FAMILY, UInt32(table.familyNumber))
      set.set(NFTNL_SET_FLAGS, kernelFlags(isAnonymous: anonymous != nil))
      set.set(NFTNL_SET_KEY_TYPE, FieldType.number(of: key))
      set.set(NFTNL_SET_KEY_LEN, UInt32(FieldType.registerBytes(key)))
      switch data {
      case .verdict:
        set.set(NFTNL_SET_DATA_TYPE, FieldType.verdictNumber)
        // Not the bytes of a verdict, which the kernel knows itself.
        set.set(NFTNL_SET_DATA_LEN, 0 as UInt32)
      case .fields(let fields):
        set.set(NFTNL_SET_DATA_TYPE, FieldType.number(of: fields))
        set.set(NFTNL_SET_DATA_LEN, UInt32(FieldType.registerBytes(fields)))
      case nil: break
      }
      if let timeout { set.set(NFTNL_SET_TIMEOUT, UInt64(timeout) * 1000) }
      if let size = anonymous?.size ?? size { set.set(NFTNL_SET_DESC_SIZE, size) }
      if isConcatenatedInterval { set.set(NFTNL_SET_DESC_CONCAT, key.map(\.length)) }
      // The kernel wants one even where no rule of the transaction uses it.
      set.set(NFTNL_SET_ID, anonymous?.id ?? 0)
      set.set(NFTNL_SET_USERDATA, userData)
      if countsPackets { set.add(LibraryExpression("counter")) }
      return set
    }

    private func kernelFlags(isAnonymous: Bool) -> UInt32 {
      var bits: UInt32 = 0
      if isAnonymous { bits |= NFT_SET_ANONYMOUS.rawValue | NFT_SET_CONSTANT.rawValue }
      if flags.contains(.interval) { bits |= NFT_SET_INTERVAL.rawValue }
      if isConcatenatedInterval { bits |= NFT_SET_CONCAT.rawValue }
      if isMap { bits |= NFT_SET_MAP.rawValue }
      if flags.contains(.timeout) { bits |= NFT_SET_TIMEOUT.rawValue }
      if flags.contains(.dynamic) { bits |= NFT_SET_EVAL.rawValue }
      return bits
    }

    /// What nft needs to list the set as ``TableText`` writes it.
    private var userData: [UInt8] {
      var data = UserData()
      data.append(Int(NFTNL_UDATA_SET_KEYBYTEORDER.rawValue), NamedSet.byteOrder(key))
      if isMap {
        var fields: [FieldType]?
        if case .fields(let found) = self.data { fields = found }
        data.append(Int(NFTNL_UDATA_SET_DATABYTEORDER.rawValue), fields.map(NamedSet.byteOrder) ?? 0)
      }
      if needsTypeof {
        data.append(Int(NFTNL_UDATA_SET_KEY_TYPEOF.rawValue), UserData.typeof(key))
        if case .fields(let fields) = self.data {
          data.append(Int(NFTNL_UDATA_SET_DATA_TYPEOF.rawValue), UserData.typeof(fields))
        }
      }
      if isMap { data.append(Int(NFTNL_UDATA_SET_DATA_INTERVAL.rawValue), 0) }
      if let comment { data.append(Int(NFTNL_UDATA_SET_COMMENT.rawValue), text: comment) }
      return data.bytes
    }

    /// The order of the bytes as nft numbers orders: a concatenation has none of its own.
    private static func byteOrder(_ fields: [FieldType]) -> UInt32 {
      let (none, host, network): (UInt32, UInt32, UInt32) = (0, 1, 2)
      if fields.count > 1 { return none }
      return [[.randomNumber], [.priority], [.transportProtocol]].contains(fields) ? host : network
    }
  }
#endif
