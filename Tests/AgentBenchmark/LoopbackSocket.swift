#if Agent && os(Linux)
  import Glibc

  /// A socket of IPv4 that waits a few seconds at most for what it does. Whoever has it closes it.
  struct LoopbackSocket: Sendable {
    struct Failure: Error, CustomStringConvertible {
      var description: String
    }

    let descriptor: Int32

    /// What is waited for longer than that has failed.
    private static let patience = 10

    init(isDatagram: Bool) throws {
      let type = isDatagram ? SOCK_DGRAM : SOCK_STREAM
      descriptor = socket(AF_INET, Int32(type.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
      guard descriptor >= 0 else { throw Self.failure("socket") }
      var time = timeval(tv_sec: Self.patience, tv_usec: 0)
      for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
        setsockopt(descriptor, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
      }
    }

    func connect(_ address: String, _ port: UInt16) throws {
      guard Self.with(address, port, { Glibc.connect(descriptor, $0, $1) }) == 0 else { throw Self.failure("connect") }
    }

    func bind(_ address: String, _ port: UInt16) throws {
      var on: Int32 = 1
      setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
      guard Self.with(address, port, { Glibc.bind(descriptor, $0, $1) }) == 0 else { throw Self.failure("bind") }
    }

    /// Sends a number and waits for it to come back.
    func exchange(_ number: UInt64) throws {
      var (sent, received) = (number, UInt64(0))
      guard send(descriptor, &sent, 8, Int32(MSG_NOSIGNAL)) == 8 else { throw Self.failure("send") }
      guard recv(descriptor, &received, 8, Int32(MSG_WAITALL)) == 8 else { throw Self.failure("receive") }
      guard sent == received else { throw Failure(description: "something else came back") }
    }

    func close() { Glibc.close(descriptor) }

    private static func failure(_ operation: String) -> Failure {
      Failure(description: "\(operation): \(String(cString: strerror(errno)))")
    }

    private static func with(
      _ address: String, _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
      var name = sockaddr_in()
      name.sin_family = sa_family_t(AF_INET)
      name.sin_port = port.bigEndian
      inet_pton(AF_INET, address, &name.sin_addr)
      return withUnsafePointer(to: &name) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
      }
    }

    /// The body of an answer to a GET on 127.0.0.1.
    static func get(port: UInt16, path: String) throws -> String {
      let socket = try LoopbackSocket(isDatagram: false)
      defer { socket.close() }
      try socket.connect("127.0.0.1", port)
      let request = Array("GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8)
      guard send(socket.descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
        throw failure("send")
      }
      var answer: [UInt8] = []
      var room = [UInt8](repeating: 0, count: 1 << 16)
      while true {
        let count = recv(socket.descriptor, &room, room.count, 0)
        guard count >= 0 else { throw failure("receive") }
        if count == 0 { return String(decoding: answer, as: UTF8.self) }
        answer += room[..<count]
      }
    }
  }
#endif
