import FlowCases
import ServicePlan
import TestSupport
import Testing

/// Random clusters and what is printed of them.
@Suite struct GeneratedClusterTests {
  @Test func sameSeedSameCluster() {
    #expect(GeneratedCluster(seed: 7).plans == GeneratedCluster(seed: 7).plans)
    #expect(GeneratedCluster(seed: 7).plans != GeneratedCluster(seed: 8).plans)
  }

  /// What a failure prints is a case that shows the failure again.
  @Test(arguments: 1...60)
  func casesReadBackToTheSamePlans(_ seed: UInt64) throws {
    var cluster = GeneratedCluster(seed: seed)
    // Cases have no key for it.
    cluster.configuration.iptablesMasqueradeBit = 14
    cluster.configuration.nftablesMasqueradeBit = 14
    let flow =
      "{name: any, from: {kind: pod, ip: 10.244.1.9}, to: 10.96.0.1, protocol: TCP, port: 80, "
      + "expect: {action: no-match}}"
    let text = CaseText.text(cluster, name: "seed-\(seed)", flows: [flow])
    let file = FlowCaseFile.read(text, named: "seed.yaml")
    #expect(file.diagnostics.filter { $0.severity == .error }.map { $0.text(files: [file.name]) } == [], "\(text)")
    let flowCase = try #require(file.cases.first)
    let state = try #require(ClusterState.all(of: flowCase).first)
    #expect(withoutPositions(state.plans) == withoutPositions(cluster.plans), "\(text)")
  }

  private func withoutPositions(_ plans: [NodePlan]) -> [NodePlan] {
    var plans = plans
    for plan in plans.indices {
      for port in plans[plan].servicePorts.indices {
        plans[plan].servicePorts[port].position.line = 0
        plans[plan].servicePorts[port].position.column = 0
      }
    }
    return plans
  }

  @Test func shrinkingKeepsTheFaultAndNothingElse() throws {
    let fault: (GeneratedCluster) -> Bool = { cluster in
      cluster.objects.services.contains { $0.affinitySeconds != nil && !$0.externalIPs.isEmpty }
    }
    let seed = try #require((1...500).first { fault(GeneratedCluster(seed: $0)) })
    let smallest = ClusterShrinker.smallest(GeneratedCluster(seed: seed), fails: fault)
    #expect(smallest.objects.services.map(\.externalIPs.count) == [1])
    #expect(smallest.objects.services.map { $0.sourceRanges.count + $0.loadBalancerIngress.count } == [0])
    #expect(smallest.objects.slices.isEmpty)
    #expect(smallest.configuration.interfaceAddresses.isEmpty)
  }
}
