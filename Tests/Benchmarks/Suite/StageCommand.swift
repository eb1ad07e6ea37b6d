import ArgumentParser
import Foundation
import KernelFlows
import RuleTargets

/// One group of stages at one size, in a process of its own: memory is told apart that way. Started by ``RunCommand``.
struct StageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stage", abstract: "Measures one stage at one size and prints it as JSON.", shouldDisplay: false)

  enum Group: String, ExpressibleByArgument, CaseIterable {
    case compiler, loads, updates, start
    case dataPlane = "data-plane"
  }

  @Argument var group: Group
  @Option var stage: String?
  @Option var input: String
  @Option var services: Int
  @Option var endpoints: Int
  @Option var targets: [String] = []
  @Option var budget: Double = 1
  @Option var rounds: Int = 3
  @Flag var restoreNft = false

  func run() throws {
    let measurements = try measure()
    FileHandle.standardOutput.write(try JSONEncoder().encode(measurements))
  }

  private func measure() throws -> [Measurement] {
    let size = ClusterSize(services, endpoints)
    let targets = targets.compactMap(RuleTarget.init(rawValue:))
    if group == .compiler {
      guard let stage = stage.flatMap(Stage.init(rawValue:)) else { throw ValidationError("--stage is not known") }
      let stages = CompilerStages(input: input, size: size, sampling: Sampling(budget: budget))
      return [try stages.measure(stage, target: targets.first)]
    }
    #if Netlink && os(Linux)
      let (input, rounds, group, restoreNft) = (input, rounds, group, restoreNft)
      return try FreshNamespace.run {
        switch group {
        case .compiler: return []
        case .loads:
          let plan = try BenchmarkCluster(path: input).plan()
          return try KernelLoads(
            plan: plan, size: size, rounds: rounds, targets: Set(targets), usesRestoreNFT: restoreNft
          ).measure()
        case .updates:
          var updates = Updates(
            try BenchmarkCluster(path: input).objects, size: size, target: targets.first ?? .nftMaps, rounds: rounds)
          return try updates.measure()
        case .start: return try Starts(input: input, size: size).measure()
        case .dataPlane:
          var cluster = try BenchmarkCluster(path: input)
          cluster.useUDP()
          return try DataPlane(plan: cluster.plan(), size: size, targets: targets, rounds: rounds).measure()
        }
      }
    #else
      throw BenchmarkError.needsNetlink
    #endif
  }
}
