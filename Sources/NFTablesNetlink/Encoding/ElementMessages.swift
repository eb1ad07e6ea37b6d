#if Netlink && os(Linux)
  import CNetlinkShim
  import NFTables

  /// What has to be known of a set to write its elements.
  struct ElementLayout {
    var isInterval: Bool
    var isConcatenatedInterval: Bool
    var hostOrderKeyWords: UInt32
    var hostOrderDataWords: UInt32

    init(_ set: NamedSet) {
      isConcatenatedInterval = set.isConcatenatedInterval
      isInterval = set.flags.contains(.interval) && !isConcatenatedInterval
      hostOrderKeyWords = FieldType.hostOrderWords(set.key)
      if case .fields(let fields) = set.data {
        hostOrderDataWords = FieldType.hostOrderWords(fields)
      } else {
        hostOrderDataWords = 0
      }
    }
  }

  /// Elements as messages, written without an allocation for each.
  extension MessageBuffer {
    /// A list of elements must stay below 64 KiB, and what is behind the first 64 KiB of a longer one the kernel drops without
    /// a word.
    private static let roomInList = 60_000
    private static let elementsInMessage = 500
    /// The most an element takes, without the text in it.
    private static let elementRoom = 512
    /// The longest name of a chain, and the longest user data: what the kernel takes.
    private static let longestText = 255

    /// Appends elements as messages of `NFT_MSG_NEWSETELEM` or `NFT_MSG_DELSETELEM`.
    ///
    /// - Parameters:
    ///   - setID: of an anonymous set of the same transaction.
    ///   - sequence: gives the sequence number of a message, by the index of its first element and by where it begins.
    /// - Throws: if a text is longer than the kernel takes; the index is that of the element.
    mutating func appendElements(
      _ elements: [Element], of set: NamedSet, in table: TableIdentity, deleting: Bool, setID: UInt32? = nil,
      sequence: (_ firstElement: Int, _ offset: Int) -> UInt32
    ) throws(UnencodableElement) {
      try elements.withUnsafeBufferPointer { elements throws(UnencodableElement) in
        try appendElements(elements, of: set, in: table, deleting: deleting, setID: setID, sequence: sequence)
      }
    }

    /// From a buffer, out of which nothing is copied.
    private mutating func appendElements(
      _ elements: UnsafeBufferPointer<Element>, of set: NamedSet, in table: TableIdentity, deleting: Bool,
      setID: UInt32?, sequence: (_ firstElement: Int, _ offset: Int) -> UInt32
    ) throws(UnencodableElement) {
      let layout = ElementLayout(set)
      let type = MessageType.tables(deleting ? NFT_MSG_DELSETELEM : NFT_MSG_NEWSETELEM)
      let flags = deleting ? MessageFlags.request : MessageFlags.createNew
      var index = 0
      while index < elements.count {
        let message = beginMessage(
          type: type, flags: flags, family: table.familyNumber, sequence: sequence(index, count))
        put(Int(NFTA_SET_ELEM_LIST_SET.rawValue), set.name)
        put(Int(NFTA_SET_ELEM_LIST_TABLE.rawValue), table.name)
        if let setID { put(Int(NFTA_SET_ELEM_LIST_SET_ID.rawValue), setID) }
        let list = beginNest(Int(NFTA_SET_ELEM_LIST_ELEMENTS.rawValue))
        var inMessage = 0
        while index < elements.count, inMessage < MessageBuffer.elementsInMessage,
          count - list < MessageBuffer.roomInList
        {
          // Numbered as libnftnl does it; the kernel does not look.
          guard append(elements[index], layout, deleting: deleting, number: &inMessage) else {
            throw UnencodableElement(index: index)
          }
          index += 1
        }
        endNest(list)
        endMessage(message)
      }
    }

    /// - Returns: false, if a text is too long.
    private mutating func append(
      _ element: borrowing Element, _ layout: ElementLayout, deleting: Bool, number: inout Int
    ) -> Bool {
      makeRoom(MessageBuffer.elementRoom + 2 * MessageBuffer.longestText)
      guard layout.isInterval else {
        number += 1
        let start = uncheckedBeginNest(number)
        putKey(Int(NFTA_SET_ELEM_KEY.rawValue), element.key, layout.hostOrderKeyWords)
        if layout.isConcatenatedInterval {
          putKey(
            Int(NFTA_SET_ELEM_KEY_END.rawValue), element.lastKey, layout.hostOrderKeyWords)
        }
        if !deleting {
          guard putData(element.data, layout), putComment(element.comment, isOpen: false) else { return false }
        }
        endNest(start)
        return true
      }
      // A range of one field is two elements: its first address, and the one behind its last; the last of all has none.
      let behind = element.lastKey.successor
      number += 1
      let start = uncheckedBeginNest(number)
      putKey(Int(NFTA_SET_ELEM_KEY.rawValue), element.key, layout.hostOrderKeyWords)
      if !deleting {
        guard putData(element.data, layout), putComment(element.comment, isOpen: behind == nil) else { return false }
      }
      endNest(start)
      guard let behind else { return true }
      makeRoom(MessageBuffer.elementRoom)
      number += 1
      let end = uncheckedBeginNest(number)
      uncheckedPut(Int(NFTA_SET_ELEM_FLAGS.rawValue), NFT_SET_ELEM_INTERVAL_END.rawValue)
      putKey(Int(NFTA_SET_ELEM_KEY.rawValue), behind, layout.hostOrderKeyWords)
      endNest(end)
      return true
    }

    @inline(__always)
    private mutating func putKey(_ type: Int, _ key: RegisterBytes, _ hostOrderWords: UInt32) {
      let nest = uncheckedBeginNest(type)
      putValue(key, hostOrderWords)
      endNest(nest)
    }

    @inline(__always)
    private mutating func putValue(_ value: RegisterBytes, _ hostOrderWords: UInt32) {
      uncheckedBeginValue(Int(NFTA_DATA_VALUE.rawValue), bytes: value.count)
      var offset = 0
      while offset < value.count {
        let word = value.word(at: offset)
        uncheckedWord(hostOrderWords >> UInt32(offset / 4) & 1 == 1 ? word : word.bigEndian)
        offset += 4
      }
    }

    private mutating func putData(_ data: ElementData, _ layout: ElementLayout) -> Bool {
      switch data {
      case .none: return true
      case .fields(let bytes):
        let nest = uncheckedBeginNest(Int(NFTA_SET_ELEM_DATA.rawValue))
        putValue(bytes, layout.hostOrderDataWords)
        endNest(nest)
        return true
      case .verdict(let verdict):
        let nest = uncheckedBeginNest(Int(NFTA_SET_ELEM_DATA.rawValue))
        let inner = uncheckedBeginNest(Int(NFTA_DATA_VERDICT.rawValue))
        uncheckedPut(Int(NFTA_VERDICT_CODE.rawValue), verdict.code)
        var fits = true
        if var chain = verdict.chain {
          chain.withUTF8 { utf8 in
            fits = utf8.count <= MessageBuffer.longestText
            if fits { uncheckedPut(Int(NFTA_VERDICT_CHAIN.rawValue), utf8) }
          }
        }
        endNest(inner)
        endNest(nest)
        return fits
      }
    }

    /// - Parameter isOpen: the range has no end, which nft writes down for itself.
    private mutating func putComment(_ comment: String?, isOpen: Bool) -> Bool {
      let type = Int(NFTA_SET_ELEM_USERDATA.rawValue)
      if isOpen {
        let (flagsEntry, isOpenFlag): (Int, UInt32) = (1, 1)
        var data = UserData()
        if let comment {
          guard comment.utf8.count <= UserData.longestComment else { return false }
          data.append(0, text: comment)
        }
        data.append(flagsEntry, isOpenFlag)
        data.bytes.withUnsafeBytes { uncheckedPut(type, bytes: $0) }
        return true
      }
      guard var comment else { return true }
      return comment.withUTF8 { utf8 in
        guard utf8.count <= UserData.longestComment else { return false }
        uncheckedPutUserData(type, entry: 0, utf8)
        return true
      }
    }
  }

  /// An element with a text that is longer than the kernel takes.
  struct UnencodableElement: Error {
    var index: Int
  }

  extension UserData {
    /// The kernel takes user data of 256 bytes.
    static let longestComment = 240
  }

  extension RegisterBytes {
    /// The next key, where the bytes are one number; nil: there is none.
    var successor: RegisterBytes? {
      var words = stride(from: 0, to: count, by: 4).map(word(at:))
      var index = words.count - 1
      while index >= 0, words[index] == .max {
        words[index] = 0
        index -= 1
      }
      guard index >= 0 else { return nil }
      words[index] += 1
      return RegisterBytes(words: words)
    }

    /// The key before, where the bytes are one number; nil: there is none.
    var predecessor: RegisterBytes? {
      var words = stride(from: 0, to: count, by: 4).map(word(at:))
      var index = words.count - 1
      while index >= 0, words[index] == 0 {
        words[index] = .max
        index -= 1
      }
      guard index >= 0 else { return nil }
      words[index] -= 1
      return RegisterBytes(words: words)
    }

    private init(words: [UInt32]) {
      self.init()
      for word in words { appendWord(word) }
    }
  }

  extension Verdict {
    /// As the kernel numbers verdicts.
    var code: UInt32 {
      switch self {
      case .drop: 0
      case .accept: 1
      case .jump: UInt32(bitPattern: NFT_JUMP.rawValue)
      case .goto: UInt32(bitPattern: NFT_GOTO.rawValue)
      case .return: UInt32(bitPattern: NFT_RETURN.rawValue)
      }
    }

    /// The chain it leads to.
    var chain: String? {
      switch self {
      case .jump(let chain), .goto(let chain): chain
      case .accept, .drop, .return: nil
      }
    }

    init?(code: UInt32, chain: String?) {
      switch (Int64(Int32(bitPattern: code)), chain) {
      case (0, _): self = .drop
      case (1, _): self = .accept
      case (Int64(NFT_RETURN.rawValue), _): self = .return
      case (Int64(NFT_JUMP.rawValue), let chain?): self = .jump(chain)
      case (Int64(NFT_GOTO.rawValue), let chain?): self = .goto(chain)
      default: return nil
      }
    }
  }
#endif
