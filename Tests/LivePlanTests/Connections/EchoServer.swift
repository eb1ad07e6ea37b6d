#if Netlink && os(Linux)
  import Glibc
  import Synchronization

  /// Answers each byte on one port of many addresses, over TCP and UDP, until it is told to end.
  final class EchoServer: Sendable {
    private let isOver = Atomic(false)

    func end() { isOver.store(true, ordering: .relaxed) }

    /// Serves; in the network namespace of the calling thread.
    ///
    /// - Parameters:
    ///   - addresses: UDP answers come from the address that was asked.
    ///   - ready: called when everything listens.
    func run(_ addresses: [String], port: UInt16, ready: () -> Void) throws {
      let listener = try InternetSocket(SOCK_STREAM)
      try listener.bind("0.0.0.0", port)
      try listener.listen()
      var polled = [pollfd(fd: listener.number, events: Int16(POLLIN), revents: 0)]
      var receivers: [Receiver] = []
      for address in addresses {
        let receiver = Receiver(try InternetSocket(SOCK_DGRAM))
        try receiver.socket.bind(address, port)
        polled.append(pollfd(fd: receiver.socket.number, events: Int16(POLLIN), revents: 0))
        receivers.append(receiver)
      }
      let fixed = polled.count
      defer { for connection in polled[fixed...] { close(connection.fd) } }
      ready()
      while !isOver.load(ordering: .relaxed) {
        guard poll(&polled, nfds_t(polled.count), 100) > 0 else { continue }
        var ended: [Int] = []
        for index in polled.indices where polled[index].revents != 0 {
          if index == 0 {
            let accepted = accept(listener.number, nil, nil)
            if accepted >= 0 { polled.append(pollfd(fd: accepted, events: Int16(POLLIN), revents: 0)) }
          } else if index < fixed {
            Self.answerDatagram(polled[index].fd)
          } else if !Self.answerStream(polled[index].fd) {
            ended.append(index)
          }
        }
        for index in ended.reversed() {
          close(polled[index].fd)
          polled.remove(at: index)
        }
      }
    }

    /// Keeps a socket open.
    private final class Receiver {
      let socket: InternetSocket
      init(_ socket: consuming InternetSocket) { self.socket = socket }
    }

    private static func answerDatagram(_ number: Int32) {
      var (byte, client) = (UInt8(0), sockaddr_in())
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      withUnsafeMutablePointer(to: &client) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { client in
          guard recvfrom(number, &byte, 1, 0, client, &length) >= 0 else { return }
          _ = sendto(number, &byte, 1, 0, client, length)
        }
      }
    }

    /// - Returns: false, if the other side has closed.
    private static func answerStream(_ number: Int32) -> Bool {
      var byte: UInt8 = 0
      guard recv(number, &byte, 1, 0) == 1 else { return false }
      return send(number, &byte, 1, Int32(MSG_NOSIGNAL)) == 1
    }
  }
#endif
