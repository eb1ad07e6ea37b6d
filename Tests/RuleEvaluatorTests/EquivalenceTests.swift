import Foundation
import RuleEvaluator
import RuleTargets
import TestSupport
import Testing

/// All targets agree with the plan's own prediction on every packet of random clusters. The prediction knows section
/// DIFF, so the targets differ there and nowhere else.
///
/// `SVCNAT_CLUSTERS` says how many clusters are tried, `SVCNAT_SEED` which is the first.
@Suite struct EquivalenceTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let clusters = environment["SVCNAT_CLUSTERS"].flatMap(Int.init) ?? 1000
  private static let firstSeed = environment["SVCNAT_SEED"].flatMap(UInt64.init) ?? 1
  private static let batches = 8
  /// Of one cluster and family. A cluster has up to a thousand; more clusters show more than more packets of each.
  static let packetLimit = 40

  @Test(arguments: 0..<batches)
  func targetsAgreeWithThePlan(_ batch: Int) throws {
    for index in stride(from: batch, to: EquivalenceTests.clusters, by: EquivalenceTests.batches) {
      let seed = EquivalenceTests.firstSeed + UInt64(index)
      let cluster = GeneratedCluster(seed: seed)
      let limit = EquivalenceTests.clusters == 1 ? Int.max : EquivalenceTests.packetLimit
      guard try Disagreement.first(in: cluster, packetLimit: limit) != nil else { continue }
      let smallest = try ClusterShrinker.smallest(cluster) { try Disagreement.first(in: $0) != nil }
      guard let disagreement = try Disagreement.first(in: smallest) else { continue }
      Issue.record(
        """
        SVCNAT_SEED=\(seed) SVCNAT_CLUSTERS=1, \(disagreement.target.rawValue): \
        \(disagreement.observed?.caseText ?? "branches end in different classes"), \
        predicted \(disagreement.predicted.caseText)
        \(disagreement.story)
        \(CaseText.text(smallest, name: "seed-\(seed)", flows: [disagreement.flow]))
        """)
      return
    }
  }
}
