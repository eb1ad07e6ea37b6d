#if Netlink && os(Linux)
  import Foundation
  import IPTables
  import NFTables
  import NFTablesNetlink
  import NetworkAddresses
  import RuleTargets
  import ServicePlan
  import SystemPrograms

  /// Loads the same Services in every way there is, in turns: what is compared has had the same conditions.
  ///
  /// Runs in a network namespace of its own.
  struct KernelLoads {
    let plan: NodePlan
    let size: ClusterSize
    let rounds: Int
    /// Those that take too long are left out, see ``SuiteSizes``.
    let targets: Set<RuleTarget>
    let usesRestoreNFT: Bool

    private struct Way: Hashable {
      var stage: Stage
      var target: RuleTarget
    }

    func measure() throws -> [Measurement] {
      var connection = try NetlinkConnection()
      var samples: [Way: [Double]] = [:]
      var bytes: [Way: Int] = [:]
      var order: [Way] = []
      func take(_ way: Way, _ seconds: Double, _ count: Int) {
        if samples[way] == nil { order.append(way) }
        samples[way, default: []].append(seconds)
        bytes[way] = count
      }
      var peak = 0
      for _ in 0..<rounds {
        for target in [RuleTarget.nftMaps, .nftChains] where targets.contains(target) {
          ProcessMemory.beginPeak()
          let start = ContinuousClock.now
          guard case .nftables(let table) = target.compile(plan) else { continue }
          var transaction = Transaction()
          transaction.add(table)
          let prepared = try transaction.prepared()
          try connection.commit(prepared)
          take(Way(stage: .coldLoad, target: target), (ContinuousClock.now - start) / .seconds(1), prepared.byteCount)
          if target == .nftMaps { peak = max(peak, ProcessMemory.peak) }
          try measureReading(table, &connection) { stage, seconds in
            take(Way(stage: stage, target: target), seconds, prepared.byteCount)
          }
          try delete(table.identity, &connection)
          let (again, _) = try timed { try connection.commit(prepared) }
          take(Way(stage: .kernelAlone, target: target), again, prepared.byteCount)
          try delete(table.identity, &connection)
          let text = TableText.replacing(table)
          let (nft, _) = try timed { try SystemProgram("nft").run(["-f", "-"], input: text) }
          take(Way(stage: .nft, target: target), nft, text.count)
          try delete(table.identity, &connection)
        }
        if targets.contains(.iptables) {
          let text = RuleTarget.iptables.compile(plan).text()
          var ways: [(Stage, String)] = [(.restoreLegacy, "iptables-legacy-restore")]
          if usesRestoreNFT { ways.append((.restoreNFT, "iptables-nft-restore")) }
          for (stage, tool) in ways {
            let program = try SystemProgram(tool)
            let (seconds, _) = try timed { try program.run(["--wait", "600"], input: text) }
            take(Way(stage: stage, target: .iptables), seconds, text.count)
            try program.run(["--wait", "600"], input: Array("*nat\nCOMMIT\n*filter\nCOMMIT\n*mangle\nCOMMIT\n".utf8))
            Thread.sleep(forTimeInterval: Self.pause)
          }
        }
      }
      let ours = samples[Way(stage: .coldLoad, target: .nftMaps)] ?? []
      return order.map { way in
        let mine = samples[way] ?? []
        var result = Measurement(
          stage: way.stage, target: way.target.rawValue, services: size.services, endpoints: size.endpoints,
          samples: mine, bytes: bytes[way])
        if way == Way(stage: .coldLoad, target: .nftMaps) { result.peakMemory = peak }
        let isOurs = way == Way(stage: .coldLoad, target: .nftMaps)
        if [.coldLoad, .kernelAlone, .nft, .restoreLegacy, .restoreNFT].contains(way.stage), !isOurs {
          result.ratios.append(.init(to: "cold load of nft-maps", samples: zip(mine, ours).map { $0 / $1 }))
        }
        return result
      }
    }

    /// Reading back needs no round of its own: the table is there.
    private func measureReading(
      _ table: NFTables.Table, _ connection: inout NetlinkConnection<NetlinkSocket>, _ take: (Stage, Double) -> Void
    ) throws {
      for attempt in 0... {
        // Hash tables without a size are rebuilt after the commit, and what is listed meanwhile may not be what is there.
        Thread.sleep(forTimeInterval: Self.pause)
        let (dump, installed) = try timed { try connection.table(table.identity) }
        let (compare, update) = timed { TableUpdate(from: installed, to: table) }
        if update.isEmpty {
          take(.dump, dump)
          take(.compare, compare)
          return
        }
        guard attempt < 3 else { throw BenchmarkError.notTheSame }
      }
    }

    /// The kernel frees memory later; it should not do so while the next load is timed.
    private static let pause = 0.4

    private func delete(_ table: TableIdentity, _ connection: inout NetlinkConnection<NetlinkSocket>) throws {
      var deletion = Transaction()
      deletion.append(table, .deleteTable)
      try connection.commit(deletion)
      Thread.sleep(forTimeInterval: Self.pause)
    }
  }
#endif
