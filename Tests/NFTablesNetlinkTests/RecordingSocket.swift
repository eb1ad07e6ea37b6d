#if Netlink && os(Linux)
  import NFTablesNetlink

  /// A socket that keeps what the kernel answers, request by request.
  struct RecordingSocket: NetlinkTransport, ~Copyable {
    final class Record {
      var answers: [[FakeKernel.Script.Answer]] = []
    }

    private var socket: NetlinkSocket
    private let record: Record

    init(_ record: Record) throws(NetlinkError) {
      socket = try NetlinkSocket()
      self.record = record
    }

    mutating func send(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
      record.answers.append([])
      try socket.send(bytes)
    }

    mutating func receive(into room: UnsafeMutableRawBufferPointer, waits: Bool) throws(SystemError) -> Int {
      let count = try socket.receive(into: room, waits: waits)
      record.answers[record.answers.count - 1].append(.datagram(Array(room.prefix(count))))
      return count
    }
  }
#endif
