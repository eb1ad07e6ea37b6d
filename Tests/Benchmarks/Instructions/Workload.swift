import Foundation
import KubernetesObjects
import LivePlan
import NFTables
import NFTablesNetlink
import NetworkAddresses
import RuleTargets
import ServicePlan

/// Fixed work whose instructions are counted: small, because counting makes it fifty times slower.
enum Workload: String, CaseIterable, Codable {
  case decodeJSON = "decode JSON"
  case decodeYAML = "decode YAML"
  case plan
  case lowerMaps = "lower nft-maps"
  case lowerChains = "lower nft-chains"
  case lowerIPTables = "lower iptables"
  case emitMaps = "emit nft-maps"
  case emitChains = "emit nft-chains"
  case emitIPTables = "emit iptables"
  case encodeMaps = "encode nft-maps"
  case encodeChains = "encode nft-chains"
  case compareMaps = "compare nft-maps"
  case changes = "100 endpoints replaced"

  /// What it works on.
  static let size = ClusterSize(200, 5)

  /// Everything up to the work itself; the work is what is counted.
  func prepared(json: String, yaml: String) throws -> () throws -> Void {
    switch self {
    case .decodeJSON, .decodeYAML:
      let path = self == .decodeJSON ? json : yaml
      let data = try Data(contentsOf: URL(filePath: path))
      return { _ = try BenchmarkCluster.decode(data, path) }
    case .plan:
      let cluster = try BenchmarkCluster(path: json)
      return { _ = cluster.plan() }
    case .lowerMaps: return try lowering(.nftMaps, json)
    case .lowerChains: return try lowering(.nftChains, json)
    case .lowerIPTables: return try lowering(.iptables, json)
    case .emitMaps: return try emission(.nftMaps, json)
    case .emitChains: return try emission(.nftChains, json)
    case .emitIPTables: return try emission(.iptables, json)
    case .encodeMaps: return try encoding(.nftMaps, json)
    case .encodeChains: return try encoding(.nftChains, json)
    case .compareMaps: return try comparison(json)
    case .changes: return try changes(json)
    }
  }

  private func lowering(_ target: RuleTarget, _ input: String) throws -> () -> Void {
    let plan = try BenchmarkCluster(path: input).plan()
    return { _ = target.compile(plan) }
  }

  private func emission(_ target: RuleTarget, _ input: String) throws -> () -> Void {
    let rules = target.compile(try BenchmarkCluster(path: input).plan())
    return { rules.writeText { _ in } }
  }

  private func encoding(_ target: RuleTarget, _ input: String) throws -> () throws -> Void {
    #if Netlink && os(Linux)
      guard case .nftables(let table) = target.compile(try BenchmarkCluster(path: input).plan()) else { return {} }
      return {
        var transaction = Transaction()
        transaction.add(table)
        _ = try transaction.prepared()
      }
    #else
      throw BenchmarkError.needsNetlink
    #endif
  }

  private func comparison(_ input: String) throws -> () -> Void {
    #if Netlink && os(Linux)
      let plan = try BenchmarkCluster(path: input).plan()
      let (installed, desired) = (MapsLayout(plan).table(), MapsLayout(plan).table())
      return { _ = TableUpdate(from: InstalledTable(installed), to: desired).isEmpty }
    #else
      throw BenchmarkError.needsNetlink
    #endif
  }

  /// From the decoded slice to the bytes of the transactions.
  private func changes(_ input: String) throws -> () throws -> Void {
    #if Netlink && os(Linux)
      let objects = try BenchmarkCluster(path: input).objects
      var live = LiveNode(configuration: BenchmarkCluster.configuration, families: [.ipv4])
      live.replaceServices(with: objects.services.map { Listed($0, resourceVersion: 1) })
      live.replaceSlices(with: objects.slices.map { Listed($0, resourceVersion: 1) })
      _ = live.takeChange()
      let slices = objects.slices.filter { !$0.endpoints.isEmpty }
      var version: UInt64 = 1
      return {
        for round in 0..<100 {
          version += 1
          var slice = slices[round % slices.count]
          slice.endpoints[0].address = IPAddress(ipv4: 0x0a40_0000 + UInt32(version))
          live.apply(.slice(slice), resourceVersion: version)
          for family in live.takeChange().families {
            guard let table = family.table else { continue }
            for transaction in TableUpdate(table).transactions { _ = try transaction.prepared() }
          }
        }
      }
    #else
      throw BenchmarkError.needsNetlink
    #endif
  }
}
