#if Agent
  import NIOCore
  import NIOHTTP1
  import TestSupport

  typealias ResponsePart = HTTPPart<HTTPResponseHead, ByteBuffer>

  /// The connection is to break.
  struct ConnectionCut: Error {}

  /// The answer ends here, whatever were to come.
  private struct AnswerEnded: Error {}

  /// Writes one answer, as well or badly as it is told.
  struct StandInAnswer {
    private let writer: NIOAsyncChannelOutboundWriter<ResponsePart>
    private let cluster: StandInCluster
    private let request: StandInRequest
    private let wrong: Misbehaviour
    private var random: SeededNumbers
    private var bytes = 0
    private var events = 0
    /// What was sent before, to be sent again.
    private var former: [String] = []

    init(
      _ request: StandInRequest, _ cluster: StandInCluster, _ wrong: Misbehaviour,
      _ writer: NIOAsyncChannelOutboundWriter<ResponsePart>
    ) {
      self.request = request
      self.cluster = cluster
      self.wrong = wrong
      self.writer = writer
      random = SeededNumbers(seed: wrong.seed)
    }

    /// - Parameter stop: called with what ends the wait of a watch when the client goes away.
    mutating func send(whenGone: (@escaping @Sendable () -> Void) -> Void) async throws {
      if let refusal = wrong.refusal { return try await refuse(refusal) }
      guard let resource = request.resource else {
        return try await refuse(
          Misbehaviour.Refusal(404, "NotFound", "the server could not find the requested resource"))
      }
      if wrong.isSilent {
        try await head(.ok)
        let (signals, stop) = cluster.listen()
        defer { stop() }
        whenGone(stop)
        for await _ in signals {}
        throw ConnectionCut()
      }
      do {
        if request.isWatch {
          try await watch(resource, whenGone)
        } else {
          try await list(resource)
        }
      } catch is AnswerEnded {}
      try await writer.write(.end(nil))
    }

    private func head(_ status: HTTPResponseStatus, _ headers: HTTPHeaders = [:]) async throws {
      var headers = headers
      headers.add(name: "Cache-Control", value: "no-cache, private")
      headers.add(name: "Content-Type", value: "application/json")
      if !headers.contains(name: "Content-Length") { headers.add(name: "Transfer-Encoding", value: "chunked") }
      try await writer.write(.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers)))
    }

    mutating func refuse(_ refusal: Misbehaviour.Refusal) async throws {
      var headers: HTTPHeaders = ["Content-Length": String(refusal.text.utf8.count + 1)]
      if let seconds = refusal.retryAfter { headers.add(name: "Retry-After", value: String(seconds)) }
      try await head(HTTPResponseStatus(statusCode: refusal.code), headers)
      try await writer.write(.body(ByteBuffer(string: refusal.text + "\n")))
      try await writer.write(.end(nil))
    }

    // MARK: - List

    private mutating func list(_ resource: StandInResource) async throws {
      let snapshot = cluster.snapshot(resource, StandInSelector(request.query))
      var start = 0
      var version = snapshot.version
      if let token = request.query["continue"] {
        let parts = token.split(separator: "-").compactMap { Int($0) }
        guard parts.count == 2, cluster.changes(after: parts[0], resource) != nil else {
          return try await refuse(
            Misbehaviour.Refusal(
              410, "Expired", "The provided continue parameter is too old to display a consistent list"))
        }
        // A real server shows all pages as of one moment; here the objects that vanish between them shift the rest, so
        // that the list is begun anew.
        (version, start) = (parts[0], parts[1])
        guard version == snapshot.version else {
          return try await refuse(
            Misbehaviour.Refusal(
              410, "Expired", "The provided continue parameter is too old to display a consistent list"))
        }
      }
      let limit = request.query["limit"].flatMap { Int($0) } ?? .max
      let page = snapshot.objects.dropFirst(start).prefix(limit)
      var metadata = "\"resourceVersion\":\"\(version)\""
      let rest = snapshot.objects.count - start - page.count
      if rest > 0 {
        metadata += ",\"continue\":\"\(version)-\(start + page.count)\",\"remainingItemCount\":\(rest)"
      }
      try await head(.ok)
      try await write(StandInCluster.list(resource, page, metadata: metadata))
    }

    // MARK: - Watch

    private mutating func watch(
      _ resource: StandInResource, _ whenGone: (@escaping @Sendable () -> Void) -> Void
    ) async throws {
      let selector = StandInSelector(request.query)
      let (signals, stop) = cluster.listen()
      defer { stop() }
      whenGone(stop)
      try await head(.ok)
      try await endIfDue()
      var bookmark = cluster.bookmark
      var version: Int
      if let given = request.query["resourceVersion"].flatMap({ Int($0) }), given > 0 {
        version = given
      } else {
        let snapshot = cluster.snapshot(resource, selector)
        for (object, version) in snapshot.objects { try await event("ADDED", object.text(version: version)) }
        version = snapshot.version
        if request.isWatchList {
          try await self.bookmark(resource, version, endsInitialEvents: !wrong.hidesEndOfInitialEvents)
        }
      }
      var waiting = signals.makeAsyncIterator()
      repeat {
        guard let news = cluster.changes(after: version, resource) else {
          try await write("{\"type\":\"ERROR\",\"object\":\(Misbehaviour.Refusal.expired.text)}\n")
          return
        }
        for change in news.changes {
          switch (selector.selects(change.before), selector.selects(change.after)) {
          case (_, true):
            guard let after = change.after else { break }
            try await event(
              selector.selects(change.before) ? "MODIFIED" : "ADDED", after.text(version: change.version))
          case (true, false):
            guard let before = change.before else { break }
            try await event("DELETED", before.text(version: change.version))
          case (false, false): break
          }
        }
        version = news.version
        if cluster.bookmark != bookmark {
          bookmark = cluster.bookmark
          try await self.bookmark(resource, version)
        }
      } while await waiting.next() != nil
    }

    private mutating func bookmark(
      _ resource: StandInResource, _ version: Int, endsInitialEvents: Bool = false
    ) async throws {
      let annotations = endsInitialEvents ? ",\"annotations\":{\"k8s.io/initial-events-end\":\"true\"}" : ""
      try await send(
        "{\"type\":\"BOOKMARK\",\"object\":{\"kind\":\"\(resource.kind)\",\"apiVersion\":\"\(resource.apiVersion)\","
          + "\"metadata\":{\"resourceVersion\":\"\(version)\"\(annotations)}}}\n")
    }

    private mutating func event(_ type: String, _ object: String) async throws {
      let line = "{\"type\":\"\(type)\",\"object\":\(object)}\n"
      try await send(line)
      if random.chance(wrong.repeated) { try await send(line) }
      // A watch of a large cluster that behaves would keep everything.
      if wrong.late > 0 { former.append(line) }
      if former.count > 1, random.chance(wrong.late) { try await send(random.one(of: former.suffix(20))) }
    }

    private mutating func send(_ line: String) async throws {
      events += 1
      try await write(line)
      try await endIfDue()
    }

    private mutating func endIfDue() async throws {
      guard let limit = wrong.eventsUntilEnd, events >= limit else { return }
      if let refusal = wrong.errorEvent { try await write("{\"type\":\"ERROR\",\"object\":\(refusal.text)}\n") }
      throw AnswerEnded()
    }

    private mutating func write(_ text: String) async throws {
      var buffer = ByteBuffer(string: text)
      while buffer.readableBytes > 0 {
        var size = min(buffer.readableBytes, wrong.pieceSize ?? .max)
        for limit in [wrong.bytesUntilCut, wrong.bytesUntilEnd].compactMap({ $0 }) {
          size = min(size, limit - bytes)
        }
        if size > 0, let piece = buffer.readSlice(length: size) {
          bytes += size
          try await writer.write(.body(piece))
        }
        if let limit = wrong.bytesUntilCut, bytes >= limit { throw ConnectionCut() }
        if let limit = wrong.bytesUntilEnd, bytes >= limit { throw AnswerEnded() }
      }
    }
  }
#endif
