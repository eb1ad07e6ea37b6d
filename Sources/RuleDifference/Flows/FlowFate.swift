import NetworkAddresses
import RuleEvaluator

/// What becomes of the connections of one class of clients to one destination.
public struct FlowFate: Hashable, Sendable {
  public enum End: Hashable, Sendable, Comparable {
    case backend(IPAddress, port: UInt16)
    case rejected
    case dropped
    /// Let through untranslated, by a rule that says so.
    case accepted
    /// Left to whatever else the node has.
    case untouched

    public static func < (a: End, b: End) -> Bool {
      if case .backend(let first, let firstPort) = a, case .backend(let second, let secondPort) = b {
        return (first, firstPort) < (second, secondPort)
      }
      return a.rank < b.rank
    }

    private var rank: Int {
      switch self {
      case .backend: 0
      case .rejected: 1
      case .dropped: 2
      case .accepted: 3
      case .untouched: 4
      }
    }
  }

  public struct Share: Hashable, Sendable {
    public var end: End
    public var share: Fraction
    /// Whether backends see an address of the node instead of the client's.
    public var isMasqueraded: Bool
  }

  /// Sorted by end.
  public var shares: [Share]
  /// How long a client keeps its backend; nil: each connection is spread anew, or there is but one backend.
  public var affinitySeconds: UInt32?

  init(shares: [Share], affinitySeconds: UInt32? = nil) {
    self.shares = shares
    self.affinitySeconds = affinitySeconds
  }

  /// - Parameter affinitySeconds: of the service port, if it has affinity.
  init(_ outcome: Outcome, affinitySeconds: UInt32?) {
    struct Key: Hashable {
      var end: End
      var isMasqueraded: Bool
    }
    var sums: [Key: Fraction] = [:]
    var remembers = false
    for branch in outcome.branches {
      let end = End(branch.fate)
      var isMasqueraded = false
      if case .backend = end {
        isMasqueraded = branch.isMasqueraded
        remembers = remembers || !branch.updates.isEmpty
      }
      let key = Key(end: end, isMasqueraded: isMasqueraded)
      sums[key] = sums[key].map { $0 + branch.probability } ?? branch.probability
    }
    shares = sums.map { Share(end: $0.key.end, share: $0.value, isMasqueraded: $0.key.isMasqueraded) }
      .sorted { $0.end != $1.end ? $0.end < $1.end : !$0.isMasqueraded && $1.isMasqueraded }
    self.affinitySeconds = remembers && shares.count > 1 ? affinitySeconds : nil
  }

  /// The shares that reach a backend.
  var backends: [Share] {
    shares.filter { share in
      if case .backend = share.end { true } else { false }
    }
  }

  /// The one end that is no backend, where there is no other.
  var refusal: End? {
    guard shares.count == 1, let end = shares.first?.end else { return nil }
    if case .backend = end { return nil }
    return end
  }

  /// Whether clients are hidden: always, never, or nil: from some backends.
  var isMasqueraded: Bool? {
    let flags = Set(backends.map(\.isMasqueraded))
    return flags.count == 1 ? flags.first : nil
  }

  /// The fate where what concerns a backend as its own client is set to what `other` has.
  func masked(_ address: IPAddress, as other: FlowFate) -> FlowFate {
    var masked = self
    for index in masked.shares.indices {
      guard case .backend(address, _) = masked.shares[index].end,
        let counterpart = other.shares.first(where: { $0.end == masked.shares[index].end })
      else { continue }
      masked.shares[index].isMasqueraded = counterpart.isMasqueraded
    }
    return masked
  }
}

extension FlowFate.End {
  fileprivate init(_ fate: Outcome.Fate) {
    self =
      switch fate {
      case .translated(let address, let port): .backend(address, port: port)
      case .rejected: .rejected
      case .dropped: .dropped
      case .accepted: .accepted
      case .untouched: .untouched
      }
  }
}
