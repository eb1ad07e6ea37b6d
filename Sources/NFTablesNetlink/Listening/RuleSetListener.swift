#if Netlink && os(Linux)
  import CNetlinkShim
  import Glibc
  import NFTables
  import Netlink
  import NetworkAddresses

  /// Hears of every commit to nf_tables in a network namespace, whoever makes it. What packets add to sets is no commit.
  ///
  /// It is not shared: one thread uses it at a time.
  public struct RuleSetListener<Transport: NetlinkTransport & ~Copyable>: ~Copyable {
    private var transport: Transport
    private var received = ReceiveBuffer()
    /// Of the commit that is being told of: its end comes last.
    private var tables: Set<TableIdentity> = []
    /// Of these sets it is told what an element has counted when it goes.
    public var countingSets: [TableIdentity: [NamedSet]] = [:]

    public init(_ transport: consuming Transport) { self.transport = transport }

    /// What was heard.
    public enum Event: Hashable, Sendable {
      case changed(RuleSetChange)
      /// An element of one of ``countingSets`` is gone; the commit that it was part of is told of later.
      case removed(CountedElement, from: TableIdentity)
      /// There was more than the socket had room for: whatever is installed has to be looked at.
      case lost
    }

    /// What was heard since the last call, without waiting for more. To be called when ``descriptor`` can be read.
    public mutating func events() throws(NetlinkError) -> [Event] {
      let operation = "listening for changes of rules"
      var events: [Event] = []
      while true {
        let count: Int
        do {
          count = try transport.receive(into: received.room, waits: false)
        } catch {
          if error.code == EAGAIN {
            // The end of what was begun may be among what was lost.
            if events.contains(.lost) { tables = [] }
            return events
          }
          guard error.code == ENOBUFS else { throw NetlinkError(operation, .refused(code: error.code)) }
          if events.last != .lost { events.append(.lost) }
          continue
        }
        do {
          var messages = Messages(received.bytes(count))
          while let message = try messages.next() {
            if let change = try read(message) { events.append(.changed(change)) }
            if !countingSets.isEmpty, message.isTables(NFT_MSG_DELSETELEM) {
              events += try removedElements(message)
            }
          }
        } catch {
          throw NetlinkError(operation, .malformedAnswer)
        }
      }
    }

    /// - Returns: the commit that the message is the end of.
    private mutating func read(_ message: Message) throws(MalformedMessage) -> RuleSetChange? {
      guard message.type >> 8 == UInt16(NFNL_SUBSYS_NFTABLES) else { return nil }
      if message.isTables(NFT_MSG_NEWGEN) {
        defer { tables = [] }
        return RuleSetChange(
          tables: tables,
          generation: try message.attributes.first(Int(NFTA_GEN_ID.rawValue))?.uint32() ?? 0,
          port: message.port,
          process: try process(message))
      }
      // In messages of all other kinds the first attribute has the name of the table.
      if let family = IPFamily(number: message.family),
        let name = try message.attributes.first(Int(NFTA_TABLE_NAME.rawValue))
      {
        tables.insert(TableIdentity(family, name.string()))
      }
      return nil
    }

    private func removedElements(_ message: Message) throws(MalformedMessage) -> [Event] {
      guard let family = IPFamily(number: message.family),
        let table = try message.attributes.first(Int(NFTA_SET_ELEM_LIST_TABLE.rawValue))?.string(),
        let name = try message.attributes.first(Int(NFTA_SET_ELEM_LIST_SET.rawValue))?.string(),
        let set = countingSets[TableIdentity(family, table)]?.first(where: { $0.name == name })
      else { return [] }
      var reader = ElementReader(set)
      try reader.read(try message.attributes)
      return reader.counted.map { .removed($0, from: TableIdentity(family, table)) }
    }

    private func process(_ message: Message) throws(MalformedMessage) -> RuleSetChange.Process? {
      guard let id = try message.attributes.first(Int(NFTA_GEN_PROC_PID.rawValue)),
        let name = try message.attributes.first(Int(NFTA_GEN_PROC_NAME.rawValue))
      else { return nil }
      return RuleSetChange.Process(id: try id.uint32(), name: name.string())
    }
  }

  extension RuleSetListener where Transport == NetlinkSocket {
    /// Listens in the network namespace the calling thread is in. Rules are to be read after it was made: then no change
    /// is missed.
    public init() throws(NetlinkError) {
      self.init(try NetlinkSocket(.netfilter, groups: 1 << (UInt32(NFNLGRP_NFTABLES.rawValue) - 1)))
    }

    /// For polling; it belongs to the listener.
    public var descriptor: Int32 { transport.descriptor }
  }

  extension IPFamily {
    init?(number: UInt8) {
      guard let family = IPFamily.allCases.first(where: { $0.number == number }) else { return nil }
      self = family
    }
  }
#endif
