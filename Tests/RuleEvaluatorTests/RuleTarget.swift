import IPTables
import NFTables
import NetworkAddresses
import RuleEvaluator
import ServicePlan

/// A way to write rules, compiled and ready to be asked.
enum RuleTarget: String, CaseIterable, Sendable {
  case nftChains = "nft-chains"
  case nftMaps = "nft-maps"
  case iptables

  var mode: ProxyMode { self == .iptables ? .iptables : .nftables }

  func evaluator(_ plans: [NodePlan]) throws -> PacketEvaluator {
    let environment = NodeEnvironment(plans[0].configuration)
    return switch self {
    case .nftChains: try PacketEvaluator(plans.map { ChainsLayout($0).table() }, environment: environment)
    case .nftMaps: try PacketEvaluator(plans.map { MapsLayout($0).table() }, environment: environment)
    case .iptables: try PacketEvaluator(plans.map { IPTablesLowering.compile($0) }, environment: environment)
    }
  }
}

extension Outcome.Backend {
  /// `ip:port`, `[ip]:port`
  var key: String { Backend(address: address, port: port, isLocal: false).key }
}
