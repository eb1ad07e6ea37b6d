#if Agent && os(Linux)
  import APIServerStandIn
  import Foundation
  import KernelFlows
  import KubernetesAPI
  import NetworkAddresses
  import Synchronization
  import TestSupport
  import Testing

  @testable import NodeAgent

  /// A restless cluster behind a server that does everything wrong now and then, and an agent that follows it. After every
  /// storm the kernel has what a compile from scratch makes of what the server has.
  @Suite(.serialized, .enabled(if: KernelSupport.isUsable, Comment(rawValue: KernelSupport.need)))
  struct StormsInTheKernelTests {
    /// More of them: SVCNAT_STORMS=20000; one of them: SVCNAT_STORM=17.
    private static var seeds: Range<UInt64> {
      let variables = ProcessInfo.processInfo.environment
      if let one = variables["SVCNAT_STORM"].flatMap({ UInt64($0) }) { return one..<(one + 1) }
      return 0..<(variables["SVCNAT_STORMS"].flatMap { UInt64($0) } ?? 520)
    }

    @Test func afterEachStormTheKernelIsRight() async throws {
      let seeds = Self.seeds
      print("storms in the kernel with the seeds \(seeds); one of them: SVCNAT_STORM=SEED")
      let tally = Tally(seeds)
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<4 {
          group.addTask {
            do {
              let node = try KernelNode(NodeLayout(addresses: []))
              var loop: RunningLoop?
              while let seed = tally.next() {
                do {
                  loop = try await Self.storm(seed, on: node, loop, tally)
                } catch {
                  Issue.record("storm \(seed): \(error)")
                  try loop?.stop()
                  loop = nil
                }
              }
              try loop?.stop()
            } catch {
              Issue.record("\(error)")
            }
          }
        }
      }
      // Half of the storms begin where another one has ended.
      #expect(tally.restarts >= seeds.count / 4)
    }

    /// - Parameter running: the loop that was in the storm before.
    /// - Returns: the loop, which may go on in the next storm.
    private static func storm(
      _ seed: UInt64, on node: KernelNode, _ running: RunningLoop?, _ tally: Tally
    ) async throws -> RunningLoop {
      var random = SeededNumbers(seed: seed &+ 77)
      let cluster = StandInCluster(version: random.number(1...5000))
      for _ in 0..<random.number(0...30) { StandInStorm.change(cluster, &random) }
      let server = try await StandInServer(cluster)
      let wrongs = Mutex(SeededNumbers(seed: random.next()))
      let knowsWatchList = random.chance(70)
      server.misbehave { request in
        if request.isWatchList, !knowsWatchList { return .refusing(.watchListForbidden) }
        return wrongs.withLock { StandInStorm.misbehaviour(&$0) }
      }
      var loop = running
      // Another process, on the rules of the former one.
      if random.chance(50) {
        try loop?.stop()
        loop = nil
        tally.countRestart()
      }
      let current = try loop ?? RunningLoop(.hasty(), on: node)
      let client = try APIClient(APIAccess(server: server.url), idleLimit: .milliseconds(250))
      var timing = ObjectWatch.Timing()
      timing.sleep = { try await Task.sleep(for: min($0 / 1000, .milliseconds(20))) }
      let watching = Task { [timing] in
        await withTaskGroup(of: Void.self) { group in
          for kind in [WatchedKind.services(proxyName: nil), .slices, .serviceCIDRs, .node(name: "node-1")] {
            group.addTask {
              await ObjectWatch(kind, client: client, timing: timing, deliver: { current.post($0) }).run()
            }
          }
        }
      }
      let result: Result<Void, any Error>
      do {
        for _ in 0..<random.number(5...40) {
          for _ in 0..<random.number(1...6) { StandInStorm.change(cluster, &random) }
          if random.chance(15) { cluster.compact() }
          if random.chance(20) { cluster.sendBookmarks() }
          try await Task.sleep(for: .microseconds(random.number(0...3000)))
        }
        server.behave()
        let truth = cluster.truth()
        let start = ContinuousClock.now
        while try !current.isRight(truth.objects, node: truth.node) {
          try #require(ContinuousClock.now - start < .seconds(120), "storm \(seed): \(current.log.lines.suffix(5))")
          try await Task.sleep(for: .milliseconds(2))
        }
        result = .success(())
      } catch {
        result = .failure(error)
      }
      watching.cancel()
      await watching.value
      await client.shutdown()
      await server.stop()
      try result.get()
      return current
    }
  }

  /// Which storms are still to come, and how often the agent began anew.
  private final class Tally: Sendable {
    private let state: Mutex<(left: Range<UInt64>, restarts: Int)>

    init(_ seeds: Range<UInt64>) { state = Mutex((seeds, 0)) }

    func next() -> UInt64? { state.withLock { $0.left.popFirst() } }

    func countRestart() { state.withLock { $0.restarts += 1 } }

    var restarts: Int { state.withLock { $0.restarts } }
  }
#endif
