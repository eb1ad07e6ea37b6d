#if Netlink && os(Linux)
  import CNetlinkShim
  import Glibc
  import NFTables

  /// A connection to nf_tables: commits transactions and reads tables.
  ///
  /// It is not shared: one thread uses it at a time.
  public struct NetlinkConnection<Transport: NetlinkTransport & ~Copyable>: ~Copyable {
    var channel: RequestChannel<Transport>
    /// How long the kernel took over all transactions so far. It is done with one when sending it returns.
    public private(set) var kernelTime = Duration.zero
    /// How many transactions were committed; each makes a new generation.
    public private(set) var commits: UInt32 = 0

    public init(_ transport: consuming Transport) {
      channel = RequestChannel(transport, sequencesBelow: PreparedTransaction.firstSequence)
    }

    // MARK: - Commits

    /// Commits a transaction.
    ///
    /// - Parameter generation: see ``Transaction/prepared(generation:commits:)``; where the kernel has another one, the error
    ///   ``NetlinkError/isStale``.
    /// - Throws: where the kernel refuses it; then nothing of it has happened.
    public mutating func commit(_ transaction: Transaction, generation: UInt32? = nil) throws(NetlinkError) {
      if transaction.isEmpty { return }
      try commit(try transaction.prepared(generation: generation))
    }

    /// Commits a transaction that is prepared.
    public mutating func commit(_ transaction: borrowing PreparedTransaction) throws(NetlinkError) {
      try send(transaction)
      commits &+= 1
    }

    /// Has the kernel check a transaction without committing it.
    ///
    /// - Throws: what committing it would throw.
    public mutating func validate(_ transaction: Transaction) throws(NetlinkError) {
      if transaction.isEmpty { return }
      try send(try transaction.prepared(commits: false))
    }

    /// Whether the kernel can make a table of this ownership. Nothing is made.
    public mutating func supports(_ ownership: TableOwnership) throws(NetlinkError) -> Bool {
      var transaction = Transaction()
      transaction.append(TableIdentity(.ipv4, "svcnat-ownership"), .addTable(comment: nil, ownership))
      do {
        try validate(transaction)
        return true
      } catch  where error.code == EOPNOTSUPP || error.code == EINVAL {
        // Flags it does not know; EINVAL before 5.12.
        return false
      }
    }

    private mutating func send(_ transaction: borrowing PreparedTransaction) throws(NetlinkError) {
      channel.discardAnswers()
      let bytes = transaction.byteCount
      let start = ContinuousClock.now
      defer { kernelTime += start.duration(to: .now) }
      do {
        try transaction.messages.withBytes { bytes throws(SystemError) in try channel.transport.send(bytes) }
      } catch {
        throw NetlinkError(
          transaction.summary, error.code == EMSGSIZE ? .tooLarge(bytes: bytes) : .refused(code: error.code))
      }
      if let error = try firstError(transaction) { throw error }
    }

    /// The kernel is done when sending returns, and has answered each message that failed. That there is no answer means
    /// success.
    private mutating func firstError(_ transaction: borrowing PreparedTransaction) throws(NetlinkError) -> NetlinkError?
    {
      var first: (sequence: UInt32, error: NetlinkError)?
      var wasLost = false
      while true {
        let count: Int
        do {
          count = try channel.transport.receive(into: channel.received.room, waits: false)
        } catch {
          if error.code == EAGAIN { break }
          // More errors than there is room for: the first ones are still there.
          guard error.code == ENOBUFS, !wasLost else {
            throw NetlinkError(transaction.summary, .refused(code: error.code))
          }
          wasLost = true
          continue
        }
        do {
          var messages = Messages(channel.received.bytes(count))
          while let message = try messages.next() {
            guard message.type == MessageType.error, first.map({ message.sequence < $0.sequence }) ?? true,
              transaction.origin(ofSequence: message.sequence) != nil
            else { continue }
            let answer = try KernelAnswer(message)
            guard answer.code != 0 else { continue }
            first = (message.sequence, transaction.error(answer, sequence: message.sequence))
          }
        } catch {
          throw NetlinkError(transaction.summary, .malformedAnswer)
        }
      }
      if first == nil, wasLost { return NetlinkError(transaction.summary, .refused(code: ENOBUFS)) }
      return first?.error
    }

    // MARK: - Requests

    /// Sends a request and reads the messages of the answer.
    ///
    /// - Parameters:
    ///   - operation: for the words of an error.
    ///   - isDump: the answer is a list.
    ///   - write: appends the attributes of the request.
    ///   - read: is given each message of the answer; it must not keep it.
    mutating func request(
      _ kind: nf_tables_msg_types, _ table: TableIdentity, _ operation: String, isDump: Bool = true,
      _ write: (inout MessageBuffer) -> Void, _ read: (Message) throws(MalformedMessage) -> Void
    ) throws(RequestFailure) {
      try channel.request(
        operation, isDump: isDump,
        { request, sequence in
          let start = request.beginMessage(
            type: MessageType.tables(kind), flags: isDump ? MessageFlags.dump : MessageFlags.request,
            family: table.familyNumber, sequence: sequence)
          write(&request)
          request.endMessage(start)
        }, read)
    }

    /// The generation of the rule set: each commit of anybody makes a new one.
    public mutating func generation() throws(NetlinkError) -> UInt32 {
      let operation = "reading the generation of the rules"
      var generation: UInt32?
      do {
        try request(NFT_MSG_GETGEN, TableIdentity(.ipv4, ""), operation, isDump: false, { _ in }) {
          message throws(MalformedMessage) in
          generation = try message.attributes.first(Int(NFTA_GEN_ID.rawValue))?.uint32()
        }
      } catch {
        switch error {
        case .final(let error): throw error
        case .interrupted: throw NetlinkError(operation, .refused(code: EINTR))
        }
      }
      guard let generation else { throw NetlinkError(operation, .malformedAnswer) }
      return generation
    }
  }

  extension NetlinkConnection where Transport == NetlinkSocket {
    /// A connection to the kernel, for the network namespace the calling thread is in.
    public init() throws(NetlinkError) { self.init(try NetlinkSocket()) }

    /// The port of the socket: what ``RuleSetChange/port`` is for the commits of this connection.
    public var port: UInt32 { channel.transport.port }
  }
#endif
