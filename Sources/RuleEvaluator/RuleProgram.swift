import NFTables
import NetworkAddresses

/// The rules of one family, prepared for walking packets through them.
protocol RuleProgram: Sendable {
  var family: IPFamily { get }

  /// The chains of a hook in the order the kernel enters them.
  func baseChains(_ hook: BaseChain.Hook) -> [EntryChain]

  func ruleCount(of chain: Int32) -> Int

  /// The places of the rules that can match one of the packets, rising; nil: all have to be tried.
  func candidates(in chain: Int32, for travellers: [Traveller], _ context: WalkContext) -> [Int32]?

  /// Runs one rule for one packet and appends what comes of it, with probabilities that add up to one.
  func execute(
    _ place: Trace.RulePlace, _ state: PacketState, _ context: WalkContext, into results: inout [RuleResult]
  ) throws(EvaluationError)

  // MARK: Words for traces

  func names(of place: Trace.RulePlace) -> (table: String, chain: String)

  func text(of place: Trace.RulePlace) -> String

  func text(of element: Trace.ElementPlace) -> String

  /// Nil where the rule does not say.
  func servicePort(of place: Trace.RulePlace, element: Trace.ElementPlace?, effect: Trace.Effect) -> String?

  /// Whether a chain belongs to one service port, so that its rules do even if they do not say so.
  func servesOneServicePort(_ chain: Int32) -> Bool
}

/// A chain the kernel enters by itself.
struct EntryChain: Sendable {
  var chain: Int32
  var kind: BaseChain.Kind
  var priority: Int32
  /// Whether packets that reach its end are dropped.
  var dropsAtEnd = false
  /// Whether an accept in it lets a packet through explicitly.
  var acceptCounts: Bool
}

/// What rules can read and change of a packet. Equal states have an equal future.
struct PacketState: Hashable {
  var source: IPAddress
  var destination: IPAddress
  var destinationPort: UInt16
  var mark: UInt32
  /// Rules keep numbers there.
  var priority: UInt32 = 0
  /// A destination was chosen; the other nat rules of the hook are not asked.
  var isTranslated = false
  /// The chosen destination differs from the original one.
  var hasStatusDNAT = false
  var isMasqueraded = false
  /// An explicit accept in a filter chain of the last of the hooks input, forward and output.
  var isAccepted = false
  var updates: [AffinityMemory.Update] = []

  mutating func translate(to address: IPAddress, port: UInt16) {
    isTranslated = true
    hasStatusDNAT = hasStatusDNAT || address != destination || port != destinationPort
    destination = address
    destinationPort = port
  }
}

/// A packet on its way, with the probability that it is on this one.
struct Traveller {
  var state: PacketState
  var probability: Fraction
  var trace: Trace.Link
}

/// What does not change between two hooks. One walk owns it; rules at work refer to it.
final class WalkContext {
  let packet: Packet
  let environment: NodeEnvironment
  let memory: AffinityMemory
  /// Seconds on the clock of the memory.
  let now: UInt64
  var hook: BaseChain.Hook = .prerouting
  /// The interface the packet came in by; empty in output.
  var inputInterface: String

  init(_ packet: Packet, _ environment: NodeEnvironment, _ memory: AffinityMemory, now: UInt64) {
    self.packet = packet
    self.environment = environment
    self.memory = memory
    self.now = now
    inputInterface = packet.inputInterface
  }
}

/// One thing that comes of a rule.
struct RuleResult {
  enum Disposition: Hashable {
    /// The next rule of the chain.
    case next
    case jump(Int32)
    case goto(Int32)
    case `return`
    /// Ends the walk through this base chain.
    case accept
    case drop
    case reject
  }

  var state: PacketState
  /// Of this result, where the rule is reached.
  var probability: Fraction = .one
  var disposition: Disposition
  /// Nil: the rule did not match.
  var effect: Trace.Effect?
  var element: Trace.ElementPlace?

  /// The rule did not match.
  static func unmatched(_ state: PacketState, _ probability: Fraction = .one) -> RuleResult {
    RuleResult(state: state, probability: probability, disposition: .next)
  }
}
