#if Agent
  import KubernetesObjects
  import LivePlan
  import NIOCore

  /// Follows all objects of one kind, for ever: what client-go calls a reflector.
  ///
  /// The initial state comes in a watch where the server can do that (WatchList, KEP-3157), else as a paged list. From then
  /// on changes are watched; when the watch ends it is opened again where it ended, and when that place is no longer known
  /// everything is listed again.
  public struct ObjectWatch: Sendable {
    /// How it behaves in time. Tests shorten it.
    public struct Timing: Sendable {
      public var backoff = Backoff()
      /// How long one watch lasts at most, in seconds: a random number of these, so that not all nodes come at once.
      public var watchSeconds: ClosedRange<Int> = 300...600
      /// Waits; throws when it is cancelled.
      public var sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
      /// In 0..<1.
      public var chance: @Sendable () -> Double = { Double.random(in: 0..<1) }

      public init() {}
    }

    private let client: APIClient
    private let kind: WatchedKind
    private let timing: Timing
    /// Takes events one after the other; while it works nothing more is read, so that nothing piles up.
    private let deliver: @Sendable (ClusterEvent) async -> Void
    private let notice: @Sendable (WatchNotice) -> Void

    /// Objects of one page of a list.
    private static let pageSize = 500
    /// After so many watches that end at once without an event the place is taken to be unknown: some servers close where
    /// they should say 410.
    private static let emptyWatchLimit = 3
    /// After so many watches without so much as a bookmark, likewise: to a server that was set back to an earlier state the
    /// version belongs to the future, of which nothing comes.
    private static let silentWatchLimit = 2

    public init(
      _ kind: WatchedKind, client: APIClient, timing: Timing = Timing(),
      deliver: @escaping @Sendable (ClusterEvent) async -> Void,
      notice: @escaping @Sendable (WatchNotice) -> Void = { _ in }
    ) {
      self.client = client
      self.kind = kind
      self.timing = timing
      self.deliver = deliver
      self.notice = notice
    }

    /// Where it is.
    private struct State {
      /// The last version that was seen; nil: everything has to be listed.
      var version: String?
      /// Whether the server sends the initial state in a watch.
      var usesWatchList = true
      /// Whether a list may come from the server's cache. After 410 it may not: that could be the same old state.
      var mayBeCached = true
      /// Watches in a row that brought nothing.
      var emptyWatches = 0
      var backoff: Backoff
      var lastFailure: ContinuousClock.Instant?
      /// Before everything is listed again: nobody's fault, unless it happens over and over.
      var expiryBackoff: Backoff
      var lastExpiry: ContinuousClock.Instant?
    }

    /// The initial state did not come in a watch as it should have.
    private struct InitialStateMissing: Error {
      var cause: APIFailure
    }

    /// Returns when the task is cancelled.
    public func run() async {
      var state = State(backoff: timing.backoff, expiryBackoff: timing.backoff)
      while !Task.isCancelled {
        do {
          try await advance(&state)
        } catch is CancellationError {
          return
        } catch {
          if Task.isCancelled { return }
          await recover(from: APIFailure(breaking: error), &state)
        }
      }
    }

    private func recover(from failure: APIFailure, _ state: inout State) async {
      if failure.isExpired { return await expire(failure, &state) }
      if failure == .silent, state.version != nil {
        state.emptyWatches += 1
        if state.emptyWatches >= ObjectWatch.silentWatchLimit { forget(&state, "watches stay silent") }
      }
      let now = ContinuousClock.now
      var delay = state.backoff.delay(sinceLast: state.lastFailure.map { now - $0 }, chance: timing.chance())
      state.lastFailure = now
      if let seconds = failure.retryAfter { delay = max(delay, .seconds(seconds)) }
      notice(.failed(kind, words: "\(failure)", retryIn: delay))
      try? await timing.sleep(delay)
    }

    private func expire(_ failure: APIFailure, _ state: inout State) async {
      forget(&state, "\(failure)")
      let now = ContinuousClock.now
      let sinceLast = state.lastExpiry.map { now - $0 }
      state.lastExpiry = now
      guard let sinceLast, sinceLast < timing.backoff.healthyAfter else {
        state.expiryBackoff.reset()
        return
      }
      try? await timing.sleep(state.expiryBackoff.delay(sinceLast: sinceLast, chance: timing.chance()))
    }

    /// The place where it is does not count any more: everything is listed, as it is and not as a cache has it.
    private func forget(_ state: inout State, _ words: String) {
      notice(.relisting(kind, words: words))
      state.version = nil
      state.mayBeCached = false
      state.emptyWatches = 0
    }

    private func advance(_ state: inout State) async throws {
      guard let version = state.version else {
        if state.usesWatchList {
          do {
            try await watch(&state, from: nil)
            return
          } catch let missing as InitialStateMissing {
            // Perhaps the server does not know how; what can be listed shall not wait for that.
            notice(.listing(kind, words: "\(missing.cause)"))
          } catch let failure as APIFailure {
            guard refusesInitialEvents(failure) else { throw failure }
            state.usesWatchList = false
            notice(.listing(kind, words: "\(failure)"))
          }
        }
        return try await list(&state)
      }
      let started = ContinuousClock.now
      let events = try await watch(&state, from: version)
      if events > 0 || ContinuousClock.now - started > .seconds(1) { return }
      state.emptyWatches += 1
      guard state.emptyWatches >= ObjectWatch.emptyWatchLimit else {
        // Not in a tight loop.
        return try await timing.sleep(timing.backoff.first)
      }
      forget(&state, "watches end as soon as they begin")
    }

    /// Servers before 1.32, those where it is switched off, and those whose storage is too old for it.
    private func refusesInitialEvents(_ failure: APIFailure) -> Bool {
      guard case .refused(let code, let reason, _, _) = failure else { return false }
      return [400, 404, 405, 406, 422].contains(code) || code == 500 && reason == "InternalError"
    }

    // MARK: - List

    private func list(_ state: inout State) async throws {
      var collection = ObjectCollection(kind)
      var continuation: String?
      var version: String?
      repeat {
        var query = kind.selectors + [("limit", String(ObjectWatch.pageSize))]
        if let continuation {
          query.append(("continue", continuation))
        } else if state.mayBeCached {
          query.append(("resourceVersion", "0"))
        }
        let body = try await client.get(kind.path, query).collected()
        let page = try body.document(kind.description)
        let metadata = ObjectMetadata(page)
        var decoded = DecodedObjects(page)
        for item in page["items"]?.elements ?? [] {
          let metadata = ObjectMetadata(item)
          decoded.versions[metadata.name] = metadata.number
        }
        for words in decoded.invalid { await deliver(.invalid(words: words)) }
        collection.add(decoded)
        continuation = metadata.continuation
        version = metadata.version
      } while continuation != nil
      guard let version else { throw APIFailure.malformed("a list without resourceVersion") }
      await complete(collection, version, &state)
    }

    private func complete(_ collection: ObjectCollection, _ version: String, _ state: inout State) async {
      await deliver(collection.event)
      notice(.complete(kind, objects: collection.count))
      state.version = version
      state.mayBeCached = true
      state.backoff.reset()
    }

    // MARK: - Watch

    /// Watches until the server ends it.
    ///
    /// - Parameter version: nil: the initial state is to come first.
    /// - Returns: how many events there were.
    @discardableResult
    private func watch(_ state: inout State, from version: String?) async throws -> Int {
      let seconds = timing.watchSeconds
      let duration = seconds.lowerBound + Int(Double(seconds.count) * timing.chance())
      var query =
        kind.selectors + [("watch", "1"), ("allowWatchBookmarks", "true"), ("timeoutSeconds", String(duration))]
      if let version {
        query.append(("resourceVersion", version))
      } else {
        query += [("sendInitialEvents", "true"), ("resourceVersionMatch", "NotOlderThan")]
      }
      var initial = version == nil ? ObjectCollection(kind) : nil
      var events = 0
      var lines = LineSplitter()
      let body = try await client.get(kind.path, query)
      do {
        for try await piece in body {
          lines.append(piece)
          while let line = try lines.next() {
            if line.readableBytes == 0 { continue }
            let event = try WatchEvent(line)
            events += 1
            state.emptyWatches = 0
            if initial != nil {
              try await collect(event, &initial, &state)
            } else {
              await deliver(event)
              state.version = event.metadata.version ?? state.version
            }
          }
          try Task.checkCancellation()
        }
      } catch  where initial != nil && !Task.isCancelled {
        let failure = APIFailure(breaking: error)
        if failure.isExpired || refusesInitialEvents(failure) { throw failure }
        throw InitialStateMissing(cause: failure)
      }
      if initial != nil {
        throw InitialStateMissing(cause: .unreachable("the watch ended before the initial state was complete"))
      }
      return events
    }

    private func collect(
      _ event: WatchEvent, _ initial: inout ObjectCollection?, _ state: inout State
    ) async throws {
      switch event {
      case .present(let node, let metadata):
        var decoded = DecodedObjects(node)
        decoded.versions[metadata.name] = metadata.number
        for words in decoded.invalid { await deliver(.invalid(words: words)) }
        initial?.add(decoded)
      case .deleted(let metadata): initial?.remove(metadata.name)
      case .bookmark(let metadata):
        guard let collection = initial else { return }
        guard metadata.endsInitialEvents else {
          throw APIFailure.malformed("the initial state has no end: the server does not know sendInitialEvents")
        }
        guard let version = metadata.version else { throw APIFailure.malformed("a bookmark without version") }
        initial = nil
        await complete(collection, version, &state)
      }
    }

    private func deliver(_ event: WatchEvent) async {
      switch event {
      case .present(let node, let metadata):
        var decoded = DecodedObjects(node)
        decoded.versions[metadata.name] = metadata.number
        if let change = kind.change(decoded) {
          await deliver(change)
        } else {
          let words = decoded.invalid.first ?? "\(metadata.name): not one of \(kind)"
          await deliver(.invalid(words: words))
        }
      case .deleted(let metadata): await deliver(kind.deletion(metadata))
      case .bookmark: break
      }
    }
  }
#endif
