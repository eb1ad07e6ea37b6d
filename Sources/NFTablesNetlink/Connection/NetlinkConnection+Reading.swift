#if Netlink && os(Linux)
  import CNetlinkShim
  import Glibc
  import NFTables
  import NetworkAddresses

  extension NetlinkConnection where Transport: ~Copyable {
    /// How often a table is read again because somebody changed rules meanwhile.
    static var readAttempts: Int { 16 }

    /// Reads a table with all it holds, as of one generation of the rule set.
    ///
    /// Left out are elements of dynamic sets, which are run-time state.
    ///
    /// - Returns: nil if there is no such table.
    /// - Throws: ``NetlinkError/Cause/keptChanging(attempts:)`` if somebody kept changing rules.
    public mutating func table(_ identity: TableIdentity) throws(NetlinkError) -> InstalledTable? {
      for _ in 0..<Self.readAttempts {
        let before = try generation()
        do {
          let table = try readTable(identity)
          // Several requests make one table only if nothing changed in between.
          guard try generation() == before else { continue }
          var found = table
          found?.generation = before
          return found
        } catch let failure as RequestFailure {
          guard case .final(let error) = failure else { continue }
          // What the first list named may be gone when it is read.
          guard error.isNotFound, try generation() != before else { throw error }
        } catch let error as NetlinkError {
          throw error
        } catch {
          throw NetlinkError("reading table \(identity)", .malformedAnswer)
        }
      }
      throw NetlinkError("reading table \(identity)", .keptChanging(attempts: Self.readAttempts))
    }

    /// Reads what the elements of one set have counted, and nothing else of its table.
    ///
    /// - Parameter set: its types; the elements do not matter.
    /// - Returns: in no order; empty where there is no such set, or one that does not count.
    /// - Throws: ``NetlinkError/Cause/keptChanging(attempts:)`` if somebody kept changing rules.
    public mutating func countedElements(
      of set: NamedSet, in identity: TableIdentity
    ) throws(NetlinkError) -> [CountedElement] {
      for _ in 0..<Self.readAttempts {
        do {
          return try readElements(of: set, in: identity).counted
        } catch {
          guard case .final(let error) = error else { continue }
          if error.isNotFound { return [] }
          throw error
        }
      }
      throw NetlinkError("reading the elements of \(identity) \(set.name)", .keptChanging(attempts: Self.readAttempts))
    }

    private mutating func readTable(_ identity: TableIdentity) throws(RequestFailure) -> InstalledTable? {
      guard var installed = try readHead(identity) else { return nil }
      let (sets, anonymous) = try readSets(&installed)
      try readChains(&installed)
      try readRules(&installed, sets: sets, anonymous: anonymous)
      try readOthers(&installed)
      return installed
    }

    // MARK: - Parts

    private mutating func readHead(_ identity: TableIdentity) throws(RequestFailure) -> InstalledTable? {
      var installed = InstalledTable(Table(family: identity.family, name: identity.name))
      do {
        try request(
          NFT_MSG_GETTABLE, identity, "reading table \(identity)", isDump: false,
          { $0.put(Int(NFTA_TABLE_NAME.rawValue), identity.name) }
        ) { message throws(MalformedMessage) in
          var attributes = try message.attributes
          while let attribute = try attributes.next() {
            switch UInt32(attribute.type) {
            case NFTA_TABLE_FLAGS.rawValue: installed.flags = TableFlags(rawValue: try attribute.uint32())
            case NFTA_TABLE_USERDATA.rawValue: installed.table.comment = try UserData.text(0, in: attribute.payload)
            case NFTA_TABLE_OWNER.rawValue: installed.owner = try attribute.uint32()
            default: break
            }
          }
        }
      } catch .final(let error) where error.isNotFound {
        return nil
      }
      return installed
    }

    /// - Returns: the sets by name, anonymous ones included, and the names of those.
    private mutating func readSets(
      _ installed: inout InstalledTable
    ) throws(RequestFailure) -> ([String: NamedSet], Set<String>) {
      let identity = installed.table.identity
      var listed: [ListedSet] = []
      var strays: [StrayObject] = []
      try request(
        NFT_MSG_GETSET, identity, "reading the sets of table \(identity)",
        { $0.put(Int(NFTA_SET_TABLE.rawValue), identity.name) }
      ) { message throws(MalformedMessage) in
        let attributes = try message.attributes
        if let set = try ListedSet(attributes) {
          listed.append(set)
        } else if let name = try attributes.first(Int(NFTA_SET_NAME.rawValue))?.string() {
          strays.append(StrayObject(.set, name))
        }
      }
      var byName: [String: NamedSet] = [:]
      var anonymous: Set<String> = []
      for index in listed.indices {
        var set = listed[index].set
        if !set.flags.contains(.dynamic) {
          var reader = try readElements(of: set, in: identity)
          set.elements = reader.finish()
          if reader.unreadable > 0 { strays.append(StrayObject(.elements(reader.unreadable), set.name)) }
          if set.countsPackets { installed.packetCounts[set.name] = reader.packetCounts }
        }
        if listed[index].isAnonymous {
          anonymous.insert(set.name)
        } else {
          installed.table.sets.append(set)
        }
        byName[set.name] = set
      }
      installed.strays = strays
      return (byName, anonymous)
    }

    private mutating func readElements(
      of set: NamedSet, in identity: TableIdentity
    ) throws(RequestFailure) -> ElementReader {
      var reader = ElementReader(set)
      try request(
        NFT_MSG_GETSETELEM, identity, "reading the elements of \(identity) \(set.name)",
        {
          $0.put(Int(NFTA_SET_ELEM_LIST_TABLE.rawValue), identity.name)
          $0.put(Int(NFTA_SET_ELEM_LIST_SET.rawValue), set.name)
        }
      ) { message throws(MalformedMessage) in
        try reader.read(try message.attributes)
      }
      return reader
    }

    private mutating func readChains(_ installed: inout InstalledTable) throws(RequestFailure) {
      let identity = installed.table.identity
      var chains: [ListedChain] = []
      try request(
        NFT_MSG_GETCHAIN, identity, "reading the chains of table \(identity)",
        { $0.put(Int(NFTA_CHAIN_TABLE.rawValue), identity.name) }
      ) { message throws(MalformedMessage) in
        let attributes = try message.attributes
        // Kernels before 6.3 list the chains of all tables of the family.
        guard try attributes.first(Int(NFTA_CHAIN_TABLE.rawValue))?.string() == identity.name else { return }
        chains.append(try ListedChain(attributes))
      }
      for chain in chains {
        if chain.isStray {
          installed.strays.append(StrayObject(.chain, chain.chain.name))
        } else {
          installed.table.chains.append(chain.chain)
          if chain.drops { installed.droppingChains.insert(chain.chain.name) }
        }
      }
    }

    private mutating func readRules(
      _ installed: inout InstalledTable, sets: [String: NamedSet], anonymous: Set<String>
    ) throws(RequestFailure) {
      let identity = installed.table.identity
      var reader = RuleReader(family: identity.family, sets: sets, anonymousSets: anonymous)
      var rules: [String: [Rule]] = [:]
      var handles: [String: [UInt64]] = [:]
      try request(
        NFT_MSG_GETRULE, identity, "reading the rules of table \(identity)",
        { $0.put(Int(NFTA_RULE_TABLE.rawValue), identity.name) }
      ) { message throws(MalformedMessage) in
        var attributes = try message.attributes
        var chain = ""
        var handle: UInt64 = 0
        var rule = Rule([])
        while let attribute = try attributes.next() {
          switch UInt32(attribute.type) {
          case NFTA_RULE_CHAIN.rawValue: chain = attribute.string()
          case NFTA_RULE_HANDLE.rawValue: handle = try attribute.uint64()
          case NFTA_RULE_EXPRESSIONS.rawValue:
            rule.statements = reader.statements(of: try KernelExpression.expressions(attribute.nested))
          case NFTA_RULE_USERDATA.rawValue: rule.comment = try UserData.text(0, in: attribute.payload)
          default: break
          }
        }
        rules[chain, default: []].append(rule)
        handles[chain, default: []].append(handle)
      }
      for index in installed.table.chains.indices {
        installed.table.chains[index].rules = rules[installed.table.chains[index].name] ?? []
      }
      installed.ruleHandles = handles
    }

    /// Objects and flowtables: nothing of ours.
    private mutating func readOthers(_ installed: inout InstalledTable) throws(RequestFailure) {
      let identity = installed.table.identity
      var strays: [StrayObject] = []
      try request(
        NFT_MSG_GETOBJ, identity, "reading the objects of table \(identity)",
        { $0.put(Int(NFTA_OBJ_TABLE.rawValue), identity.name) }
      ) { message throws(MalformedMessage) in
        let attributes = try message.attributes
        guard try attributes.first(Int(NFTA_OBJ_TABLE.rawValue))?.string() == identity.name,
          let name = try attributes.first(Int(NFTA_OBJ_NAME.rawValue))?.string(),
          let type = try attributes.first(Int(NFTA_OBJ_TYPE.rawValue))?.uint32()
        else { return }
        strays.append(StrayObject(.object(type: type), name))
      }
      do {
        try request(
          NFT_MSG_GETFLOWTABLE, identity, "reading the flowtables of table \(identity)",
          { $0.put(Int(NFTA_FLOWTABLE_TABLE.rawValue), identity.name) }
        ) { message throws(MalformedMessage) in
          let attributes = try message.attributes
          guard try attributes.first(Int(NFTA_FLOWTABLE_TABLE.rawValue))?.string() == identity.name,
            let name = try attributes.first(Int(NFTA_FLOWTABLE_NAME.rawValue))?.string()
          else { return }
          strays.append(StrayObject(.flowtable, name))
        }
      } catch .final(let error) where error.code == EOPNOTSUPP {
        // A kernel without flowtables has none.
      }
      installed.strays.append(contentsOf: strays)
    }
  }
#endif
