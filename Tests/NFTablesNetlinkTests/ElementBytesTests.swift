#if Netlink && os(Linux)
  import CNetlinkShim
  import CNftnl
  import NFTables
  @testable import NFTablesNetlink
  import NetworkAddresses
  import Testing

  /// The elements of the own writer against those of libnftnl, byte by byte.
  @Suite struct ElementBytesTests {
    @Test func elementsAreWhatTheLibraryWrites() throws {
      var compared = 0
      for table in try Inputs.compiled() {
        for set in table.sets where !set.elements.isEmpty && set.elements.count <= 500 {
          var own = MessageBuffer()
          try own.appendElements(set.elements, of: set, in: table.identity, deleting: false) { _, _ in 7 }
          let (ours, theirs) = (own.bytes, Library.elements(of: set, in: table.identity, sequence: 7))
          guard ours == theirs else {
            Issue.record("\(table.identity) \(set.name):\n\(ours)\n\(theirs)")
            return
          }
          compared += 1
        }
      }
      #expect(compared > 500)
    }

    /// Lists are split before their length does not fit into 16 bits, and the lengths add up.
    @Test func longListsAreSplit() throws {
      let comment = String(repeating: "c", count: 240)
      let chain = String(repeating: "n", count: 250)
      let set = NamedSet("service-ips", key: [.ipv4Address, .transportProtocol, .port], data: .verdict)
      let elements = (0..<3000).map { index in
        var key = RegisterBytes()
        key.append(IPAddress(ipv4: UInt32(index)))
        key.append(TransportProtocol.tcp)
        key.append(port: 80)
        return Element(key, data: .verdict(.goto(chain)), comment: comment)
      }
      var buffer = MessageBuffer()
      var firsts: [Int] = []
      try buffer.appendElements(elements, of: set, in: TableIdentity(.ipv4, "svcnat"), deleting: false) { first, _ in
        firsts.append(first)
        return UInt32(firsts.count)
      }
      let counts: [Int] = try buffer.withBytes { bytes in
        var messages = Messages(bytes)
        var counts: [Int] = []
        while let message = try messages.next() {
          var list = try #require(try message.attributes.first(Int(NFTA_SET_ELEM_LIST_ELEMENTS.rawValue))).nested
          var count = 0
          while try list.next() != nil { count += 1 }
          counts.append(count)
        }
        return counts
      }
      #expect(counts.reduce(0, +) == 3000)
      #expect(firsts == counts.indices.map { counts[..<$0].reduce(0, +) })
      #expect(counts.allSatisfy { $0 < 125 })
    }
  }

  extension MessageBuffer {
    var bytes: [UInt8] { withBytes { Array($0) } }
  }

  /// The same with libnftnl's objects.
  private enum Library {
    static func elements(of set: NamedSet, in table: TableIdentity, sequence: UInt32) -> [UInt8] {
      let object = nftnl_set_alloc()
      defer { nftnl_set_free(object) }
      nftnl_set_set_str(object, UInt16(NFTNL_SET_TABLE.rawValue), table.name)
      nftnl_set_set_str(object, UInt16(NFTNL_SET_NAME.rawValue), set.name)
      for element in set.elements {
        for part in parts(of: element, in: set) { nftnl_set_elem_add(object, part) }
      }
      return withUnsafeTemporaryAllocation(byteCount: 1 << 18, alignment: 16) { room in
        // libnftnl leaves the padding as it is.
        room.initializeMemory(as: UInt8.self, repeating: 0)
        let header = nftnl_nlmsg_build_hdr(
          room.baseAddress, UInt16(NFT_MSG_NEWSETELEM.rawValue), UInt16(table.familyNumber),
          UInt16(NLM_F_CREATE | NLM_F_EXCL), sequence)
        nftnl_set_elems_nlmsg_build_payload(header, object)
        return Array(room.prefix(Int(header?.pointee.nlmsg_len ?? 0)))
      }
    }

    private static func parts(of element: Element, in set: NamedSet) -> [OpaquePointer?] {
      let main = nftnl_set_elem_alloc()
      setKey(main, NFTNL_SET_ELEM_KEY, element.key, set.key)
      switch element.data {
      case .none: break
      case .verdict(let verdict):
        nftnl_set_elem_set_u32(main, UInt16(NFTNL_SET_ELEM_VERDICT), verdict.code)
        if let chain = verdict.chain { nftnl_set_elem_set_str(main, UInt16(NFTNL_SET_ELEM_CHAIN), chain) }
      case .fields(let data):
        if case .fields(let fields) = set.data { setKey(main, NFTNL_SET_ELEM_DATA, data, fields) }
      }
      var userData = UserData()
      if let comment = element.comment { userData.append(Int(NFTNL_UDATA_SET_ELEM_COMMENT.rawValue), text: comment) }
      var end: OpaquePointer?
      let last = element.lastKey
      if set.isConcatenatedInterval {
        setKey(main, NFTNL_SET_ELEM_KEY_END, last, set.key)
      } else if set.flags.contains(.interval) {
        if let behind = last.successor {
          end = nftnl_set_elem_alloc()
          nftnl_set_elem_set_u32(end, UInt16(NFTNL_SET_ELEM_FLAGS), NFT_SET_ELEM_INTERVAL_END.rawValue)
          setKey(end, NFTNL_SET_ELEM_KEY, behind, set.key)
        } else {
          userData.append(Int(NFTNL_UDATA_SET_ELEM_FLAGS.rawValue), 1)
        }
      }
      if !userData.bytes.isEmpty {
        nftnl_set_elem_set(
          main, UInt16(NFTNL_SET_ELEM_USERDATA), userData.bytes, UInt32(userData.bytes.count))
      }
      return end.map { [main, $0] } ?? [main]
    }

    private static func setKey(
      _ element: OpaquePointer?, _ attribute: Int, _ value: RegisterBytes, _ fields: [FieldType]
    ) {
      var bytes: [UInt8] = []
      var offset = 0
      for field in fields {
        for word in stride(from: offset, to: offset + field.registerBytes, by: 4) {
          let value =
            field == .randomNumber || field == .priority ? value.word(at: word) : value.word(at: word).bigEndian
          withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) }
        }
        offset += field.registerBytes
      }
      nftnl_set_elem_set(element, UInt16(attribute), bytes, UInt32(bytes.count))
    }
  }
#endif
