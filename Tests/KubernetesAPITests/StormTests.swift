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
      // A storm that nobody feels is none.
      let (requests, relists) = tally.counts
      #expect(requests > seeds.count * 6)
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
      for _ in 0..<random.number(0...30) { Storm.change(cluster, &random) }
      return try await serving(cluster) { server in
        let wrongs = Mutex(SeededNumbers(seed: random.next()))
        let knowsWatchList = random.chance(70)
        server.misbehave { request in
          if request.isWatchList, !knowsWatchList { return .refusing(.watchListForbidden) }
          return wrongs.withLock { Storm.misbehaviour(&$0) }
        }
        return try await following(server.access, Storm.kinds, idleLimit: .milliseconds(250)) { follower in
          for _ in 0..<random.number(5...40) {
            for _ in 0..<random.number(1...6) { Storm.change(cluster, &random) }
            if random.chance(15) { cluster.compact() }
            if random.chance(20) { cluster.sendBookmarks() }
            try await Task.sleep(for: .microseconds(random.number(0...3000)))
          }
          server.behave()
          let truth = cluster.truth
          let (store, node) = (truth.store.summary, truth.node?.summary)
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

    private static func change(_ cluster: StandInCluster, _ random: inout SeededNumbers) {
      let number = random.number(1...8)
      let namespace = random.one(of: ["demo", "shop"])
      switch random.number(0...99) {
      case 0..<25:
        cluster.put(
          .service(
            "web-\(number)", namespace: namespace,
            address: random.chance(10) ? "None" : "10.96.\(random.number(0...3)).\(number)",
            port: random.number(80...85),
            labels: random.chance(10) ? ["service.kubernetes.io/service-proxy-name": "other"] : [:]))
      case 25..<65:
        let addresses = (0..<random.number(0...6)).map { _ in "10.244.\(random.number(0...3)).\(random.number(1...250))"
        }
        cluster.put(
          .slice(
            "slice-\(number)", namespace: namespace, of: "web-\(random.number(1...8))", addresses: addresses,
            labels: random.chance(8) ? ["service.kubernetes.io/headless": ""] : [:]))
      case 65..<75: cluster.remove(StandInObject.ID(.services, namespace, "web-\(number)"))
      case 75..<85: cluster.remove(StandInObject.ID(.endpointslices, namespace, "slice-\(number)"))
      case 85..<90: cluster.put(.range("range-\(number % 3)", "10.\(random.number(96...120)).0.0/16"))
      case 90..<93: cluster.remove(StandInObject.ID(.servicecidrs, "", "range-\(number % 3)"))
      case 93..<98: cluster.put(.node("node-\(random.number(1...2))", zone: random.one(of: ["a", "b", "c"])))
      default: cluster.remove(StandInObject.ID(.nodes, "", "node-1"))
      }
    }

    private static func misbehaviour(_ random: inout SeededNumbers) -> Misbehaviour {
      var wrong = Misbehaviour()
      wrong.seed = random.next()
      if random.chance(40) { wrong.pieceSize = random.number(1...900) }
      if random.chance(25) { (wrong.repeated, wrong.late) = (random.number(0...60), random.number(0...60)) }
      switch random.number(0...99) {
      case 0..<25: break
      case 25..<40: wrong.bytesUntilCut = random.number(1...6000)
      case 40..<50: wrong.bytesUntilEnd = random.number(1...6000)
      case 50..<62: wrong.eventsUntilEnd = random.number(0...20)
      case 62..<72:
        wrong.eventsUntilEnd = random.number(0...20)
        wrong.errorEvent = random.one(of: [
          .expired, Misbehaviour.Refusal(500, "InternalError"), Misbehaviour.Refusal(504, "Timeout"),
        ])
      case 72..<77: wrong.refusal = .expired
      case 77..<82: wrong.refusal = Misbehaviour.Refusal(429, "TooManyRequests", retryAfter: random.number(0...3))
      case 82..<90: wrong.refusal = Misbehaviour.Refusal(random.one(of: [500, 502, 503, 504, 401, 403]), "Trouble")
      case 90..<93: wrong.hidesEndOfInitialEvents = true
      case 93: wrong.isSilent = true
      default: wrong.eventsUntilEnd = random.number(3...8)
      }
      return wrong
    }
  }
#endif
