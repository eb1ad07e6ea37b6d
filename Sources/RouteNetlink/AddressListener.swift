#if Netlink && os(Linux)
  import CNetlinkShim
  import Glibc
  import Netlink
  import NetworkAddresses

  /// Hears of addresses that interfaces get and lose.
  ///
  /// It is not shared: one thread uses it at a time.
  public struct AddressListener<Transport: NetlinkTransport & ~Copyable>: ~Copyable {
    private var transport: Transport
    private var received = ReceiveBuffer()

    public init(_ transport: consuming Transport) { self.transport = transport }

    /// What was heard.
    public enum Event: Hashable, Sendable {
      /// Also where one that was there becomes usable or not.
      case added(InterfaceAddress)
      case removed(InterfaceAddress)
      /// There was more than the socket had room for: the addresses have to be read anew.
      case lost
    }

    /// What was heard since the last call, without waiting for more. To be called when ``descriptor`` can be read.
    public mutating func events() throws(NetlinkError) -> [Event] {
      let operation = "listening for addresses of interfaces"
      var events: [Event] = []
      while true {
        let count: Int
        do {
          count = try transport.receive(into: received.room, waits: false)
        } catch {
          if error.code == EAGAIN { return events }
          guard error.code == ENOBUFS else { throw NetlinkError(operation, .refused(code: error.code)) }
          if events.last != .lost { events.append(.lost) }
          continue
        }
        do {
          var messages = Messages(received.bytes(count))
          while let message = try messages.next() {
            guard message.type == UInt16(RTM_NEWADDR) || message.type == UInt16(RTM_DELADDR),
              let address = try InterfaceAddress(message)
            else { continue }
            events.append(message.type == UInt16(RTM_NEWADDR) ? .added(address) : .removed(address))
          }
        } catch {
          throw NetlinkError(operation, .malformedAnswer)
        }
      }
    }
  }

  extension AddressListener where Transport == NetlinkSocket {
    /// Listens in the network namespace the calling thread is in. Addresses are to be read after it was made: then none is
    /// missed.
    public init() throws(NetlinkError) {
      self.init(try NetlinkSocket(.route, groups: UInt32(RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR)))
    }

    /// For polling; it belongs to the listener.
    public var descriptor: Int32 { transport.descriptor }
  }
#endif
