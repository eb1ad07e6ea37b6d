/// One table and its chains.
public struct Table: Hashable, Sendable {
  /// The tables the kernel has, in the order a packet meets them within one hook.
  public enum Name: String, Hashable, Sendable, CaseIterable, Comparable {
    case raw, mangle, nat, filter, security

    public static func < (a: Name, b: Name) -> Bool { a.rank < b.rank }

    private var rank: Int {
      switch self {
      case .raw: 0
      case .mangle: 1
      case .nat: 2
      case .filter: 3
      case .security: 4
      }
    }
  }

  public var name: Name
  /// No name twice. A built-in chain that is not here has no rules to speak of.
  public var chains: [Chain]

  public init(_ name: Name, chains: [Chain] = []) {
    self.name = name
    self.chains = chains
  }

  public var chainsByName: [String: Chain] {
    Dictionary(chains.lazy.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// A walk over all chains: whoever asks for many builds an index of their names.
  public subscript(chain name: String) -> Chain? {
    chains.first { $0.name == name }
  }
}
