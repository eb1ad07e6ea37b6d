import Foundation
import RuleTargets
import SystemPrograms

/// Starts the processes that measure, one after the other, and collects what they say.
struct SuiteRun {
  let sizes: SuiteSizes
  private let hasAffinity: Bool
  private let directory: URL
  private var inputs: [String: String] = [:]
  /// What could not be measured, and why: one stage that fails does not end a long run.
  private(set) var failures: [String] = []

  /// - Parameter hasAffinity: whether some Services have session affinity, which alone takes rules in nft-maps.
  init(sizes: SuiteSizes, hasAffinity: Bool) throws {
    self.sizes = sizes
    self.hasAffinity = hasAffinity
    directory = FileManager.default.temporaryDirectory.appending(path: "svcnat-benchmark-\(getpid())")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  }

  func removeInputs() { try? FileManager.default.removeItem(at: directory) }

  mutating func measure(_ group: StageCommand.Group) throws -> [Measurement] {
    switch group {
    case .compiler: try measureCompiler()
    case .loads: try measureLoads()
    case .updates: try measureUpdates()
    case .start: try measureStarts()
    case .dataPlane: try measurePackets()
    }
  }

  private mutating func measureCompiler() throws -> [Measurement] {
    var results: [Measurement] = []
    for size in sizes.growth + sizes.comparison + sizes.endpoints {
      var stages: [(Stage, RuleTarget?)] = [(.decodeJSON, nil), (.decodeYAML, nil), (.plan, nil)]
      for target in [RuleTarget.nftMaps, .nftChains, .iptables] { stages += [(.lower, target), (.emit, target)] }
      for target in [RuleTarget.nftMaps, .nftChains] { stages.append((.encode, target)) }
      for (stage, target) in stages {
        results += try process(
          .compiler, size, yaml: stage == .decodeYAML, ["--stage", stage.rawValue, "--budget", "\(sizes.budget)"],
          targets: target.map { [$0] } ?? [])
      }
    }
    return results
  }

  private mutating func measureLoads() throws -> [Measurement] {
    var results: [Measurement] = []
    for size in sizes.growth + sizes.comparison + sizes.endpoints + sizes.wide {
      results += try process(
        .loads, size,
        ["--rounds", "\(sizes.rounds(size))"] + (sizes.usesRestoreNFT(size) ? ["--restore-nft"] : []),
        targets: sizes.wide.contains(size) ? [.nftMaps] : sizes.targets(for: size))
    }
    return results
  }

  private mutating func measureUpdates() throws -> [Measurement] {
    var results: [Measurement] = []
    for size in sizes.updates {
      results += try process(.updates, size, ["--rounds", "\(sizes.updateRounds)"], targets: [.nftMaps])
      // Its updates take milliseconds and more.
      if size.services <= 1000, sizes.targets(for: size).contains(.nftChains) {
        results += try process(.updates, size, ["--rounds", "\(sizes.updateRounds / 20)"], targets: [.nftChains])
      }
    }
    return results
  }

  private mutating func measureStarts() throws -> [Measurement] {
    var results: [Measurement] = []
    for size in sizes.growth + sizes.comparison {
      // A process each: what one leaves behind would be the next one's advantage.
      var merged: [Measurement] = []
      for _ in 0..<3 {
        let single = try process(.start, size, [], targets: [])
        if merged.count != single.count {
          merged = single
        } else {
          for index in merged.indices {
            merged[index].samples += single[index].samples
            merged[index].peakMemory = max(merged[index].peakMemory ?? 0, single[index].peakMemory ?? 0)
          }
        }
      }
      results += merged
    }
    return results
  }

  private mutating func measurePackets() throws -> [Measurement] {
    var results: [Measurement] = []
    for size in sizes.packets {
      results += try process(
        .dataPlane, size, ["--rounds", "\(sizes.packetRounds)"], targets: sizes.targets(for: size))
    }
    return results
  }

  mutating func measureKubeProxy(_ path: String, quick: Bool) throws -> [Measurement] {
    var results: [Measurement] = []
    for size in sizes.comparison {
      for mode in ["nftables", "iptables"] {
        say("kube-proxy --proxy-mode \(mode), \(size)")
        results += try LiveKubeProxy(path: path, mode: mode).measure(size, input: input(size, yaml: false))
      }
    }
    return results
  }

  // MARK: - Processes

  private mutating func process(
    _ group: StageCommand.Group, _ size: ClusterSize, yaml: Bool = false, _ arguments: [String], targets: [RuleTarget]
  ) throws -> [Measurement] {
    let input = try input(size, yaml: yaml)
    let all =
      ["stage", group.rawValue, "--input", input, "--services", "\(size.services)", "--endpoints", "\(size.endpoints)"]
      + arguments + targets.flatMap { ["--targets", $0.rawValue] }
    say(
      "\(size) \(group.rawValue) \(arguments.joined(separator: " ")) \(targets.map(\.rawValue).joined(separator: " "))")
    do {
      return try JSONDecoder().decode([Measurement].self, from: Data(SystemProgram.this.run(all)))
    } catch {
      let failure = "\(size) \(group.rawValue) \(arguments.joined(separator: " ")) failed: \(error)"
      say(failure)
      failures.append(failure)
      return []
    }
  }

  private func say(_ text: String) { FileHandle.standardError.write(Data("    \(text)\n".utf8)) }

  /// Written when it is first needed.
  private mutating func input(_ size: ClusterSize, yaml: Bool) throws -> String {
    let name = "\(size).\(yaml ? "yaml" : "json")"
    if let path = inputs[name] { return path }
    let path = try GeneratedInput.write(size, yaml: yaml, hasAffinity: hasAffinity, into: directory)
    inputs[name] = path
    return path
  }
}
