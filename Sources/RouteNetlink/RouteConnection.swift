#if Netlink && os(Linux)
  import CNetlinkShim
  import Glibc
  import Netlink
  import NetworkAddresses

  /// A connection to what the kernel knows of interfaces, for reading their addresses.
  ///
  /// It is not shared: one thread uses it at a time.
  public struct RouteConnection<Transport: NetlinkTransport & ~Copyable>: ~Copyable {
    private var channel: RequestChannel<Transport>

    /// How often a list is read again because it changed meanwhile.
    static var readAttempts: Int { 16 }

    /// - Parameter transport: a socket of the family `route`.
    public init(_ transport: consuming Transport) { channel = RequestChannel(transport) }

    /// The addresses of all interfaces, loopback included, in the order of the kernel: as of one moment.
    ///
    /// A family that is switched off has none.
    public mutating func addresses() throws(NetlinkError) -> [InterfaceAddress] {
      let operation = "reading the addresses of interfaces"
      for _ in 0..<Self.readAttempts {
        var addresses: [InterfaceAddress] = []
        do {
          try channel.request(
            operation, isDump: true,
            { message, sequence in
              let start = message.beginMessage(
                type: UInt16(RTM_GETADDR), flags: MessageFlags.dump, family: 0, sequence: sequence)
              message.endMessage(start)
            }
          ) { message throws(MalformedMessage) in
            if message.type == UInt16(RTM_NEWADDR), let address = try InterfaceAddress(message) {
              addresses.append(address)
            }
          }
          return addresses
        } catch {
          switch error {
          case .interrupted: continue
          case .final(let error): throw error
          }
        }
      }
      throw NetlinkError(operation, .keptChanging(attempts: Self.readAttempts))
    }
  }

  extension RouteConnection where Transport == NetlinkSocket {
    /// A connection to the kernel, for the network namespace the calling thread is in.
    public init() throws(NetlinkError) { self.init(try NetlinkSocket(.route)) }
  }

  extension InterfaceAddress {
    /// Nil: of another family.
    init?(_ message: Message) throws(MalformedMessage) {
      // struct ifaddrmsg
      guard message.payload.count >= 8 else { throw MalformedMessage() }
      guard IPFamily(number: message.family) != nil else { return nil }
      var flags = UInt32(message.payload[2])
      var address: IPAddress?
      var local: IPAddress?
      var attributes = Attributes(UnsafeRawBufferPointer(rebasing: message.payload[8...]))
      while let attribute = try attributes.next() {
        switch attribute.type {
        case Int(IFA_ADDRESS): address = try attribute.address()
        case Int(IFA_LOCAL): local = try attribute.address()
        case Int(IFA_FLAGS): flags = try attribute.hostUInt32()
        default: break
        }
      }
      // On a point-to-point interface IFA_ADDRESS is the other end; IPv6 has IFA_LOCAL only there.
      guard let own = local ?? address else { throw MalformedMessage() }
      self.init(
        own, prefixLength: Int(message.payload[1]),
        interface: message.payload.loadUnaligned(fromByteOffset: 4, as: UInt32.self),
        isTentative: flags & UInt32(IFA_F_TENTATIVE | IFA_F_DADFAILED) != 0)
    }
  }
#endif
