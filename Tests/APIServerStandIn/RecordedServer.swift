#if Agent
  import NIOCore
  import NIOPosix
  import Synchronization

  /// Answers with bytes that a real server once sent: headers, lengths of chunks and all.
  public final class RecordedServer: Sendable {
    public let port: Int
    private let serving: Task<Void, Never>

    private typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    /// - Parameters:
    ///   - pieceSize: how many bytes are sent at once.
    ///   - answer: to a request, of which it is given the first line; nil: nothing is said.
    public init(pieceSize: Int = .max, answer: @escaping @Sendable (String) -> [UInt8]?) async throws {
      let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        // A connection that comes while the server stops must not be wrapped already: nobody would finish it.
        .childChannelOption(.autoRead, value: false)
        .bind(host: "127.0.0.1", port: 0) { channel in channel.eventLoop.makeSucceededFuture(channel) }
      port = channel.channel.localAddress?.port ?? 0
      serving = Task {
        try? await channel.executeThenClose { connections in
          try await withThrowingDiscardingTaskGroup { group in
            for try await connection in connections {
              group.addTask {
                guard let connection = try? await RecordedServer.wrap(connection) else { return }
                try? await RecordedServer.serve(connection, pieceSize, answer)
              }
            }
          }
        }
      }
    }

    public var url: String { "http://127.0.0.1:\(port)" }

    public func stop() async {
      serving.cancel()
      await serving.value
    }

    private static func wrap(_ channel: any Channel) async throws -> Connection {
      try await channel.eventLoop.submit {
        let connection = try Connection(wrappingChannelSynchronously: channel)
        try channel.syncOptions?.setOption(.autoRead, value: true)
        return connection
      }.get()
    }

    private static func serve(
      _ connection: Connection, _ pieceSize: Int, _ answer: @Sendable (String) -> [UInt8]?
    ) async throws {
      try await connection.executeThenClose { inbound, outbound in
        var received = ""
        for try await piece in inbound {
          received += String(buffer: piece)
          while let end = received.firstRange(of: "\r\n\r\n") {
            let request = received.prefix { $0 != "\r\n" }
            if let bytes = answer(String(request)) {
              var rest = ByteBuffer(bytes: bytes)
              while let piece = rest.readSlice(length: min(pieceSize, rest.readableBytes)), piece.readableBytes > 0 {
                try await outbound.write(piece)
              }
            }
            received.removeSubrange(..<end.upperBound)
          }
        }
      }
    }
  }
#endif
