import Foundation
import KernelFlows

/// Whether tests that send packets can run here.
enum KernelSupport {
  static let obstacle = KernelNode.obstacle()

  /// In continuous integration root without the tools is a mistake in the set-up, so the tests run and fail.
  static let isUsable = obstacle == nil || (getuid() == 0 && ProcessInfo.processInfo.environment["CI"] == "true")

  static let need =
    "needs Linux, root, ip, nft, iptables-restore and ip6tables-restore; " + (obstacle.map { "\($0)" } ?? "all there")
}
