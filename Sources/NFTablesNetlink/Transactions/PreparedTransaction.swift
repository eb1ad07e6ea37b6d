#if Netlink && os(Linux)
  import CNetlinkShim
  import CNftnl
  import NFTables

  /// A transaction as the bytes of one batch, complete from its first message to its last: what is not finished cannot be
  /// sent.
  ///
  /// It owns the bytes and can be sent any number of times.
  public struct PreparedTransaction: ~Copyable, Sendable {
    /// Where a message comes from.
    struct Origin {
      /// Nil: the batch itself.
      var operation: Int?
      /// The first of the elements in the message.
      var element = 0
      /// Where the message begins in the bytes.
      var offset: Int
    }

    let messages: MessageBuffer
    /// By sequence number, from ``firstSequence`` on.
    let origins: [Origin]
    let operations: [Operation]

    /// Bytes of the batch.
    public var byteCount: Int { messages.count }

    /// Sequence numbers of batches begin here; those of other requests are lower.
    static let firstSequence: UInt32 = 0x4000_0000

    func origin(ofSequence sequence: UInt32) -> Origin? {
      guard sequence >= PreparedTransaction.firstSequence else { return nil }
      let index = Int(sequence - PreparedTransaction.firstSequence)
      return index < origins.count ? origins[index] : nil
    }
  }

  extension Transaction {
    /// Turns the operations into messages.
    ///
    /// - Parameters:
    ///   - generation: the generation of the rule set that the operations build on; the kernel refuses the transaction if it
    ///     has another one by then. Nil: whatever it has.
    ///   - commits: false for a transaction that is only tried: the kernel checks it and forgets it.
    /// - Throws: ``NetlinkError`` for a rule with a statement that is not known, or a text longer than the kernel takes.
    public func prepared(generation: UInt32? = nil, commits: Bool = true) throws(NetlinkError) -> PreparedTransaction {
      var encoder = TransactionEncoder(operations)
      encoder.begin(generation)
      for index in operations.indices { try encoder.append(index) }
      if commits { encoder.end() }
      return encoder.finish()
    }
  }

  /// Writes the messages of a transaction.
  private struct TransactionEncoder: ~Copyable {
    private var messages: MessageBuffer
    private var origins: [PreparedTransaction.Origin] = []
    private let operations: [Operation]
    /// Names anonymous sets within the transaction.
    private var nextSetID: UInt32 = 1

    init(_ operations: [Operation]) {
      self.operations = operations
      var elements = 0
      for operation in operations {
        if case .addElements(_, let added) = operation.action { elements += added.count }
      }
      // More than it mostly takes: memory that is never written to costs next to nothing, growing copies all of it.
      messages = MessageBuffer(capacity: 1 << 12 + elements * 160 + operations.count * 512)
    }

    consuming func finish() -> PreparedTransaction {
      PreparedTransaction(messages: messages, origins: origins, operations: operations)
    }

    /// The sequence number of the next message.
    private mutating func next(_ operation: Int?, element: Int = 0) -> UInt32 {
      origins.append(.init(operation: operation, element: element, offset: messages.count))
      return PreparedTransaction.firstSequence + UInt32(origins.count - 1)
    }

    // MARK: - Batch

    mutating func begin(_ generation: UInt32?) {
      let start = beginBatchMessage(MessageType.batchBegin)
      if let generation { messages.put(Int(NFNL_BATCH_GENID.rawValue), generation) }
      messages.endMessage(start)
    }

    mutating func end() { messages.endMessage(beginBatchMessage(MessageType.batchEnd)) }

    private mutating func beginBatchMessage(_ type: UInt16) -> Int {
      let sequence = next(nil)
      return messages.beginMessage(
        type: type, flags: MessageFlags.request, family: 0, resource: UInt16(NFNL_SUBSYS_NFTABLES),
        sequence: sequence)
    }

    // MARK: - Operations

    mutating func append(_ index: Int) throws(NetlinkError) {
      let operation = operations[index]
      let table = operation.table
      switch operation.action {
      case .addTable(let comment, let ownership):
        let object = LibraryTable()
        object.set(NFTNL_TABLE_NAME, table.name)
        if let ownership { object.set(NFTNL_TABLE_FLAGS, ownership.flags.rawValue) }
        if let comment { object.set(NFTNL_TABLE_USERDATA, UserData.comment(comment)) }
        append(index, NFT_MSG_NEWTABLE, MessageFlags.create) { object.write(to: $0) }
      case .setTableFlags(let flags):
        let object = LibraryTable()
        object.set(NFTNL_TABLE_NAME, table.name)
        object.set(NFTNL_TABLE_FLAGS, flags.rawValue)
        append(index, NFT_MSG_NEWTABLE, MessageFlags.request) { object.write(to: $0) }
      case .deleteTable:
        let object = LibraryTable()
        object.set(NFTNL_TABLE_NAME, table.name)
        append(index, NFT_MSG_DELTABLE, MessageFlags.request) { object.write(to: $0) }
      case .addChain(let chain): append(index, chain, table)
      case .deleteChain(let name):
        let object = LibraryChain()
        object.set(NFTNL_CHAIN_TABLE, table.name)
        object.set(NFTNL_CHAIN_NAME, name)
        append(index, NFT_MSG_DELCHAIN, MessageFlags.request) { object.write(to: $0) }
      case .flushChain(let name): deleteRule(index, chain: name, handle: nil)
      case .addSet(let set):
        let object = set.libraryObject(in: table)
        append(index, NFT_MSG_NEWSET, MessageFlags.createNew) { object.write(to: $0) }
      case .resizeSet(let set):
        let object = set.libraryObject(in: table)
        append(index, NFT_MSG_NEWSET, MessageFlags.create) { object.write(to: $0) }
      case .deleteSet(let name):
        let object = LibrarySet()
        object.set(NFTNL_SET_TABLE, table.name)
        object.set(NFTNL_SET_NAME, name)
        append(index, NFT_MSG_DELSET, MessageFlags.request) { object.write(to: $0) }
      case .flushSet(let name):
        // Without a list: all elements.
        let sequence = next(index)
        let start = messages.beginMessage(
          type: MessageType.tables(NFT_MSG_DELSETELEM), flags: MessageFlags.request, family: table.familyNumber,
          sequence: sequence)
        messages.put(Int(NFTA_SET_ELEM_LIST_TABLE.rawValue), table.name)
        messages.put(Int(NFTA_SET_ELEM_LIST_SET.rawValue), name)
        messages.endMessage(start)
      case .addElements(let set, let elements): try append(index, set, elements, deleting: false)
      case .deleteElements(let set, let elements): try append(index, set, elements, deleting: true)
      case .addRule(let chain, let rule, let before): try append(index, rule, chain: chain, before: before)
      case .deleteRule(let chain, let handle, _): deleteRule(index, chain: chain, handle: handle)
      case .deleteObject(let stray): append(index, stray, table)
      }
    }

    /// Appends a message whose attributes libnftnl writes.
    private mutating func append(
      _ index: Int, _ kind: nf_tables_msg_types, _ flags: UInt16, _ write: (UnsafeMutablePointer<nlmsghdr>) -> Void
    ) {
      let sequence = next(index)
      messages.appendMessage(
        type: MessageType.tables(kind), flags: flags, family: operations[index].table.familyNumber, sequence: sequence,
        write)
    }

    private mutating func append(_ index: Int, _ chain: Chain, _ table: TableIdentity) {
      let object = LibraryChain()
      object.set(NFTNL_CHAIN_TABLE, table.name)
      object.set(NFTNL_CHAIN_NAME, chain.name)
      if let base = chain.base {
        object.set(NFTNL_CHAIN_TYPE, base.kind.rawValue)
        object.set(NFTNL_CHAIN_HOOKNUM, base.hook.number)
        object.set(NFTNL_CHAIN_PRIO, base.priority)
        object.set(NFTNL_CHAIN_POLICY, BaseChain.acceptPolicy)
      }
      if let comment = chain.comment { object.set(NFTNL_CHAIN_USERDATA, UserData.comment(comment)) }
      append(index, NFT_MSG_NEWCHAIN, MessageFlags.create) { object.write(to: $0) }
    }

    private mutating func append(
      _ index: Int, _ set: NamedSet, _ elements: [Element], deleting: Bool, setID: UInt32? = nil
    ) throws(NetlinkError) {
      do {
        var found: [PreparedTransaction.Origin] = []
        let first = PreparedTransaction.firstSequence + UInt32(origins.count)
        try messages.appendElements(
          elements, of: set, in: operations[index].table, deleting: deleting, setID: setID
        ) { element, offset in
          found.append(.init(operation: index, element: element, offset: offset))
          return first + UInt32(found.count - 1)
        }
        origins.append(contentsOf: found)
      } catch {
        throw NetlinkError(
          operations[index].description(ofElement: error.index),
          .notEncodable("a comment of more than 240 bytes, or a name of more than 255"))
      }
    }

    // MARK: - Rules

    private mutating func append(
      _ index: Int, _ rule: Rule, chain: String, before: UInt64?
    ) throws(NetlinkError) {
      let table = operations[index].table
      let program: RuleProgram
      do {
        program = try RuleProgram(rule, family: table.family, nextSetID: nextSetID)
      } catch {
        throw NetlinkError(operations[index].description, .notEncodable("a statement that is not known"))
      }
      guard program.expressions.count <= 128 else {
        throw NetlinkError(operations[index].description, .notEncodable("more than 128 instructions"))
      }
      nextSetID += UInt32(program.anonymousSets.count)
      for anonymous in program.anonymousSets {
        let object = anonymous.set.libraryObject(in: table, anonymous: .init(id: anonymous.id, size: anonymous.size))
        append(index, NFT_MSG_NEWSET, MessageFlags.createNew) { object.write(to: $0) }
        try append(index, anonymous.set, anonymous.set.elements, deleting: false, setID: anonymous.id)
      }
      let object = LibraryRule()
      object.set(NFTNL_RULE_FAMILY, UInt32(table.familyNumber))
      object.set(NFTNL_RULE_TABLE, table.name)
      object.set(NFTNL_RULE_CHAIN, chain)
      if let before { object.set(NFTNL_RULE_POSITION, before) }
      for expression in program.expressions {
        guard let expression = expression.libraryObject() else { continue }
        object.add(expression)
      }
      if let comment = rule.comment { object.set(NFTNL_RULE_USERDATA, UserData.comment(comment)) }
      append(index, NFT_MSG_NEWRULE, before == nil ? MessageFlags.append : MessageFlags.create) { object.write(to: $0) }
    }

    /// - Parameter handle: nil for all rules of the chain.
    private mutating func deleteRule(_ index: Int, chain: String, handle: UInt64?) {
      let object = LibraryRule()
      object.set(NFTNL_RULE_FAMILY, UInt32(operations[index].table.familyNumber))
      object.set(NFTNL_RULE_TABLE, operations[index].table.name)
      object.set(NFTNL_RULE_CHAIN, chain)
      if let handle { object.set(NFTNL_RULE_HANDLE, handle) }
      append(index, NFT_MSG_DELRULE, MessageFlags.request) { object.write(to: $0) }
    }

    // MARK: - Strays

    private mutating func append(_ index: Int, _ stray: StrayObject, _ table: TableIdentity) {
      func begin(_ kind: nf_tables_msg_types) -> Int {
        let sequence = next(index)
        return messages.beginMessage(
          type: MessageType.tables(kind), flags: MessageFlags.request, family: table.familyNumber, sequence: sequence)
      }
      // All these have the names of table and object at 1 and 2, chains at 1 and 3.
      let start: Int
      switch stray.kind {
      case .set:
        start = begin(NFT_MSG_DELSET)
        put(table.name, stray.name, at: NFTA_SET_NAME.rawValue)
      case .elements:
        start = begin(NFT_MSG_DELSETELEM)
        put(table.name, stray.name, at: NFTA_SET_ELEM_LIST_SET.rawValue)
      case .chain:
        start = begin(NFT_MSG_DELCHAIN)
        put(table.name, stray.name, at: NFTA_CHAIN_NAME.rawValue)
      case .object(let type):
        start = begin(NFT_MSG_DELOBJ)
        put(table.name, stray.name, at: NFTA_OBJ_NAME.rawValue)
        messages.put(Int(NFTA_OBJ_TYPE.rawValue), type)
      case .flowtable:
        start = begin(NFT_MSG_DELFLOWTABLE)
        put(table.name, stray.name, at: NFTA_FLOWTABLE_NAME.rawValue)
      }
      messages.endMessage(start)
    }

    private mutating func put(_ table: String, _ name: String, at type: UInt32) {
      messages.put(1, table)
      messages.put(Int(type), name)
    }
  }
#endif
