#if Netlink && os(Linux)
  import Glibc

  /// Owns a socket of IPv4; a call that waits gives up after five seconds.
  struct InternetSocket: ~Copyable {
    let number: Int32

    static let longestWait = 5

    init(_ kind: __socket_type) throws {
      number = try POSIXCall.check(socket(AF_INET, Int32(kind.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0))
      var wait = timeval(tv_sec: Self.longestWait, tv_usec: 0)
      for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
        setsockopt(number, SOL_SOCKET, option, &wait, socklen_t(MemoryLayout<timeval>.size))
      }
    }

    /// Takes over one that was accepted.
    init(accepted number: Int32) { self.number = number }

    deinit { close(number) }

    func bind(_ address: String, _ port: UInt16 = 0) throws {
      var one: Int32 = 1
      setsockopt(number, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
      try Self.withAddress(address, port) { try POSIXCall.check(Glibc.bind(number, $0, $1)) }
    }

    func connect(_ address: String, _ port: UInt16) throws {
      try Self.withAddress(address, port) { try POSIXCall.check(Glibc.connect(number, $0, $1)) }
    }

    func listen() throws { try POSIXCall.check(Glibc.listen(number, 4096)) }

    /// Sends a byte and waits for one.
    func exchange() throws {
      var byte: UInt8 = 7
      try POSIXCall.check(Int32(send(number, &byte, 1, Int32(MSG_NOSIGNAL))))
      guard try POSIXCall.check(Int32(recv(number, &byte, 1, 0))) == 1 else { throw POSIXCall.Failure(code: EPIPE) }
    }

    /// Closing it does not keep its port for a minute.
    func forgetsPort() {
      var linger = linger(l_onoff: 1, l_linger: 0)
      setsockopt(number, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
    }

    private static func withAddress(
      _ text: String, _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) throws -> Int32
    ) throws {
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = port.bigEndian
      guard inet_pton(AF_INET, text, &address.sin_addr) == 1 else { throw POSIXCall.Failure(code: EINVAL) }
      _ = try withUnsafePointer(to: &address) { pointer in
        try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          try body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
    }
  }

  enum POSIXCall {
    struct Failure: Error, CustomStringConvertible {
      var code: Int32
      var description: String { String(cString: strerror(code)) }
    }

    @discardableResult
    static func check(_ result: Int32) throws -> Int32 {
      guard result < 0 else { return result }
      throw Failure(code: errno)
    }
  }
#endif
