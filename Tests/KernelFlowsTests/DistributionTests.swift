import Foundation
import KernelFlows
import RuleTargets
import Testing

/// Backends are chosen with equal chances.
@Suite(.serialized, .enabled(if: KernelSupport.isUsable, Comment(rawValue: KernelSupport.need)))
struct DistributionTests {
  private static let packets = 20_000

  @Test(arguments: [1, 2, 3, 7, 10, 50], RuleTarget.allCases)
  func isUniform(endpoints: Int, target: RuleTarget) throws {
    let addresses = (1...endpoints).map { ("10.244.7.\($0)", "there") }
    let manifests =
      SmallCluster.service("web", ["10.96.0.10"])
      + "\n" + SmallCluster.slice("web", Dictionary(uniqueKeysWithValues: addresses))
    let node = try SmallCluster.node(target, manifests: manifests)
    let counts = try node.distribution(to: FlowPacket(.external, "203.0.113.9", "10.96.0.10"), packets: Self.packets)
    #expect(counts.count == endpoints)
    #expect(counts.values.reduce(0, +) == Self.packets)
    let mean = Double(Self.packets) / Double(endpoints)
    let chiSquare = counts.values.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) / mean }
    #expect(chiSquare <= bound(degreesOfFreedom: endpoints - 1))
  }

  /// What chi-square exceeds in one of a hundred million runs at most, after Laurent and Massart (2000), lemma 1: with all
  /// combinations tested here, a false alarm is rarer than one in a million.
  private func bound(degreesOfFreedom: Int) -> Double {
    let exponent = log(1e8)
    let degrees = Double(degreesOfFreedom)
    return degrees + 2 * (degrees * exponent).squareRoot() + 2 * exponent
  }
}
