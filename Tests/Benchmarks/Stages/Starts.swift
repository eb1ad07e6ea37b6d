#if Netlink && os(Linux)
  import Foundation
  import KubernetesObjects
  import LivePlan
  import NFTables
  import NFTablesNetlink
  import NetworkAddresses
  import RuleTargets
  import ServicePlan

  /// A node from nothing to committed rules, and again on a kernel that has them. Runs in a network namespace of its own.
  struct Starts {
    let input: String
    let size: ClusterSize

    func measure() throws -> [Measurement] {
      var results: [Measurement] = []
      for stage in [Stage.start, .restart] {
        ProcessMemory.beginPeak()
        let (seconds, _) = try timed { try start() }
        results.append(
          Measurement(
            stage: stage, target: RuleTarget.nftMaps.rawValue, services: size.services, endpoints: size.endpoints,
            samples: [seconds], peakMemory: ProcessMemory.peak))
      }
      return results
    }

    private func start() throws {
      var live = LiveNode(configuration: BenchmarkCluster.configuration, families: [.ipv4])
      try take(&live)
      var connection = try NetlinkConnection()
      guard let identity = live.table(.ipv4)?.identity else { throw BenchmarkError.needsNetlink }
      // As the agent does it: what is there is read once.
      let generation = try connection.generation()
      let installed = try connection.table(identity)
      if let installed { live.adopt(installed.table) }
      _ = live.takeChange()
      guard let table = live.table(.ipv4) else { throw BenchmarkError.needsNetlink }
      let update = TableUpdate(from: installed, to: table)
      try connection.commit(update, generation: installed?.generation ?? generation)
    }

    /// What was read is let go of, but for what the node keeps.
    private func take(_ live: inout LiveNode) throws {
      let cluster = try BenchmarkCluster(path: input)
      live.replaceServices(with: cluster.objects.services.map { Listed($0, resourceVersion: 1) })
      live.replaceSlices(with: cluster.objects.slices.map { Listed($0, resourceVersion: 1) })
    }
  }
#endif
