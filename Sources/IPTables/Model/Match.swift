/// A match that only some rules have.
public enum Match: Hashable, Sendable {
  /// `addrtype`: the source is an address of this node, loopback included.
  case sourceIsLocal
  /// `addrtype`: the destination is an address of this node, loopback included.
  case destinationIsLocal
  case conntrack(ConntrackMatch)
  case mark(MarkMatch)
  /// `statistic`, mode random: holds for one in so many packets, each on its own; at least 1.
  ///
  /// Kernel and text carry 1/n in 31 bits and ten decimals: up to 40,000 the number comes back as it was.
  case oneIn(UInt32)
  case recent(RecentMatch)
  /// `nfacct`: counts the packet in the accounting object of this name and holds always. The rule loads only where
  /// that object exists.
  case accounting(String)
  /// A match we do not model, as its words were: `-m multiport --dports 80,443`.
  case opaque([String])

  /// Where it stands among the matches of a rule: those with an effect come last.
  public var rank: Int {
    switch self {
    case .sourceIsLocal: 0
    case .destinationIsLocal: 1
    case .conntrack: 2
    case .mark: 3
    case .opaque: 4
    case .oneIn: 5
    case .recent: 6
    case .accounting: 7
    }
  }
}
