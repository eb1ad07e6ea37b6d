#if Netlink && os(Linux)
  import CNetlinkShim
  import NFTables

  /// Reads the elements of one set out of the messages of a dump.
  struct ElementReader {
    private let layout: ElementLayout
    private let keyBytes: Int
    /// Nil: no data, or verdicts.
    private let dataBytes: Int?
    private let hasVerdicts: Bool
    private(set) var elements: [Element] = []
    private let countsPackets: Bool
    /// How many packets have found an element, by key; empty unless the set counts.
    private(set) var packetCounts: [RegisterBytes: UInt64] = [:]
    /// Elements that the set's type does not allow: how many.
    private(set) var unreadable = 0
    /// The keys behind ranges of one field; the kernel lists them as elements.
    private var ends: [RegisterBytes] = []

    init(_ set: NamedSet, expecting count: Int = 0) {
      layout = ElementLayout(set)
      keyBytes = FieldType.registerBytes(set.key)
      if case .fields(let fields) = set.data { dataBytes = FieldType.registerBytes(fields) } else { dataBytes = nil }
      hasVerdicts = set.data == .verdict
      countsPackets = set.countsPackets
      elements.reserveCapacity(count)
    }

    /// Reads one message of `NFT_MSG_NEWSETELEM`.
    mutating func read(_ attributes: Attributes) throws(MalformedMessage) {
      guard var list = try attributes.first(Int(NFTA_SET_ELEM_LIST_ELEMENTS.rawValue))?.nested else { return }
      while let item = try list.next() { try readElement(item.nested) }
    }

    /// The elements sorted by key, ranges put together.
    mutating func finish() -> [Element] {
      if layout.isInterval { joinRanges() }
      elements.sortByKey()
      return elements
    }

    private mutating func readElement(_ attributes: Attributes) throws(MalformedMessage) {
      var attributes = attributes
      var element = Element(RegisterBytes())
      var isEnd = false
      var isWhole = true
      var packets: UInt64?
      while let attribute = try attributes.next() {
        switch UInt32(attribute.type) {
        case NFTA_SET_ELEM_KEY.rawValue:
          guard let key = try value(attribute, keyBytes, layout.hostOrderKeyWords) else {
            isWhole = false
            continue
          }
          element.key = key
        case NFTA_SET_ELEM_KEY_END.rawValue:
          guard let end = try value(attribute, keyBytes, layout.hostOrderKeyWords) else {
            isWhole = false
            continue
          }
          if end != element.key { element.keyEnd = Element.RangeEnd(end) }
        case NFTA_SET_ELEM_DATA.rawValue:
          if hasVerdicts, let verdict = try Verdict(attribute.nested) {
            element.data = .verdict(verdict)
          } else if let dataBytes, let data = try value(attribute, dataBytes, layout.hostOrderDataWords) {
            element.data = .fields(data)
          } else {
            isWhole = false
          }
        case NFTA_SET_ELEM_FLAGS.rawValue:
          let flags = try attribute.uint32()
          isEnd = flags & NFT_SET_ELEM_INTERVAL_END.rawValue != 0
          if flags & ~NFT_SET_ELEM_INTERVAL_END.rawValue != 0 { isWhole = false }
        case NFTA_SET_ELEM_USERDATA.rawValue: element.comment = try UserData.text(0, in: attribute.payload)
        case NFTA_SET_ELEM_OBJREF.rawValue: isWhole = false
        case NFTA_SET_ELEM_EXPR.rawValue where countsPackets:
          packets = try attribute.nested.first(Int(NFTA_EXPR_DATA.rawValue))?
            .nested.first(Int(NFTA_COUNTER_PACKETS.rawValue))?.uint64()
        // When it expires: run-time state.
        default: break
        }
      }
      if !isWhole || element.key.count != keyBytes {
        unreadable += 1
      } else if isEnd {
        ends.append(element.key)
      } else {
        elements.append(element)
        if let packets { packetCounts[element.key] = packets }
      }
    }

    /// Nil: it has another length.
    private func value(_ attribute: Attribute, _ bytes: Int, _ hostOrder: UInt32) throws(MalformedMessage)
      -> RegisterBytes?
    {
      guard let payload = try attribute.nested.first(Int(NFTA_DATA_VALUE.rawValue))?.payload, payload.count == bytes
      else { return nil }
      var value = RegisterBytes()
      var offset = 0
      while offset < bytes {
        let word = payload.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
        value.appendWord(hostOrder >> UInt32(offset / 4) & 1 == 1 ? word : UInt32(bigEndian: word))
        offset += 4
      }
      return value
    }

    /// Gives each range its last key: the one before the next end.
    private mutating func joinRanges() {
      elements.sortByKey()
      ends.sort()
      var next = 0
      for index in elements.indices {
        let key = elements[index].key
        while next < ends.count, ends[next] <= key { next += 1 }
        var last = RegisterBytes()
        if next < ends.count, index + 1 == elements.count || ends[next] <= elements[index + 1].key {
          last = ends[next].predecessor ?? key
        } else if index + 1 < elements.count {
          // Two ranges that touch: the kernel needs no end between them.
          last = elements[index + 1].key.predecessor ?? key
        } else {
          for _ in stride(from: 0, to: keyBytes, by: 4) { last.appendWord(.max) }
        }
        elements[index].keyEnd = last == key ? nil : Element.RangeEnd(last)
      }
    }
  }
#endif
