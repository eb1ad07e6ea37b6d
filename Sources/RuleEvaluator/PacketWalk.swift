import NFTables
import NetworkAddresses

/// One packet's way through the hooks.
///
/// Chances are followed all at once: a walk carries a list of travellers, and those whose state is equal behind a rule
/// go on as one. So the work is rules times different states, not chances multiplied with each other.
struct PacketWalk<Program: RuleProgram> {
  private let program: Program
  private let context: WalkContext
  private var trace: Trace
  private var branches: [Outcome.Branch] = []
  /// Travellers that a rule of the present base chain has accepted.
  private var accepted: [Traveller] = []
  /// Set while postrouting is asked what it would do with a packet that does not get there.
  private var isHypothetical = false
  private var results: [RuleResult] = []

  init(_ program: Program, _ context: WalkContext) {
    self.program = program
    self.context = context
    trace = Trace(rules: program)
  }

  static func outcome(_ program: Program, _ context: WalkContext) throws(EvaluationError) -> Outcome {
    var walk = PacketWalk(program, context)
    return try walk.run()
  }

  private mutating func run() throws(EvaluationError) -> Outcome {
    let packet = context.packet
    let state = PacketState(
      source: packet.source, destination: packet.destination, destinationPort: packet.destinationPort,
      mark: packet.mark)
    let start = Traveller(state: state, probability: .one, trace: Trace.start)
    if packet.origin.isMadeOnNode {
      try leaveNode(start)
    } else {
      try enterNode(start)
    }
    return Outcome(branches: merged(branches), trace: trace)
  }

  /// prerouting, then by the translated destination input, or forward and postrouting.
  private mutating func enterNode(_ traveller: Traveller) throws(EvaluationError) {
    let arrived = try pass(.prerouting, [traveller])
    let delivered = try pass(.input, arrived.filter { context.environment.isLocal($0.state.destination) })
    let forwarded = try pass(.forward, arrived.filter { !context.environment.isLocal($0.state.destination) })
    isHypothetical = true
    let wouldLeave = try pass(.postrouting, delivered)
    isHypothetical = false
    for traveller in wouldLeave { end(traveller, isDeliveredHere: true) }
    for traveller in try pass(.postrouting, forwarded) { end(traveller, isDeliveredHere: false) }
  }

  /// output and postrouting; what is for the node itself comes back over loopback, its connection settled.
  private mutating func leaveNode(_ traveller: Traveller) throws(EvaluationError) {
    let left = try pass(.postrouting, try pass(.output, [traveller]))
    for traveller in left where !context.environment.isLocal(traveller.state.destination) {
      end(traveller, isDeliveredHere: false)
    }
    context.inputInterface = "lo"
    let looped = left.filter { context.environment.isLocal($0.state.destination) }
    let arrived = try pass(.prerouting, looped, settled: true)
    for traveller in try pass(.input, arrived, settled: true) { end(traveller, isDeliveredHere: true) }
  }

  // MARK: - One hook

  /// - Parameter settled: nat has been asked about this connection before.
  private mutating func pass(
    _ hook: BaseChain.Hook, _ entering: [Traveller], settled: Bool = false
  ) throws(EvaluationError) -> [Traveller] {
    guard !entering.isEmpty else { return [] }
    context.hook = hook
    var travellers = entering
    if hook == .input || hook == .forward || hook == .output {
      for index in travellers.indices { travellers[index].state.isAccepted = false }
    }
    for entry in program.baseChains(hook) {
      var aside: [Traveller] = []
      if entry.kind == .nat {
        // Only the first packet of a connection is seen by nat chains, and only until one has decided.
        guard !settled, context.packet.state == .new || context.packet.state == .related else { continue }
        aside = travellers.filter { isSettled($0.state, hook) }
        if !aside.isEmpty { travellers.removeAll { isSettled($0.state, hook) } }
      }
      guard !travellers.isEmpty else {
        travellers = aside
        continue
      }
      accepted.removeAll(keepingCapacity: true)
      let atEnd = try walk(entry.chain, travellers, depth: 0)
      if entry.acceptCounts {
        for index in accepted.indices { accepted[index].state.isAccepted = true }
      }
      travellers = aside + accepted
      for traveller in atEnd {
        if entry.dropsAtEnd { end(traveller, .dropped) } else { travellers.append(traveller) }
      }
    }
    return travellers
  }

  private func isSettled(_ state: PacketState, _ hook: BaseChain.Hook) -> Bool {
    hook == .prerouting || hook == .output ? state.isTranslated : state.isMasqueraded
  }

  // MARK: - One chain

  /// The kernel takes sixteen jumps; gotos need no stack there but here.
  private static var greatestDepth: Int { 64 }

  /// - Returns: the travellers that go back to where the chain was called from.
  private mutating func walk(
    _ chain: Int32, _ entering: [Traveller], depth: Int
  ) throws(EvaluationError) -> [Traveller] {
    guard depth < PacketWalk.greatestDepth else {
      let names = program.names(of: Trace.RulePlace(chain: chain, rule: 0))
      throw .chainsTooDeep(chain: names.chain, table: names.table)
    }
    var live = entering
    var leaving: [Traveller] = []
    let candidates = program.candidates(in: chain, for: entering, context)
    for position in 0..<(candidates?.count ?? program.ruleCount(of: chain)) {
      let place = Trace.RulePlace(chain: chain, rule: candidates?[position] ?? Int32(position))
      var next: [Traveller] = []
      var calls = Calls()
      var hasBranched = false
      for traveller in live {
        results.removeAll(keepingCapacity: true)
        try program.execute(place, traveller.state, context, into: &results)
        if results.count > 1 { hasBranched = true }
        for result in results {
          var moved = Traveller(
            state: result.state, probability: traveller.probability * result.probability, trace: traveller.trace)
          if let effect = result.effect, !isHypothetical {
            moved.trace = trace.append(
              after: traveller.trace, place, result.element, context.hook, effect, moved.probability)
          }
          switch result.disposition {
          case .next: next.append(moved)
          case .jump(let chain): calls.add(moved, chain, comesBack: true)
          case .goto(let chain): calls.add(moved, chain, comesBack: false)
          case .return: leaving.append(moved)
          case .accept: accepted.append(moved)
          case .drop: end(moved, .dropped)
          case .reject: end(moved, .rejected)
          }
        }
      }
      for call in calls.all {
        let returned = try walk(call.chain, call.travellers, depth: depth + 1)
        if call.comesBack { next.append(contentsOf: returned) } else { leaving.append(contentsOf: returned) }
      }
      live = hasBranched ? merged(next) : next
      if live.isEmpty { break }
    }
    leaving.append(contentsOf: live)
    return leaving
  }

  /// Travellers that a rule sends to other chains, those of one chain together.
  private struct Calls {
    struct Call {
      var chain: Int32
      var comesBack: Bool
      var travellers: [Traveller]
    }

    private(set) var all: [Call] = []
    private var places: [Int32: Int] = [:]

    mutating func add(_ traveller: Traveller, _ chain: Int32, comesBack: Bool) {
      if all.isEmpty {
        all.append(Call(chain: chain, comesBack: comesBack, travellers: [traveller]))
        return
      }
      if places.isEmpty { places[key(all[0].chain, all[0].comesBack)] = 0 }
      let key = key(chain, comesBack)
      if let place = places[key] {
        all[place].travellers.append(traveller)
      } else {
        places[key] = all.count
        all.append(Call(chain: chain, comesBack: comesBack, travellers: [traveller]))
      }
    }

    /// A chain may be jumped to and gone to by one verdict map.
    private func key(_ chain: Int32, _ comesBack: Bool) -> Int32 { comesBack ? chain : -1 - chain }
  }

  private func merged(_ travellers: [Traveller]) -> [Traveller] {
    guard travellers.count > 1 else { return travellers }
    var places: [PacketState: Int] = [:]
    places.reserveCapacity(travellers.count)
    var merged: [Traveller] = []
    for traveller in travellers {
      if let place = places[traveller.state] {
        merged[place].probability = merged[place].probability + traveller.probability
      } else {
        places[traveller.state] = merged.count
        merged.append(traveller)
      }
    }
    return merged
  }

  // MARK: - Ends

  private mutating func end(_ traveller: Traveller, isDeliveredHere: Bool) {
    let state = traveller.state
    let fate: Outcome.Fate =
      state.isTranslated
      ? .translated(state.destination, port: state.destinationPort) : state.isAccepted ? .accepted : .untouched
    end(traveller, fate, isDeliveredHere: isDeliveredHere)
  }

  private mutating func end(_ traveller: Traveller, _ fate: Outcome.Fate, isDeliveredHere: Bool = false) {
    if isHypothetical, fate == .dropped || fate == .rejected {
      var untouched = traveller
      untouched.state.isMasqueraded = false
      end(untouched, isDeliveredHere: true)
      return
    }
    let wasRefused = fate == .dropped || fate == .rejected
    branches.append(
      Outcome.Branch(
        fate: fate, probability: traveller.probability, isMasqueraded: !wasRefused && traveller.state.isMasqueraded,
        isDeliveredHere: isDeliveredHere, updates: traveller.state.updates, trace: traveller.trace))
  }

  private func merged(_ branches: [Outcome.Branch]) -> [Outcome.Branch] {
    guard branches.count > 1 else { return branches }
    var places: [Outcome.Branch: Int] = [:]
    var merged: [Outcome.Branch] = []
    for branch in branches {
      var key = branch
      key.probability = .one
      key.trace = Trace.start
      if let place = places[key] {
        merged[place].probability = merged[place].probability + branch.probability
      } else {
        places[key] = merged.count
        merged.append(branch)
      }
    }
    return merged
  }
}
