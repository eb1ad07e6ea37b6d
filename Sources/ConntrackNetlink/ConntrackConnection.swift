#if Netlink && os(Linux)
  import CNetlinkShim
  import ConnectionTracking
  import Glibc
  import Netlink
  import NetworkAddresses

  /// A connection to the connection tracking table of the kernel: lists its entries and deletes some.
  ///
  /// It is not shared: one thread uses it at a time. What it holds does not grow with the table.
  public struct ConntrackConnection<Transport: NetlinkTransport & ~Copyable>: ~Copyable {
    private var channel: RequestChannel<Transport>
    /// Whether the kernel (5.8 or newer) is asked for entries of one protocol only.
    private var asksForProtocol = true

    /// Numbers from here on are those of deletions.
    private static var firstDeletion: UInt32 { 1 << 30 }
    /// Deletions in one datagram: far below what a socket takes at once.
    static var deletionsAtOnce: Int { 256 }

    public init(_ transport: consuming Transport) {
      channel = RequestChannel(transport, sequencesBelow: Self.firstDeletion)
    }

    // MARK: - Listing

    /// Lists the entries of one family and protocol while they are read; entries that come and go meanwhile may be listed
    /// or not.
    ///
    /// - Parameter take: is given each entry.
    /// - Returns: whether that was all; false: the kernel was interrupted, and what was given is a part.
    public mutating func list(
      _ family: IPFamily, _ transport: TransportProtocol, _ take: (TrackedConnection) -> Void
    ) throws(NetlinkError) -> Bool {
      do {
        return try dump(family, transport, take)
      } catch {
        // A kernel that knows no such filter lists everything, or says so.
        guard asksForProtocol, error.code == EOPNOTSUPP || error.code == EINVAL else { throw error }
        asksForProtocol = false
        return try dump(family, transport, take)
      }
    }

    private mutating func dump(
      _ family: IPFamily, _ transport: TransportProtocol, _ take: (TrackedConnection) -> Void
    ) throws(NetlinkError) -> Bool {
      let asksForProtocol = asksForProtocol
      do {
        try channel.request(
          "reading connections (\(transport.word), \(family.rawValue))", isDump: true,
          { message, sequence in
            let start = message.beginMessage(
              type: ConntrackMessage.get, flags: MessageFlags.dump, family: family.number, sequence: sequence)
            if asksForProtocol { ConntrackMessage.filter(transport, &message) }
            message.endMessage(start)
          }
        ) { message throws(MalformedMessage) in
          guard message.type == ConntrackMessage.new, message.family == family.number,
            let connection = try TrackedConnection(message.attributes), connection.transport == transport
          else { return }
          take(connection)
        }
        return true
      } catch {
        switch error {
        case .interrupted: return false
        case .final(let error): throw error
        }
      }
    }

    // MARK: - Deleting

    /// What became of deletions.
    public struct Deletion: Sendable {
      public var deleted = 0
      /// Were not there any more.
      public var gone = 0
      /// In the order given.
      public var failures: [(connection: TrackedConnection, error: NetlinkError)] = []
    }

    /// Deletes entries, each of which must be as it was listed; one that has come in its place since and leads elsewhere stays.
    public mutating func delete(_ connections: [TrackedConnection]) -> Deletion {
      var outcome = Deletion()
      var start = connections.startIndex
      while start < connections.endIndex {
        let end = min(start + Self.deletionsAtOnce, connections.endIndex)
        delete(connections[start..<end], &outcome)
        start = end
      }
      return outcome
    }

    private mutating func delete(_ connections: ArraySlice<TrackedConnection>, _ outcome: inout Deletion) {
      channel.discardAnswers()
      var messages = MessageBuffer(capacity: connections.count * 128)
      for (index, connection) in connections.enumerated() {
        let start = messages.beginMessage(
          type: ConntrackMessage.delete, flags: MessageFlags.request, family: connection.family.number,
          sequence: Self.firstDeletion + UInt32(index))
        connection.writeIdentity(to: &messages)
        messages.endMessage(start)
      }
      var codes: [Int: (code: Int32, explanation: String?)] = [:]
      do {
        try messages.withBytes { bytes throws(SystemError) in try channel.transport.send(bytes) }
        codes = try answers(connections.count)
      } catch {
        for connection in connections { outcome.failures.append((connection, Self.error(connection, error.code))) }
        return
      }
      for (index, connection) in connections.enumerated() {
        switch codes[index] {
        case nil: outcome.deleted += 1
        case (ENOENT, _)?: outcome.gone += 1
        case (let code, let explanation)?:
          outcome.failures.append((connection, Self.error(connection, code, explanation)))
        }
      }
    }

    /// The kernel is done when sending returns, and has answered each deletion that failed.
    private mutating func answers(_ count: Int) throws(SystemError) -> [Int: (code: Int32, explanation: String?)] {
      var codes: [Int: (code: Int32, explanation: String?)] = [:]
      while true {
        let length: Int
        do {
          length = try channel.transport.receive(into: channel.received.room, waits: false)
        } catch {
          // More failures than there is room for: the first ones are still there.
          if error.code == ENOBUFS { continue }
          guard error.code == EAGAIN else { throw error }
          return codes
        }
        do {
          var messages = Messages(channel.received.bytes(length))
          while let message = try messages.next() {
            guard message.type == MessageType.error, message.sequence >= Self.firstDeletion,
              message.sequence - Self.firstDeletion < UInt32(count)
            else { continue }
            let answer = try KernelAnswer(message)
            guard answer.code != 0 else { continue }
            codes[Int(message.sequence - Self.firstDeletion)] = (answer.code, answer.explanation)
          }
        } catch {
          throw SystemError(code: EBADMSG)
        }
      }
    }

    private static func error(
      _ connection: TrackedConnection, _ code: Int32, _ explanation: String? = nil
    ) -> NetlinkError {
      NetlinkError("deleting \(connection.summary)", .refused(code: code), explanation: explanation)
    }

    // MARK: - Making

    /// Makes an entry, as if a packet had. Tests play a node's past with it.
    package mutating func insert(_ connection: TrackedConnection, seconds: UInt32) throws(NetlinkError) {
      let operation = "making \(connection.summary)"
      do {
        try channel.request(
          operation, isDump: false,
          { message, sequence in
            let start = message.beginMessage(
              type: ConntrackMessage.new, flags: MessageFlags.createNew | UInt16(NLM_F_ACK),
              family: connection.family.number, sequence: sequence)
            connection.write(to: &message)
            message.put(Int(CTA_TIMEOUT.rawValue), seconds)
            message.endMessage(start)
          }
        ) { _ in }
      } catch {
        switch error {
        case .interrupted: throw NetlinkError(operation, .refused(code: EINTR))
        case .final(let error): throw error
        }
      }
    }
  }

  extension ConntrackConnection where Transport == NetlinkSocket {
    /// A connection to the kernel, for the network namespace the calling thread is in.
    public init() throws(NetlinkError) { self.init(try NetlinkSocket()) }
  }

  extension TrackedConnection {
    /// `udp 10.244.1.9:40000 -> 10.96.0.10:53`
    public var summary: String { "\(transport.word) \(originalSource) -> \(originalDestination)" }
  }

  /// Numbers of messages about connections.
  enum ConntrackMessage {
    static let new = number(IPCTNL_MSG_CT_NEW)
    static let get = number(IPCTNL_MSG_CT_GET)
    static let delete = number(IPCTNL_MSG_CT_DELETE)

    private static func number(_ kind: cntl_msg_types) -> UInt16 {
      UInt16(NFNL_SUBSYS_CTNETLINK) << 8 | UInt16(truncatingIfNeeded: kind.rawValue)
    }

    /// Asks for entries of one protocol only.
    static func filter(_ transport: TransportProtocol, _ message: inout MessageBuffer) {
      // Which parts of the tuple count: 1 << 3 is the number of the protocol. The kernel's headers do not name it.
      let protocolNumber: UInt32 = 1 << 3
      let filter = message.beginNest(Int(CTA_FILTER.rawValue))
      message.putHost(Int(CTA_FILTER_ORIG_FLAGS.rawValue), protocolNumber)
      message.putHost(Int(CTA_FILTER_REPLY_FLAGS.rawValue), 0)
      message.endNest(filter)
      let tuple = message.beginNest(Int(CTA_TUPLE_ORIG.rawValue))
      let ports = message.beginNest(Int(CTA_TUPLE_PROTO.rawValue))
      message.putByte(Int(CTA_PROTO_NUM.rawValue), transport.number)
      message.endNest(ports)
      message.endNest(tuple)
    }
  }
#endif
