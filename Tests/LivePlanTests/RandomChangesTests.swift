import Foundation
import KubernetesObjects
import LivePlan
import NFTables
import NetworkAddresses
import RuleTargets
import ServicePlan
import TestSupport
import Testing

/// Whatever happens to a cluster, the node is what it would be if it had been compiled at once.
struct RandomChangesTests {
  /// `SVCNAT_SEEDS` for more of them.
  private static let seeds: Range<UInt64> =
    0..<(ProcessInfo.processInfo.environment["SVCNAT_SEEDS"].flatMap(UInt64.init) ?? 2)

  @Test(arguments: seeds, [RuleTarget.nftMaps, .nftChains])
  func theNodeIsAsIfCompiledAtOnce(seed: UInt64, target: RuleTarget) throws {
    var watch = RandomWatch(seed: seed)
    var live = LiveNode(configuration: watch.configuration, target: target)
    var models = live.families.compactMap { live.table($0) }.map(TableModel.init)
    #expect(models.count == 2)
    for step in 0..<210 {
      for _ in 0...(step % 3) { watch.next(&live) }
      let change = live.takeChange()
      #expect(!live.hasChanges)
      let objects = watch.objects
      let plans = ClusterPlanner(configuration: watch.configuration).plan(objects).plans
      for (place, plan) in plans.enumerated() {
        let table = try #require(live.table(plan.family))
        if let change = change.families[place].table {
          models[place].apply(change)
        } else {
          models[place] = TableModel(table)
        }
        let desired = target == .nftMaps ? MapsLayout(plan).table() : ChainsLayout(plan).table()
        let isSame = live.plan(plan.family) == plan
        try #require(isSame, "step \(step)")
        let clashes = clashes(objects, watch.configuration, plan.family)
        try #require(live.clashes(plan.family) == clashes, "step \(step)")
        let fromScratch = TableModel.differences(from: table.renumbered, to: desired.renumbered)
        try #require(fromScratch.isEmpty, "step \(step)")
        let believed = TableModel.differences(from: models[place].table, to: table.ordered)
        try #require(believed.isEmpty, "step \(step)")
      }
    }
  }

  private func clashes(
    _ objects: ObjectSet, _ configuration: NodeConfiguration, _ family: IPFamily
  ) -> [FrontendClaims.Clash] {
    let planner = ServicePlanner(family: family, configuration: configuration)
    var ports = objects.services.sorted { $0.name < $1.name }.flatMap { planner.plan($0, slices: []) }
    var claims = FrontendClaims()
    claims.settle(&ports)
    return claims.clashes
  }
}
