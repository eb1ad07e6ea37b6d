/// What a chain that the frontends of a maps layout lead to chooses from, read from its name and rules.
public struct EndpointChoice: Hashable, Sendable {
  /// Endpoints with an index below it. There may be others in the map, which wait for the commit that deletes them.
  public var count: UInt32
  /// Whether clients get the endpoint they had before.
  public var hasAffinity: Bool

  /// - Parameter chains: all of the table, by name.
  /// - Returns: nil: the chain chooses no endpoint.
  public init?(of chain: String, in chains: [String: Chain]) {
    if let count = EndpointChoice.count(ofPick: chain) {
      (self.count, hasAffinity) = (count, false)
      return
    }
    // The last rule of a sticky chain is for the client that cannot be remembered.
    guard case .verdict(.goto(let pick))? = chains[chain]?.rules.last?.statements.last,
      let count = EndpointChoice.count(ofPick: pick)
    else { return nil }
    (self.count, hasAffinity) = (count, true)
  }

  private static func count(ofPick name: String) -> UInt32? {
    var rest = name[...]
    for (prefix, isNeeded) in [("nodeport-", false), ("pick-", true), ("local-", false)] {
      if rest.hasPrefix(prefix) {
        rest.removeFirst(prefix.count)
      } else if isNeeded {
        return nil
      }
    }
    return UInt32(rest)
  }
}
