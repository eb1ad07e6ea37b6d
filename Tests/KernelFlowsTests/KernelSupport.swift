import Foundation
import KernelFlows
import NFTablesNetlink

/// Whether tests that send packets can run here.
enum KernelSupport {
  static let obstacle = KernelNode.obstacle()

  /// In continuous integration root without the tools is a mistake in the set-up, so the tests run and fail.
  static let isUsable = obstacle == nil || (getuid() == 0 && ProcessInfo.processInfo.environment["CI"] == "true")

  static let need =
    "needs Linux, root, ip, nft, iptables-restore and ip6tables-restore; " + (obstacle.map { "\($0)" } ?? "all there")

  /// Over netlink, each step of a case as an update of the one before.
  static var tableLoader: TableLoader? {
    #if Netlink && os(Linux)
      { tables in
        var connection = try NetlinkConnection()
        for table in tables { try connection.update(to: table) }
      }
    #else
      nil
    #endif
  }
}
