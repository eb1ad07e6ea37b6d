import Benchmark
import NetworkAddresses
import RuleEvaluator
import RuleTargets

/// Where a packet goes, by the rules.
enum EvaluatingSuite {
  static func make(_ sample: SampleCluster) throws -> BenchmarkSuite {
    guard let clusterIP = IPAddress(SampleCluster.clusterIP(SampleCluster.services - 1)) else {
      throw SampleCluster.Unreadable(name: "cluster IP")
    }
    let packet = Packet(
      from: .pod, IPAddress(ipv4: 0x0af4_0105), to: clusterIP, PacketProtocol(.tcp), port: 80)
    let evaluators = try RuleTarget.allCases.map { ($0, try PacketEvaluator([sample.plan], target: $0)) }
    return BenchmarkSuite(name: "evaluate") { suite in
      for (target, evaluator) in evaluators {
        suite.benchmark("a packet to a cluster IP, \(target.rawValue)") { keep(try evaluator.evaluate(packet)) }
      }
    }
  }
}
