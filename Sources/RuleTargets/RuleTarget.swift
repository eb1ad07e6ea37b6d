import IPTables
import NFTables
import NetworkAddresses
import RuleText
import ServicePlan

/// What a plan can be compiled to.
public enum RuleTarget: String, Hashable, Sendable, CaseIterable {
  /// kube-proxy's iptables mode, chain for chain.
  case iptables
  /// kube-proxy's nftables mode, chain for chain.
  case nftChains = "nft-chains"
  /// A constant number of maps, a Service is elements only.
  case nftMaps = "nft-maps"

  /// Whose behaviour it has where kube-proxy's modes differ (section 24).
  public var mode: ProxyMode { self == .iptables ? .iptables : .nftables }

  /// The file a document of this target is kept in: `nft-maps.ipv4.nft`, `iptables.ipv6.rules`.
  public func fileName(_ family: IPFamily) -> String {
    "\(rawValue).\(family == .ipv4 ? "ipv4" : "ipv6").\(self == .iptables ? "rules" : "nft")"
  }

  /// The rules of one node in one family.
  public func compile(_ plan: NodePlan, options: RuleTargetOptions = RuleTargetOptions()) -> CompiledRules {
    switch self {
    case .iptables: .iptables(IPTablesLowering.compile(plan, options: options.iptables))
    case .nftChains: .nftables(ChainsLayout(plan).table())
    case .nftMaps: .nftables(MapsLayout(plan, options: options.maps).table())
    }
  }
}

/// Choices that concern one target only.
public struct RuleTargetOptions: Hashable, Sendable {
  public var iptables = IPTablesOptions()
  public var maps = MapsOptions()
  /// How the iptables text gets its entry jumps into built-in chains.
  public var builtInRules = IPTablesDocument.BuiltInRules.append

  public init() {}
}

/// Rules as values, whatever the target.
public enum CompiledRules: Hashable, Sendable {
  case iptables(IPTablesRuleSet)
  case nftables(NFTables.Table)

  /// The document that the target's own tool loads, as UTF-8.
  ///
  /// - Parameter header: lines of the comment at the top.
  public func text(header: [String] = [], options: RuleTargetOptions = RuleTargetOptions()) -> [UInt8] {
    switch self {
    case .iptables(let ruleSet):
      IPTablesDocument(header: header, builtInRules: options.builtInRules).bytes(ruleSet)
    case .nftables(let table): TableText.replacing(table, header: header)
    }
  }

  /// Passes the same document on in pieces, so that it is never in memory as a whole.
  public func writeText(
    header: [String] = [], options: RuleTargetOptions = RuleTargetOptions(), to sink: @escaping TextBuffer.Sink
  ) {
    switch self {
    case .iptables(let ruleSet):
      IPTablesDocument(header: header, builtInRules: options.builtInRules).write(ruleSet, to: sink)
    case .nftables(let table): TableText.writeReplacing(table, header: header, to: sink)
    }
  }
}
