/// What became of several packets that differ in nothing but their source ports.
public struct Observation: Hashable, Sendable {
  /// What was seen of one backend.
  public struct Backend: Hashable, Sendable {
    /// Packets that reached it.
    public var packets = 0
    /// Those among them that had another source address or port than was sent.
    public var changedSources = 0
    /// Whether it is an address of the node itself. Packets that came in from outside then keep their source whatever
    /// the rules say.
    public var isOnNode: Bool
    /// What its first answer came to.
    public var answer = Answer.notTried
  }

  /// What a client sees of a backend's answer.
  public enum Answer: Hashable, Sendable {
    /// The kernel of the node answers by itself, or the protocol has no answers here.
    case notTried
    /// It came from the frontend, to where the packet was sent from.
    case fromFrontend
    /// It came from elsewhere, or to another port.
    case misaddressed(source: BackendAddress, destination: BackendAddress)
    case lost
  }

  /// The packets were made on the node.
  public let isMadeOnNode: Bool
  public private(set) var packets = 0
  /// How many packets ended in what way.
  public private(set) var actions: [FlowFate.Action: Int] = [:]
  /// What was reached instead of the frontend.
  public private(set) var backends: [BackendAddress: Backend] = [:]
  /// How the sender was told.
  public private(set) var refusals: Set<FlowFate.Refusal> = []

  init(isMadeOnNode: Bool) {
    self.isMadeOnNode = isMadeOnNode
  }

  /// What all packets have in common; nil where they differ.
  public var action: FlowFate.Action? {
    actions.count == 1 ? actions.keys.first : nil
  }

  /// Whether packets to a backend are masqueraded; nil where some are and some are not, and for backends that were not
  /// reached.
  ///
  /// The new source port is a random one and may be the old one. As the node's own packets may keep their address too,
  /// one that looks unchanged among several others is taken for such a case.
  public func isMasqueraded(_ address: BackendAddress) -> Bool? {
    guard let backend = backends[address] else { return nil }
    if backend.changedSources == 0 { return false }
    let unchanged = backend.packets - backend.changedSources
    return unchanged == 0 || (isMadeOnNode && unchanged == 1 && backend.changedSources >= 3) ? true : nil
  }

  mutating func add(_ fate: FlowFate) {
    packets += 1
    actions[fate.action, default: 0] += 1
    switch fate {
    case .translated(let arrival):
      var backend = backends[arrival.destination] ?? Backend(isOnNode: arrival.place == .node)
      backend.packets += 1
      if arrival.isSourceChanged { backend.changedSources += 1 }
      backends[arrival.destination] = backend
    case .refused(let refusal): refusals.insert(refusal)
    case .untouched, .dropped: break
    }
  }

  func hasTriedAnswer(of address: BackendAddress) -> Bool {
    backends[address].map { $0.answer != .notTried } ?? false
  }

  mutating func note(_ answer: Answer, of address: BackendAddress) {
    backends[address]?.answer = answer
  }
}
