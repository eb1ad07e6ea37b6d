#if Agent
  import NIOCore
  import NIOHTTP1
  import NIOPosix
  import NIOSSL
  import Synchronization

  /// Stands in for an API server: lists and watches over real HTTP and TLS on loopback, and misbehaves when told to.
  public final class StandInServer: Sendable {
    public let cluster: StandInCluster
    public let port: Int
    private let isEncrypted: Bool
    private let serving: Task<Void, Never>
    private let settings: Settings

    private final class Settings: Sendable {
      struct Values {
        var misbehave: @Sendable (StandInRequest) -> Misbehaviour = { _ in Misbehaviour() }
        /// Nil: anybody may come.
        var tokens: Set<String>?
        var requests: [StandInRequest] = []
        var writes: Writes?
      }
      let values = Mutex(Values())
    }

    /// When bytes of answers went out.
    public struct Writes: Sendable {
      public var first: ContinuousClock.Instant
      public var last: ContinuousClock.Instant
    }

    private typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, ResponsePart>

    /// - Parameters:
    ///   - port: 0: any that is free.
    ///   - tls: nil: plain HTTP.
    public init(_ cluster: StandInCluster = StandInCluster(), port: Int = 0, tls: TLSConfiguration? = nil) async throws
    {
      let context = try tls.map { try NIOSSLContext(configuration: $0) }
      let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        // A connection that comes while the server stops must not be wrapped already: nobody would finish it.
        .childChannelOption(.autoRead, value: false)
        .bind(host: "127.0.0.1", port: port) { channel in channel.eventLoop.makeSucceededFuture(channel) }
      self.cluster = cluster
      self.port = channel.channel.localAddress?.port ?? 0
      isEncrypted = tls != nil
      let settings = Settings()
      self.settings = settings
      serving = Task {
        try? await channel.executeThenClose { connections in
          try await withThrowingDiscardingTaskGroup { group in
            for try await connection in connections {
              group.addTask {
                guard let connection = try? await StandInServer.wrap(connection, context, settings) else { return }
                try? await StandInServer.serve(connection, cluster, settings)
              }
            }
          }
        }
      }
    }

    public var url: String { "\(isEncrypted ? "https" : "http")://127.0.0.1:\(port)" }

    /// Ends all answers and stops listening.
    public func stop() async {
      serving.cancel()
      await serving.value
    }

    /// From the next request on.
    public func misbehave(_ decide: @escaping @Sendable (StandInRequest) -> Misbehaviour) {
      settings.values.withLock { $0.misbehave = decide }
    }

    public func behave() { misbehave { _ in Misbehaviour() } }

    /// Only those who bring one of these are served from now on; watches that are open go on.
    public func require(tokens: Set<String>?) { settings.values.withLock { $0.tokens = tokens } }

    /// All that came, in order.
    public var requests: [StandInRequest] { settings.values.withLock { $0.requests } }

    /// When the first and the last bytes went to the kernel's socket, or just before; nil: none did.
    public var writes: Writes? { settings.values.withLock { $0.writes } }

    /// Begins ``writes`` anew.
    public func forgetWrites() { settings.values.withLock { $0.writes = nil } }

    private static func wrap(
      _ channel: any Channel, _ context: NIOSSLContext?, _ settings: Settings
    ) async throws -> Connection {
      try await channel.eventLoop.submit {
        let pipeline = channel.pipeline.syncOperations
        if let context { try pipeline.addHandler(NIOSSLServerHandler(context: context)) }
        try pipeline.configureHTTPServerPipeline()
        try pipeline.addHandler(
          BufferedResponses {
            let now = ContinuousClock.now
            settings.values.withLock { values in
              if values.writes == nil {
                values.writes = Writes(first: now, last: now)
              } else {
                values.writes?.last = now
              }
            }
          })
        let connection = try Connection(wrappingChannelSynchronously: channel)
        try channel.syncOptions?.setOption(.autoRead, value: true)
        return connection
      }.get()
    }

    private static func serve(
      _ connection: Connection, _ cluster: StandInCluster, _ settings: Settings
    ) async throws {
      let closed = connection.channel.closeFuture
      try await connection.executeThenClose { inbound, outbound in
        var head: HTTPRequestHead?
        for try await part in inbound {
          switch part {
          case .head(let given): head = given
          case .body: break
          case .end:
            guard let head else { return }
            let request = StandInRequest(head)
            let (wrong, isKnown) = settings.values.withLock { values in
              values.requests.append(request)
              return (
                values.misbehave, values.tokens.map { tokens in request.token.map(tokens.contains) ?? false } ?? true
              )
            }
            var answer = StandInAnswer(request, cluster, wrong(request), outbound)
            if isKnown {
              try await answer.send { stop in closed.whenComplete { _ in stop() } }
            } else {
              try await answer.refuse(Misbehaviour.Refusal(401, "Unauthorized", "Unauthorized"))
            }
          }
        }
      }
    }
  }

  /// Answers are written as buffers.
  private final class BufferedResponses: ChannelOutboundHandler {
    typealias OutboundIn = ResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let onFlush: () -> Void

    /// - Parameter onFlush: called before what was written goes out.
    init(onFlush: @escaping () -> Void) { self.onFlush = onFlush }

    func flush(context: ChannelHandlerContext) {
      onFlush()
      context.flush()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
      let part: HTTPServerResponsePart =
        switch unwrapOutboundIn(data) {
        case .head(let head): .head(head)
        case .body(let buffer): .body(.byteBuffer(buffer))
        case .end(let trailers): .end(trailers)
        }
      context.write(wrapOutboundOut(part), promise: promise)
    }
  }
#endif
