#if Netlink && os(Linux)
  import CMnl
  import CNetlinkShim
  import Glibc

  /// A socket to the network namespace that its thread is in when it is made.
  ///
  /// It owns the socket of libmnl and closes it when it ends.
  public struct NetlinkSocket: ~Copyable, NetlinkTransport {
    private let socket: OpaquePointer
    /// For polling; it belongs to this value.
    public let descriptor: Int32
    /// The size of the largest message that can be sent.
    private var room: Int

    /// Receive buffer in bytes: room for the errors of 10,000 messages.
    private static let receiveBuffer: Int32 = 16 << 20

    /// The part of the kernel that answers.
    public enum Family: Sendable {
      /// Tables of nf_tables, connection tracking.
      case netfilter
      /// Interfaces and their addresses.
      case route

      var number: Int32 {
        switch self {
        case .netfilter: NETLINK_NETFILTER
        case .route: NETLINK_ROUTE
        }
      }
    }

    /// - Parameter groups: what to be told of unasked; one bit for each of the first 32 groups of the family.
    public init(_ family: Family = .netfilter, groups: UInt32 = 0) throws(NetlinkError) {
      guard let socket = mnl_socket_open2(family.number, Int32(SOCK_CLOEXEC.rawValue)) else {
        throw NetlinkError("opening a netlink socket", .refused(code: errno))
      }
      guard mnl_socket_bind(socket, groups, 0) == 0 else {
        let code = errno
        mnl_socket_close(socket)
        throw NetlinkError("binding a netlink socket", .refused(code: code))
      }
      self.socket = socket
      descriptor = mnl_socket_get_fd(socket)
      room = 0
      // Errors come with an explanation, and without a copy of the message; older kernels do without.
      var on: Int32 = 1
      let size = socklen_t(MemoryLayout<Int32>.size)
      mnl_socket_setsockopt(socket, NETLINK_EXT_ACK, &on, size)
      mnl_socket_setsockopt(socket, NETLINK_CAP_ACK, &on, size)
      _ = cnl_set_receive_buffer(descriptor, NetlinkSocket.receiveBuffer)
    }

    deinit { mnl_socket_close(socket) }

    /// The port the kernel knows this socket by: the owner of the tables it made with an owner.
    public var port: UInt32 { mnl_socket_get_portid(socket) }

    public mutating func send(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
      if bytes.count > room { makeRoom(bytes.count) }
      guard mnl_socket_sendto(socket, bytes.baseAddress, bytes.count) == bytes.count else {
        throw SystemError(code: errno)
      }
    }

    /// A datagram must fit into the send buffer.
    private mutating func makeRoom(_ bytes: Int) {
      let overhead = 1 << 16
      let given = cnl_set_send_buffer(descriptor, Int32(clamping: bytes + bytes / 2 + overhead))
      room = max(0, Int(given) - overhead)
    }

    public mutating func receive(into buffer: UnsafeMutableRawBufferPointer, waits: Bool) throws(SystemError) -> Int {
      let count = cnl_receive(descriptor, buffer.baseAddress, buffer.count, waits ? 1 : 0)
      guard count >= 0 else { throw SystemError(code: Int32(clamping: -count)) }
      return Int(count)
    }
  }
#endif
