#if Netlink && os(Linux)
  import CNetlinkShim
  import Glibc
  import NFTables

  /// A connection to nf_tables: commits transactions and reads tables.
  ///
  /// It is not shared: one thread uses it at a time.
  public struct NetlinkConnection<Transport: NetlinkTransport & ~Copyable>: ~Copyable {
    var transport: Transport
    private var received = ReceiveBuffer()
    private var sequence: UInt32 = 0

    public init(_ transport: consuming Transport) { self.transport = transport }

    // MARK: - Commits

    /// Commits a transaction.
    ///
    /// - Parameter generation: see ``Transaction/prepared(generation:commits:)``; where the kernel has another one, the error
    ///   ``NetlinkError/isStale``.
    /// - Throws: where the kernel refuses it; then nothing of it has happened.
    public mutating func commit(_ transaction: Transaction, generation: UInt32? = nil) throws(NetlinkError) {
      if transaction.isEmpty { return }
      try send(try transaction.prepared(generation: generation))
    }

    /// Commits a transaction that is prepared.
    public mutating func commit(_ transaction: borrowing PreparedTransaction) throws(NetlinkError) {
      try send(transaction)
    }

    /// Has the kernel check a transaction without committing it.
    ///
    /// - Throws: what committing it would throw.
    public mutating func validate(_ transaction: Transaction) throws(NetlinkError) {
      if transaction.isEmpty { return }
      try send(try transaction.prepared(commits: false))
    }

    private mutating func send(_ transaction: borrowing PreparedTransaction) throws(NetlinkError) {
      discardAnswers()
      let bytes = transaction.byteCount
      do {
        try transaction.messages.withBytes { bytes throws(SystemError) in try transport.send(bytes) }
      } catch {
        throw NetlinkError(
          transaction.summary, error.code == EMSGSIZE ? .tooLarge(bytes: bytes) : .refused(code: error.code))
      }
      if let error = try firstError(transaction) { throw error }
    }

    /// Forgets answers to requests that were given up.
    private mutating func discardAnswers() {
      while let count = try? transport.receive(into: received.room, waits: false), count > 0 {}
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
          count = try transport.receive(into: received.room, waits: false)
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
          var messages = Messages(received.bytes(count))
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
      // Below the numbers of batches.
      sequence = (sequence + 1) % PreparedTransaction.firstSequence
      var request = MessageBuffer(capacity: 1024)
      let start = request.beginMessage(
        type: MessageType.tables(kind), flags: isDump ? MessageFlags.dump : MessageFlags.request,
        family: table.familyNumber, sequence: sequence)
      write(&request)
      request.endMessage(start)
      do {
        try request.withBytes { bytes throws(SystemError) in try transport.send(bytes) }
      } catch {
        throw .final(NetlinkError(operation, .refused(code: error.code)))
      }
      while try readAnswer(operation, isDump: isDump, read) {}
    }

    /// - Returns: whether there is more.
    private mutating func readAnswer(
      _ operation: String, isDump: Bool, _ read: (Message) throws(MalformedMessage) -> Void
    ) throws(RequestFailure) -> Bool {
      let count: Int
      do {
        count = try transport.receive(into: received.room, waits: true)
      } catch {
        if error.code == ENOBUFS { throw .interrupted }
        throw .final(NetlinkError(operation, .refused(code: error.code)))
      }
      do {
        var messages = Messages(received.bytes(count))
        var isInterrupted = false
        while let message = try messages.next() {
          // An answer to an earlier request that was given up.
          guard message.sequence == sequence else { continue }
          if message.flags & MessageFlags.dumpInterrupted != 0 { isInterrupted = true }
          switch message.type {
          case MessageType.error:
            let answer = try KernelAnswer(message)
            if answer.code == EINTR || answer.code == EAGAIN { throw RequestFailure.interrupted }
            guard answer.code == 0 else {
              throw RequestFailure.final(
                NetlinkError(operation, .refused(code: answer.code), explanation: answer.explanation))
            }
            return false
          case MessageType.done:
            if isInterrupted { throw RequestFailure.interrupted }
            return false
          default:
            try read(message)
            if !isDump { return false }
          }
        }
        if isInterrupted { throw RequestFailure.interrupted }
        return true
      } catch let failure as RequestFailure {
        throw failure
      } catch {
        throw .final(NetlinkError(operation, .malformedAnswer))
      }
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
  }

  /// Why a request has no answer. Not nested in the generic type: the optimiser of Swift 6.3 aborts on an error type that
  /// depends on a type parameter.
  enum RequestFailure: Error {
    /// It was cut off by a change of what was asked for, or there was no room for it.
    case interrupted
    case final(NetlinkError)
  }
#endif
