import RuleTargets

/// Which sizes are measured. Where the kernel's time, or a tool's, grows with the square of the size, the sizes end where a
/// load would take more than a minute or so.
struct SuiteSizes {
  /// For stages in the process, commits of nft-maps, and starts.
  var growth: [ClusterSize]
  /// For which there are published figures of kube-proxy.
  var comparison: [ClusterSize]
  /// For one Service with many endpoints.
  var endpoints: [ClusterSize]
  /// For loads of Services with many endpoints each.
  var wide: [ClusterSize]
  /// For updates.
  var updates: [ClusterSize]
  /// For packets.
  var packets: [ClusterSize]
  /// Seconds for the runs of one stage.
  var budget: Double
  var rounds: Int
  var updateRounds: Int
  var packetRounds: Int
  /// Services up to which a target is loaded into the kernel.
  private var caps: [RuleTarget: Int]
  /// Likewise through iptables-nft-restore.
  private var restoreNFTCap: Int

  static let quick = SuiteSizes(
    growth: [10, 100, 1000, 5000].map { ClusterSize($0, 5) }, comparison: [ClusterSize(1000, 10)],
    endpoints: [ClusterSize(1, 100), ClusterSize(1, 5000)], wide: [],
    updates: [ClusterSize(100, 5), ClusterSize(1000, 10), ClusterSize(5000, 5)],
    packets: [ClusterSize(1, 5), ClusterSize(1000, 5), ClusterSize(5000, 5), ClusterSize(1, 5000)],
    budget: 0.15, rounds: 2, updateRounds: 200, packetRounds: 3,
    caps: [.nftMaps: 50_000, .nftChains: 1000, .iptables: 5000], restoreNFTCap: 100)

  static let full = SuiteSizes(
    growth: [10, 100, 1000, 2000, 5000, 10_000, 20_000, 50_000].map { ClusterSize($0, 5) },
    comparison: [ClusterSize(1000, 10), ClusterSize(5000, 10), ClusterSize(10_000, 10)],
    endpoints: [1, 10, 100, 1000, 5000].map { ClusterSize(1, $0) }, wide: [ClusterSize(5000, 50)],
    updates: [100, 1000, 2000, 5000, 10_000, 20_000, 50_000].map { ClusterSize($0, 5) }
      + [ClusterSize(1000, 10), ClusterSize(5000, 10), ClusterSize(10_000, 10), ClusterSize(1, 5000)],
    packets: [1, 10, 100, 1000, 5000, 10_000, 50_000].map { ClusterSize($0, 5) }
      + [1, 10, 100, 1000, 5000].map { ClusterSize(1, $0) },
    budget: 1, rounds: 5, updateRounds: 500, packetRounds: 15,
    caps: [.nftMaps: 50_000, .nftChains: 5000, .iptables: 10_000], restoreNFTCap: 1000)

  func targets(for size: ClusterSize) -> [RuleTarget] {
    [.nftMaps, .nftChains, .iptables].filter { size.services <= caps[$0] ?? .max }
  }

  func usesRestoreNFT(_ size: ClusterSize) -> Bool { size.services <= restoreNFTCap }

  /// For reports.
  var capLines: [String] {
    [
      "nft-chains is loaded up to \(caps[.nftChains] ?? 0) Services: the kernel's time grows with their square",
      "iptables is loaded up to \(caps[.iptables] ?? 0) Services, through iptables-nft-restore up to \(restoreNFTCap)",
    ]
  }

  /// Rounds of loads, fewer where they are long.
  func rounds(_ size: ClusterSize) -> Int {
    if wide.contains(size) { return rounds }
    return switch size.services {
    case ...999: rounds
    case ...2000: min(rounds, 3)
    case ...5000: min(rounds, 2)
    case ...10_000: rounds
    default: min(rounds, 3)
    }
  }
}
