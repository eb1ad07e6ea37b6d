#if Agent
  import Foundation
  import NIOConcurrencyHelpers
  import NIOCore
  import NIOHTTP1
  import NIOPosix

  /// What is answered to a request, whatever its body.
  struct HTTPAnswer: Sendable {
    var status: Int
    var headers: [(name: String, value: String)]
    var body: String

    init(_ status: Int, type: String, _ body: String) {
      self.init(status, headers: [("Content-Type", type), ("X-Content-Type-Options", "nosniff")], body)
    }

    init(_ status: Int, headers: [(name: String, value: String)], _ body: String) {
      self.status = status
      self.headers = headers
      self.body = body
    }

    static let notFound = HTTPAnswer(404, type: "text/plain; charset=utf-8", "404 page not found\n")
  }

  /// A socket that answers HTTP/1.1.
  struct HTTPListener: Sendable {
    private let channel: any Channel
    private let connections: ConnectionList

    /// Seconds until a connection on which nothing happens is closed.
    static let idleSeconds: Int64 = 60

    /// Opens the socket and begins to answer.
    ///
    /// - Parameters:
    ///   - onlyIPv6: whether `::` leaves IPv4 to another socket.
    ///   - answer: is given the path without the query, on a thread that must not wait.
    /// - Throws: ``ListeningFailure`` where the address cannot be listened on.
    static func open(
      _ binding: SocketBinding, onlyIPv6: Bool = false, _ answer: @escaping @Sendable (_ path: String) -> HTTPAnswer
    ) async throws -> HTTPListener {
      let connections = ConnectionList()
      var bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      if onlyIPv6, binding.address.family == .ipv6 {
        bootstrap = bootstrap.serverChannelOption(
          ChannelOptions.Types.SocketOption(level: .ipv6, name: .ipv6_v6only), value: 1)
      }
      bootstrap =
        bootstrap
        .childChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            connections.add(channel)
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(IdleStateHandler(allTimeout: .seconds(idleSeconds)))
            try pipeline.configureHTTPServerPipeline(withErrorHandling: true)
            try pipeline.addHandler(AnsweringHandler(answer))
          }
        }
      do {
        let server = try await bootstrap.bind(
          to: SocketAddress(ipAddress: "\(binding.address)", port: Int(binding.port))
        ).get()
        return HTTPListener(channel: server, connections: connections)
      } catch let error as IOError {
        throw ListeningFailure(binding: binding, reason: String(cString: strerror(error.errnoCode)))
      } catch {
        throw ListeningFailure(binding: binding, reason: "\(error)")
      }
    }

    /// The port, also where 0 was asked for.
    var port: Int? { channel.localAddress?.port }

    /// Closes the socket and its connections. Nothing is answered after it returns, on no connection that was kept open either.
    func close() async {
      try? await channel.close().get()
      await connections.closeAll()
    }
  }

  /// An address cannot be listened on.
  struct ListeningFailure: Error, CustomStringConvertible {
    var binding: SocketBinding
    var reason: String

    var description: String { "\(binding) cannot be listened on: \(reason)" }
  }

  /// The connections of a socket.
  private final class ConnectionList: Sendable {
    private struct State {
      var channels: [ObjectIdentifier: any Channel] = [:]
      var isClosed = false
    }

    private let state = NIOLockedValueBox(State())

    /// Takes a new connection. One that was accepted just before the socket was closed is closed at once.
    func add(_ channel: any Channel) {
      let id = ObjectIdentifier(channel)
      let isLate = state.withLockedValue { state in
        if !state.isClosed { state.channels[id] = channel }
        return state.isClosed
      }
      if isLate { return channel.close(promise: nil) }
      channel.closeFuture.whenComplete { [state] _ in state.withLockedValue { $0.channels[id] = nil } }
    }

    /// Returns when all are closed, each by its own thread.
    func closeAll() async {
      let channels = state.withLockedValue { state in
        state.isClosed = true
        return state.channels.values.map(\.self)
      }
      for channel in channels { channel.close(promise: nil) }
      for channel in channels { try? await channel.closeFuture.get() }
    }
  }

  /// Answers each request once all of it has come.
  private final class AnsweringHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let answer: @Sendable (String) -> HTTPAnswer
    private var head: HTTPRequestHead?

    init(_ answer: @escaping @Sendable (String) -> HTTPAnswer) { self.answer = answer }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      switch unwrapInboundIn(data) {
      case .head(let head): self.head = head
      case .body: break
      case .end:
        guard let head else { return }
        self.head = nil
        respond(to: head, context)
      }
    }

    private func respond(to head: HTTPRequestHead, _ context: ChannelHandlerContext) {
      let answer = answer(String(head.uri.prefix { $0 != "?" }))
      var headers = HTTPHeaders(answer.headers.map { ($0.name, $0.value) })
      headers.add(name: "Content-Length", value: "\(answer.body.utf8.count)")
      if !head.isKeepAlive { headers.add(name: "Connection", value: "close") }
      let response = HTTPResponseHead(
        version: head.version, status: HTTPResponseStatus(statusCode: answer.status), headers: headers)
      context.write(wrapOutboundOut(.head(response)), promise: nil)
      if head.method != .HEAD {
        context.write(
          wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(string: answer.body)))), promise: nil)
      }
      let isLast = !head.isKeepAlive
      let channel = context.channel
      context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in
        if isLast { channel.close(promise: nil) }
      }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
      if event is IdleStateHandler.IdleStateEvent { context.close(promise: nil) }
      context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
  }
#endif
