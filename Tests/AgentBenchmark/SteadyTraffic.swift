#if Agent && os(Linux)
  import Foundation
  import Glibc
  import Synchronization

  /// Connections to Services that nobody changes: through the rules to backends of this process. None may fail.
  final class SteadyTraffic: Sendable {
    struct Counts {
      var connections = 0
      /// Over connections that stay open.
      var exchanges = 0
      var failures = 0
      var firstFailure: String?
    }

    private let state = Mutex(Counts())
    private let isEnded = Mutex(false)
    private let services: [(address: String, isDatagram: Bool)]

    var counts: Counts { state.withLock { $0 } }

    /// - Parameter services: cluster IPs; the port is 80.
    init(_ services: [(address: String, isDatagram: Bool)]) throws {
      self.services = services
      let backends = try Backends()
      Thread.detachNewThread { [self] in backends.serve { self.isEnded.withLock { $0 } } }
    }

    func start() {
      Thread.detachNewThread { [self] in run() }
    }

    func end() { isEnded.withLock { $0 = true } }

    private func run() {
      var lasting: [String: LoopbackSocket] = [:]
      var number: UInt64 = 0
      while !isEnded.withLock({ $0 }) {
        for service in services {
          number += 1
          attempt(service.address, \.connections) {
            let socket = try LoopbackSocket(isDatagram: service.isDatagram)
            defer { socket.close() }
            try socket.connect(service.address, 80)
            try socket.exchange(number)
          }
          if service.isDatagram { continue }
          attempt("\(service.address), kept open", \.exchanges) {
            if lasting[service.address] == nil {
              let socket = try LoopbackSocket(isDatagram: false)
              lasting[service.address] = socket
              try socket.connect(service.address, 80)
            }
            try lasting[service.address]?.exchange(number)
          }
        }
        usleep(25_000)
      }
      for socket in lasting.values { socket.close() }
    }

    private func attempt(_ name: String, _ counter: WritableKeyPath<Counts, Int>, _ body: () throws -> Void) {
      let result = Result { try body() }
      state.withLock { counts in
        counts[keyPath: counter] += 1
        guard case .failure(let error) = result else { return }
        counts.failures += 1
        if counts.firstFailure == nil { counts.firstFailure = "\(name): \(error)" }
      }
    }
  }

  /// Says back what it is told, on all addresses of steady backends.
  private struct Backends: Sendable {
    private let listeners: [LoopbackSocket]
    private let datagrams: [LoopbackSocket]

    init() throws {
      let port = UInt16(MadeUpCluster.steadyPort)
      listeners = try PrivateNetwork.backends.map { address in
        let socket = try LoopbackSocket(isDatagram: false)
        try socket.bind(address, port)
        listen(socket.descriptor, 128)
        return socket
      }
      datagrams = try PrivateNetwork.backends.map { address in
        let socket = try LoopbackSocket(isDatagram: true)
        try socket.bind(address, port)
        return socket
      }
    }

    func serve(until isEnded: () -> Bool) {
      var room = [UInt8](repeating: 0, count: 4096)
      var connections: [Int32] = []
      while !isEnded() {
        var polled = (listeners.map(\.descriptor) + datagrams.map(\.descriptor) + connections).map {
          pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        guard poll(&polled, nfds_t(polled.count), 200) > 0 else { continue }
        for (index, entry) in polled.enumerated() where entry.revents != 0 {
          if index < listeners.count {
            let connection = accept(entry.fd, nil, nil)
            if connection >= 0 { connections.append(connection) }
          } else if index < listeners.count + datagrams.count {
            answerDatagram(entry.fd, &room)
          } else {
            let count = recv(entry.fd, &room, room.count, 0)
            if count > 0, send(entry.fd, room, count, Int32(MSG_NOSIGNAL)) == count { continue }
            close(entry.fd)
            connections.removeAll { $0 == entry.fd }
          }
        }
      }
      for descriptor in connections { close(descriptor) }
      for socket in listeners + datagrams { socket.close() }
    }

    private func answerDatagram(_ descriptor: Int32, _ room: inout [UInt8]) {
      var peer = sockaddr_storage()
      var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
      withUnsafeMutablePointer(to: &peer) { peer in
        peer.withMemoryRebound(to: sockaddr.self, capacity: 1) { peer in
          let count = recvfrom(descriptor, &room, room.count, 0, peer, &length)
          if count > 0 { sendto(descriptor, room, count, 0, peer, length) }
        }
      }
    }
  }
#endif
