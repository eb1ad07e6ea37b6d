#if Agent
  import APIServerStandIn
  import KubernetesAPI
  import KubernetesObjects
  import NetworkAddresses
  import Synchronization
  import Testing

  @testable import LivePlan

  /// Takes the events of watches as an agent does.
  final class ClusterFollower: Sendable {
    struct Known: Sendable {
      var store = ObjectStore()
      var node: Node?
      /// What has come, in order.
      var events: [String] = []
      var complete: Set<String> = []
      var invalid: [String] = []
      var notices: [WatchNotice] = []
      /// Changes that came before the complete state of their kind.
      var early: [String] = []
    }

    private let known = Mutex(Known())

    var state: Known { known.withLock { $0 } }

    func take(_ event: ClusterEvent) {
      known.withLock { known in
        switch event {
        case .services(let list):
          known.store.replaceServices(with: list)
          known.complete.insert("services")
          known.events.append("services \(list.count)")
        case .slices(let list):
          known.store.replaceSlices(with: list)
          known.complete.insert("endpointslices")
          known.events.append("endpointslices \(list.count)")
        case .serviceCIDRs(let list):
          known.store.replaceServiceCIDRs(with: list)
          known.complete.insert("servicecidrs")
          known.events.append("servicecidrs \(list.count)")
        case .node(let node):
          known.node = node
          known.complete.insert("nodes")
          known.events.append(node.map { "node \($0.name)" } ?? "no node")
        case .change(let change, let version):
          let (kind, words) = ClusterFollower.words(change)
          if !known.complete.contains(kind) { known.early.append(words) }
          known.store.apply(change, version)
          known.events.append(words)
        case .invalid(let words): known.invalid.append(words)
        }
      }
    }

    func take(_ notice: WatchNotice) { known.withLock { $0.notices.append(notice) } }

    private static func words(_ change: ObjectChange) -> (kind: String, words: String) {
      switch change {
      case .service(let service): ("services", "+\(service.name)")
      case .slice(let slice): ("endpointslices", "+\(slice.name)")
      case .serviceCIDR(let range): ("servicecidrs", "+\(range.name)")
      case .deletedService(let name): ("services", "-\(name)")
      case .deletedSlice(let name): ("endpointslices", "-\(name)")
      case .deletedServiceCIDR(let name): ("servicecidrs", "-\(name)")
      }
    }

    /// - Returns: whether it came to be so.
    func comes(within limit: Duration = .seconds(90), _ condition: @Sendable (Known) -> Bool) async throws -> Bool {
      let start = ContinuousClock.now
      while !condition(state) {
        // A guard against hanging, no measure.
        guard ContinuousClock.now - start < limit else { return false }
        try await Task.sleep(for: .milliseconds(1))
      }
      return true
    }
  }

  extension ClusterFollower {
    /// Waits until it is so.
    func expect(
      sourceLocation: SourceLocation = #_sourceLocation, _ condition: @Sendable (Known) -> Bool
    ) async throws {
      let isSo = try await comes(condition)
      let known = state
      try #require(isSo, "\(known.events) \(known.invalid) \(known.notices)", sourceLocation: sourceLocation)
    }
  }

  extension ObjectWatch.Timing {
    /// As usual, in a thousandth of the time.
    static var hasty: ObjectWatch.Timing {
      var timing = ObjectWatch.Timing()
      timing.sleep = { try await Task.sleep(for: min($0 / 1000, .milliseconds(20))) }
      return timing
    }
  }

  /// Follows a server while `body` runs.
  func following<Result>(
    _ access: APIAccess, _ kinds: [WatchedKind] = [.services(proxyName: nil), .slices],
    timing: ObjectWatch.Timing = .hasty, idleLimit: Duration = .seconds(10),
    _ body: (ClusterFollower) async throws -> Result
  ) async throws -> Result {
    let client = try APIClient(access, idleLimit: idleLimit)
    let follower = ClusterFollower()
    let watching = Task {
      await withTaskGroup(of: Void.self) { group in
        for kind in kinds {
          group.addTask {
            await ObjectWatch(
              kind, client: client, timing: timing, deliver: { follower.take($0) }, notice: { follower.take($0) }
            ).run()
          }
        }
      }
    }
    let result: Swift.Result<Result, any Error>
    do {
      result = .success(try await body(follower))
    } catch {
      result = .failure(error)
    }
    watching.cancel()
    await watching.value
    await client.shutdown()
    return try result.get()
  }

  extension StandInServer {
    var access: APIAccess {
      get throws { try APIAccess(server: url) }
    }
  }

  /// Runs a server while `body` does.
  func serving<Result>(
    _ cluster: StandInCluster = StandInCluster(), _ body: (StandInServer) async throws -> Result
  ) async throws -> Result {
    let server = try await StandInServer(cluster)
    let result: Swift.Result<Result, any Error>
    do {
      result = .success(try await body(server))
    } catch {
      result = .failure(error)
    }
    await server.stop()
    return try result.get()
  }
#endif
