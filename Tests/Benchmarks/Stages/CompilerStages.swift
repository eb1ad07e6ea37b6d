import Foundation
import KubernetesObjects
import NFTables
import NFTablesNetlink
import NetworkAddresses
import RuleTargets
import ServicePlan

/// The stages that need no kernel: from bytes to text, and to the bytes of a netlink batch.
struct CompilerStages {
  let input: String
  let size: ClusterSize
  let sampling: Sampling

  func measure(_ stage: Stage, target: RuleTarget?) throws -> Measurement {
    var result = Measurement(
      stage: stage, target: target?.rawValue, services: size.services, endpoints: size.endpoints, samples: [])
    switch stage {
    case .decodeJSON, .decodeYAML:
      let data = try Data(contentsOf: URL(filePath: input), options: .alwaysMapped)
      ProcessMemory.beginPeak()
      result.samples = try sampling.seconds { try BenchmarkCluster.decode(data, input) }
      result.bytes = data.count
    case .plan:
      let cluster = try BenchmarkCluster(path: input)
      ProcessMemory.beginPeak()
      result.samples = sampling.seconds(usesThreads: true) { cluster.plan() }
    case .lower:
      let plan = try BenchmarkCluster(path: input).plan()
      ProcessMemory.beginPeak()
      result.samples = sampling.seconds(usesThreads: true) { target?.compile(plan) }
    case .emit:
      guard let rules = try target?.compile(BenchmarkCluster(path: input).plan()) else { break }
      ProcessMemory.beginPeak()
      var bytes = 0
      result.samples = sampling.seconds(usesThreads: true) {
        bytes = 0
        rules.writeText { bytes += $0.count }
      }
      result.bytes = bytes
      result.peakMemory = ProcessMemory.peak
      #if Netlink && os(Linux)
        let text = rules.text()
        let file = try TextFile()
        let stored = try sampling.seconds(usesThreads: true) { try file.store(text) }
        result.ratios = [
          .init(to: "its storing into a file in memory", samples: zip(result.samples, stored).map { $0 / $1 })
        ]
      #endif
      return result
    case .encode:
      #if Netlink && os(Linux)
        guard case .nftables(let table)? = try target?.compile(BenchmarkCluster(path: input).plan()) else { break }
        ProcessMemory.beginPeak()
        var bytes = 0
        result.samples = try sampling.seconds {
          var transaction = Transaction()
          transaction.add(table)
          bytes = try transaction.prepared().byteCount
        }
        result.bytes = bytes
      #else
        throw BenchmarkError.needsNetlink
      #endif
    default: throw BenchmarkError.notFound("stage \(stage.rawValue)")
    }
    result.peakMemory = ProcessMemory.peak
    return result
  }
}
