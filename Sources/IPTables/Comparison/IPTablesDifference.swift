/// One place where two rule sets differ.
public struct IPTablesDifference: Hashable, Sendable, CustomStringConvertible {
  public enum Kind: Hashable, Sendable {
    /// Only the expected rule set has the chain, with so many rules.
    case missingChain(rules: Int)
    /// Only the actual rule set has the chain.
    case unexpectedChain(rules: Int)
    /// Only the expected chain has the rule at this place.
    case missingRule(Rule)
    /// Only the actual chain has the rule at this place.
    case unexpectedRule(Rule)
  }

  public var table: Table.Name
  public var chain: String
  public var kind: Kind

  /// `- filter KUBE-SERVICES -m comment ...` for what is missing, `+` for what is unexpected.
  public var description: String {
    let place = "\(table.rawValue) \(chain)"
    return switch kind {
    case .missingChain(let rules): "- \(place): a chain of \(rules) rules"
    case .unexpectedChain(let rules): "+ \(place): a chain of \(rules) rules"
    case .missingRule(let rule): "- \(place) \(rule.text)"
    case .unexpectedRule(let rule): "+ \(place) \(rule.text)"
    }
  }
}
