import IPTables
import NFTables
import NetworkAddresses
import RuleTargets

extension CompiledRules {
  /// The rules with all that makes no difference in one order or left out: those that do the same are equal. Of iptables,
  /// only what belongs to Services.
  public var canonical: CompiledRules {
    switch self {
    case .iptables(let ruleSet): .iptables(IPTablesComparison(ignoresEmptyChains: true).canonical(ruleSet))
    case .nftables(let table): .nftables(table.canonical)
    }
  }

  public var family: IPFamily {
    switch self {
    case .iptables(let ruleSet): ruleSet.family
    case .nftables(let table): table.family
    }
  }
}

/// Rules of both sides as texts, line by line.
public struct RuleTextDifference: Sendable {
  /// What the first text is called: `HEAD:deploy/ nft-maps.ipv4.nft`.
  public var oldName: String
  public var newName: String
  public var difference: LineDifference

  public init(oldName: String, newName: String, difference: LineDifference) {
    self.oldName = oldName
    self.newName = newName
    self.difference = difference
  }

  /// - Parameters:
  ///   - old: nil: this side has no such rules.
  ///   - new: likewise.
  public init(oldName: String, _ old: CompiledRules?, newName: String, _ new: CompiledRules?) {
    self.oldName = oldName
    self.newName = newName
    difference =
      old == new
      ? LineDifference(from: [], to: [])
      : LineDifference(from: old?.canonical.text() ?? [], to: new?.canonical.text() ?? [])
  }
}
