#if Netlink && os(Linux)
  import CNetlinkShim
  import Glibc
  import Netlink

  /// A connection to the counters of nfnetlink_acct, which rules of iptables count with: `-m nfacct`.
  ///
  /// It is not shared: one thread uses it at a time. The process needs `CAP_NET_ADMIN` in the network namespace.
  public struct AccountingConnection<Transport: NetlinkTransport & ~Copyable>: ~Copyable {
    private var channel: RequestChannel<Transport>

    public init(_ transport: consuming Transport) { channel = RequestChannel(transport) }

    /// Makes a counter; one that is there goes on.
    ///
    /// - Parameter name: at most 31 bytes.
    public mutating func ensure(_ name: String) throws(NetlinkError) {
      do {
        try request(NFNL_MSG_ACCT_NEW, MessageFlags.createNew | UInt16(NLM_F_ACK), "making counter \(name)", name)
      } catch {
        guard error.isAlreadyThere else { throw error }
      }
    }

    /// How many packets a counter has counted.
    ///
    /// - Throws: ``NetlinkError/isNotFound`` where there is none.
    public mutating func packets(_ name: String) throws(NetlinkError) -> UInt64 {
      let operation = "reading counter \(name)"
      guard let packets = try request(NFNL_MSG_ACCT_GET, MessageFlags.request, operation, name) else {
        throw NetlinkError(operation, .malformedAnswer)
      }
      return packets
    }

    @discardableResult
    private mutating func request(
      _ kind: nfnl_acct_msg_types, _ flags: UInt16, _ operation: String, _ name: String
    ) throws(NetlinkError) -> UInt64? {
      var packets: UInt64?
      do {
        try channel.request(
          operation, isDump: false,
          { message, sequence in
            let type = UInt16(NFNL_SUBSYS_ACCT) << 8 | UInt16(truncatingIfNeeded: kind.rawValue)
            let start = message.beginMessage(type: type, flags: flags, family: 0, sequence: sequence)
            message.put(Int(NFACCT_NAME.rawValue), name)
            message.endMessage(start)
          }
        ) { message throws(MalformedMessage) in
          packets = try message.attributes.first(Int(NFACCT_PKTS.rawValue))?.uint64()
        }
      } catch {
        switch error {
        case .interrupted: throw NetlinkError(operation, .refused(code: EINTR))
        case .final(let error): throw error
        }
      }
      return packets
    }
  }

  extension AccountingConnection where Transport == NetlinkSocket {
    /// For the network namespace the calling thread is in.
    public init() throws(NetlinkError) { self.init(try NetlinkSocket()) }
  }
#endif
