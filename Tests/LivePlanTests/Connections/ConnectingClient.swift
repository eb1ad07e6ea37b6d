#if Netlink && os(Linux)
  import Glibc
  import Synchronization

  /// Opens connections without pause, from one address to several, until it is told to end.
  final class ConnectingClient: Sendable {
    struct Outcome: Sendable {
      var opened = 0
      /// Why connections failed, by what they were to.
      var failures: [String: Int] = [:]
    }

    private let source: String
    private let frontends: [(address: String, port: UInt16)]
    private let isOver = Atomic(false)
    private let outcome = Mutex(Outcome())

    init(from source: String, to frontends: [(address: String, port: UInt16)]) {
      self.source = source
      self.frontends = frontends
    }

    func end() { isOver.store(true, ordering: .relaxed) }
    var result: Outcome { outcome.withLock { $0 } }

    /// Connects; in the network namespace of the calling thread.
    func run() {
      while !isOver.load(ordering: .relaxed) {
        for (address, port) in frontends {
          for kind in [SOCK_STREAM, SOCK_DGRAM] {
            let failure = failure(kind, address, port)
            outcome.withLock { outcome in
              outcome.opened += 1
              if let failure {
                outcome.failures["\(kind == SOCK_STREAM ? "tcp" : "udp") \(address):\(port): \(failure)", default: 0] +=
                  1
              }
            }
          }
        }
      }
    }

    private func failure(_ kind: __socket_type, _ address: String, _ port: UInt16) -> String? {
      do {
        let socket = try InternetSocket(kind)
        try socket.bind(source)
        if kind == SOCK_STREAM { socket.forgetsPort() }
        try socket.connect(address, port)
        try socket.exchange()
        return nil
      } catch {
        return "\(error)"
      }
    }
  }
#endif
