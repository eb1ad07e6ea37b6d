#if Agent
  import APIServerStandIn
  import Foundation
  import KubernetesAPI
  import Synchronization
  import TestSupport
  import Testing

  /// A restless cluster behind a server that does everything wrong now and then. When the storm is over, what is known is
  /// what the server has.
  struct StormTests {
    /// More of them: SVCNAT_STORMS=20000.
    private static var seeds: Range<UInt64> {
      let count = ProcessInfo.processInfo.environment["SVCNAT_STORMS"].flatMap { UInt64($0) } ?? 520
      let first = ProcessInfo.processInfo.environment["SVCNAT_STORM"].flatMap { UInt64($0) }
      return first.map { $0..<($0 + 1) } ?? 0..<count
    }

    @Test func afterEachStormAllIsKnown() async throws {
      let seeds = Self.seeds
      print("storms with the seeds \(seeds); one of them: SVCNAT_STORM=SEED")
      let tally = Tally(seeds)
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<8 {
          group.addTask {
            while let seed = tally.next() {
              do {
                try await tally.add(Storm(seed: seed).run())
              } catch {
                Issue.record("storm \(seed): \(error)")
              }
            }
          }
        }
      }
      // A storm that nobody feels is none: it would take four requests.
      let (requests, relists) = tally.counts
      #expect(requests > seeds.count * 4)
      #expect(relists > seeds.count / 4)
    }
  }

  /// Which storms are still to come, and how much those that were have done.
  private final class Tally: Sendable {
    private let state: Mutex<(left: Range<UInt64>, requests: Int, relists: Int)>

    init(_ seeds: Range<UInt64>) { state = Mutex((seeds, 0, 0)) }

    func next() -> UInt64? { state.withLock { $0.left.popFirst() } }

    func add(_ counts: (requests: Int, relists: Int)) {
      state.withLock { state in
        state.requests += counts.requests
        state.relists += counts.relists
      }
    }

    var counts: (requests: Int, relists: Int) { state.withLock { ($0.requests, $0.relists) } }
  }

  private struct Storm {
    private let seed: UInt64

    init(seed: UInt64) { self.seed = seed }

    private static let kinds: [WatchedKind] = [
      .services(proxyName: nil), .slices, .serviceCIDRs, .node(name: "node-1"),
    ]

    func run() async throws -> (requests: Int, relists: Int) {
      var random = SeededNumbers(seed: seed)
      let cluster = StandInCluster(version: random.number(1...5000))
      for _ in 0..<random.number(0...30) { StandInStorm.change(cluster, &random) }
      return try await serving(cluster) { server in
        let wrongs = Mutex(SeededNumbers(seed: random.next()))
        let knowsWatchList = random.chance(70)
        server.misbehave { request in
          if request.isWatchList, !knowsWatchList { return .refusing(.watchListForbidden) }
          return wrongs.withLock { StandInStorm.misbehaviour(&$0) }
        }
        return try await following(server.access, Storm.kinds, idleLimit: .milliseconds(250)) { follower in
          for _ in 0..<random.number(5...40) {
            for _ in 0..<random.number(1...6) { StandInStorm.change(cluster, &random) }
            if random.chance(15) { cluster.compact() }
            if random.chance(20) { cluster.sendBookmarks() }
            try await Task.sleep(for: .microseconds(random.number(0...3000)))
          }
          server.behave()
          let (store, node) = (cluster.truth.store.summary, cluster.truth.node?.summary)
          let isKnown = try await follower.comes { known in
            known.complete.count == 4 && known.store.summary == store && known.node?.summary == node
          }
          let known = follower.state
          #expect(isKnown, "storm \(seed): \(known.store.summary) \(known.node?.summary ?? "") is not \(store)")
          #expect(known.early.isEmpty, "storm \(seed)")
          let relists = known.notices.filter {
            if case .relisting = $0 { true } else { false }
          }
          return (server.requests.count, relists.count)
        }
      }
    }
  }
#endif
