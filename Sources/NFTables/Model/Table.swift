import NetworkAddresses

/// A table with all it holds. It is owned whole: what is not in here does not belong there.
public struct Table: Hashable, Sendable {
  public var family: IPFamily
  public var name: String
  /// Shown by `nft list`; needs nft 0.9.7 and kernel 5.10.
  public var comment: String?
  /// Sets and maps, in the order they are written.
  public var sets: [NamedSet]
  /// In the order they are written.
  public var chains: [Chain]

  public init(
    family: IPFamily, name: String, comment: String? = nil, sets: [NamedSet] = [], chains: [Chain] = []
  ) {
    self.family = family
    self.name = name
    self.comment = comment
    self.sets = sets
    self.chains = chains
  }

  /// The family as nft says it: `ip` or `ip6`.
  public var familyWord: String { family == .ipv4 ? "ip" : "ip6" }

  public func set(named name: String) -> NamedSet? { sets.first { $0.name == name } }

  /// Where two have one name, the first.
  public var chainsByName: [String: Chain] {
    Dictionary(chains.lazy.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  public func chain(named name: String) -> Chain? { chains.first { $0.name == name } }
}
