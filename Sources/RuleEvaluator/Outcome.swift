import NetworkAddresses

/// Where a packet may end, with the probability of each end, and how it got there.
public struct Outcome: Sendable {
  /// What became of a packet in one branch.
  public enum Fate: Hashable, Sendable {
    /// Sent to a backend.
    case translated(IPAddress, port: UInt16)
    case rejected
    case dropped
    /// Let through by an explicit rule of a filter chain, untranslated.
    case accepted
    /// Neither translated, refused nor accepted.
    case untouched
  }

  /// One way the packet can go.
  public struct Branch: Hashable, Sendable {
    public var fate: Fate
    public var probability: Fraction
    /// Whether postrouting rules ask for the source to be rewritten. A packet from outside that is delivered on this
    /// node (``isDeliveredHere``) never gets there and keeps its source all the same.
    public var isMasqueraded: Bool
    /// Whether the packet ends on this node.
    public var isDeliveredHere: Bool
    /// What the rules remember of the packet if it goes this way, see ``AffinityMemory/apply(_:at:)``.
    public var updates: [AffinityMemory.Update]
    /// The last step of the way.
    var trace: Trace.Link
  }

  /// A class of outcomes, as test cases name them (EVAL-1).
  public enum Class: String, Hashable, Sendable, CaseIterable {
    case dnat
    case reject
    case drop
    case accept
    case noMatch = "no-match"
  }

  /// No two with the same fate, masquerading and updates; in the order of the rules that chose them.
  public let branches: [Branch]
  let trace: Trace

  /// What all branches have in common; nil where they differ, which no rule set should let happen.
  public var commonClass: Class? {
    guard let first = branches.first?.fate.outcomeClass,
      branches.allSatisfy({ $0.fate.outcomeClass == first })
    else { return nil }
    return first
  }

  /// A backend and how likely it is.
  public struct Backend: Hashable, Sendable {
    public var address: IPAddress
    public var port: UInt16
    public var probability: Fraction
    public var isMasqueraded: Bool

    public init(address: IPAddress, port: UInt16, probability: Fraction, isMasqueraded: Bool) {
      self.address = address
      self.port = port
      self.probability = probability
      self.isMasqueraded = isMasqueraded
    }
  }

  /// Every backend within reach, sorted by address and port.
  public var backends: [Backend] {
    struct Key: Hashable {
      var address: IPAddress
      var port: UInt16
      var isMasqueraded: Bool
    }
    var sums: [Key: Fraction] = [:]
    for branch in branches {
      guard case .translated(let address, let port) = branch.fate else { continue }
      let key = Key(address: address, port: port, isMasqueraded: branch.isMasqueraded)
      sums[key] = sums[key].map { $0 + branch.probability } ?? branch.probability
    }
    return sums.map {
      Backend(
        address: $0.key.address, port: $0.key.port, probability: $0.value, isMasqueraded: $0.key.isMasqueraded)
    }.sorted {
      ($0.address, $0.port, $0.isMasqueraded ? 1 : 0) < ($1.address, $1.port, $1.isMasqueraded ? 1 : 0)
    }
  }

  /// The steps from the first hook to where the branch ends.
  public func steps(of branch: Branch) -> [Trace.Step] { trace.steps(to: branch.trace) }

  /// The steps that all branches begin with.
  public var commonSteps: [Trace.Step] { trace.steps(to: trace.commonAncestor(of: branches.lazy.map(\.trace))) }

  /// The steps of a branch behind ``commonSteps``.
  public func ownSteps(of branch: Branch) -> [Trace.Step] {
    let common = trace.commonAncestor(of: branches.lazy.map(\.trace))
    return trace.steps(to: branch.trace, after: common)
  }
}

extension Outcome.Fate {
  public var outcomeClass: Outcome.Class {
    switch self {
    case .translated: .dnat
    case .rejected: .reject
    case .dropped: .drop
    case .accepted: .accept
    case .untouched: .noMatch
    }
  }
}
