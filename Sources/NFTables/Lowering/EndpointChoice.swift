/// What a chain that the frontends of a maps layout lead to chooses from, read from its name.
public struct EndpointChoice: Hashable, Sendable {
  /// Endpoints with an index below it. There may be others in the map, which wait for the commit that deletes them.
  public var count: UInt32
  /// Whether clients get the endpoint they had before.
  public var hasAffinity: Bool

  /// - Returns: nil: the chain chooses no endpoint.
  public init?(ofChain name: String) {
    var rest = name[...]
    func take(_ prefix: String) -> Bool {
      guard rest.hasPrefix(prefix) else { return false }
      rest.removeFirst(prefix.utf8.count)
      return true
    }
    _ = take("nodeport-")
    hasAffinity = take("sticky-")
    guard hasAffinity || take("pick-") else { return nil }
    _ = take("local-")
    if hasAffinity {
      guard rest.last == "s", let seconds = rest.lastIndex(of: "-") else { return nil }
      rest = rest[..<seconds]
    }
    guard let count = UInt32(rest) else { return nil }
    self.count = count
  }
}
