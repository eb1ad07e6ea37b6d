import Benchmark
import NetworkAddresses
import RuleNames
import RuleTargets
import ServicePlan

/// From objects to rules as values.
enum CompilingSuite {
  static func make(_ sample: SampleCluster) throws -> BenchmarkSuite {
    var configuration = NodeConfiguration(nodeName: "node-1")
    configuration.nodeIPs = [IPAddress(ipv4: 0xc000_0201)]
    let planner = ClusterPlanner(configuration: configuration)
    let names = sample.plan.servicePorts.map(\.name)
    return BenchmarkSuite(name: "compile") { suite in
      suite.benchmark("plan of 100 Services") { keep(planner.plan(sample.objects, families: [.ipv4])) }
      for target in RuleTarget.allCases {
        suite.benchmark("rules of 100 Services, \(target.rawValue)") { keep(target.compile(sample.plan)) }
      }
      suite.benchmark("100 chain names of iptables") { for name in names { keep(IPTablesNames(name)) } }
      suite.benchmark("100 chain names of nft-chains") { for name in names { keep(NFTablesNames(name)) } }
    }
  }
}
