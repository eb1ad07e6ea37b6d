import NetworkAddresses

/// Why a packet could not be walked through a rule set. What is not understood is never guessed.
public enum EvaluationError: Error, Hashable, Sendable {
  /// There are no rules for the packet's family.
  case noRules(IPFamily)
  /// Source and destination of a packet are of two families.
  case mixedFamilies
  /// A rule names a chain that its table does not have.
  case unknownChain(String, table: String, in: RulePlace)
  /// A rule names a set or map that its table does not have.
  case unknownSet(String, table: String, in: RulePlace)
  /// A rule has a part that cannot be evaluated; `part` is that part as text.
  case unsupported(part: String, in: RulePlace)
  /// Chains lead to each other deeper than the kernel allows: a loop.
  case chainsTooDeep(chain: String, table: String)

  /// Where a rule is.
  public struct RulePlace: Hashable, Sendable {
    public var table: String
    public var chain: String
    /// From 0.
    public var index: Int
    public var text: String
  }
}

extension EvaluationError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noRules(let family): "there are no rules for \(family.rawValue)"
    case .mixedFamilies: "source and destination are of different address families"
    case .unknownChain(let chain, let table, let place): "\(place): no chain \(chain) in table \(table)"
    case .unknownSet(let set, let table, let place): "\(place): no set or map \(set) in table \(table)"
    case .unsupported(let part, let place): "\(place): cannot evaluate \"\(part)\""
    case .chainsTooDeep(let chain, let table):
      "table \(table), chain \(chain): chains lead to each other without an end"
    }
  }
}

extension EvaluationError.RulePlace: CustomStringConvertible {
  public var description: String { "table \(table), chain \(chain), rule \(index + 1): \(text)" }
}
