import IPTables
import NFTables
import NetworkAddresses

/// One iptables rule at work on one packet.
struct IPTablesRuleRun {
  let program: IPTablesProgram
  let place: Trace.RulePlace
  let context: WalkContext

  func execute(
    _ rule: IPTables.Rule, _ state: PacketState, into results: inout [RuleResult]
  ) throws(EvaluationError) {
    guard matchesHeader(rule, state) else {
      results.append(.unmatched(state))
      return
    }
    var state = state
    var probability = Fraction.one
    for match in rule.matches {
      switch match {
      case .sourceIsLocal:
        guard context.environment.isLocal(state.source) else { return results.append(.unmatched(state, probability)) }
      case .destinationIsLocal:
        guard context.environment.isLocal(state.destination) else {
          return results.append(.unmatched(state, probability))
        }
      case .conntrack(let conntrack):
        guard conntrack.matches(connectionStates(of: state)) else {
          return results.append(.unmatched(state, probability))
        }
      case .mark(let mark):
        guard mark.matches(state.mark) else { return results.append(.unmatched(state, probability)) }
      case .oneIn(let n):
        guard n > 0 else { throw unsupported("one in none") }
        let chance = Fraction(1, UInt64(n))
        if chance != .one { results.append(.unmatched(state, probability * chance.complement)) }
        probability = probability * chance
      case .recent(let recent):
        guard matches(recent, &state) else { return results.append(.unmatched(state, probability)) }
      case .accounting: break
      case .opaque(let words): throw unsupported(words.joined(separator: " "))
      }
    }
    results.append(try act(rule.target, state, probability))
  }

  private func matchesHeader(_ rule: IPTables.Rule, _ state: PacketState) -> Bool {
    if let port = rule.destinationPort, port != state.destinationPort { return false }
    if let transport = rule.transport, transport.number != context.packet.transport.number { return false }
    if let destination = rule.destination, !destination.matches(state.destination) { return false }
    if let source = rule.source, !source.matches(state.source) { return false }
    if let interface = rule.inInterface, !interface.matches(context.inputInterface) { return false }
    return true
  }

  private func connectionStates(of state: PacketState) -> ConntrackMatch.States {
    var states: ConntrackMatch.States =
      switch context.packet.state {
      case .new: .new
      case .established: .established
      case .related: .related
      case .invalid: .invalid
      case .untracked: .untracked
      }
    if state.hasStatusDNAT { states.insert(.dnat) }
    if state.isMasqueraded { states.insert(.snat) }
    return states
  }

  private func matches(_ recent: RecentMatch, _ state: inout PacketState) -> Bool {
    switch recent.operation {
    case .set:
      state.updates.append(.recent(list: recent.list, state.source))
      return true
    case .check(let seconds, _):
      if state.updates.contains(.recent(list: recent.list, state.source)) { return true }
      guard let seen = context.memory.lastSeen(state.source, in: recent.list) else { return false }
      guard let seconds else { return true }
      return context.now <= seen + UInt64(seconds)
    }
  }

  private func act(
    _ target: Target?, _ state: PacketState, _ probability: Fraction
  ) throws(EvaluationError) -> RuleResult {
    var result = RuleResult(state: state, probability: probability, disposition: .next, effect: .passed)
    switch target {
    case nil: break
    case .jump(let name):
      result.disposition = .jump(try program.chain(name, at: place))
      result.effect = .jumped(name)
    case .goto(let name):
      result.disposition = .goto(try program.chain(name, at: place))
      result.effect = .wentTo(name)
    case .accept:
      result.disposition = .accept
      result.effect = .accepted
    case .drop:
      result.disposition = .drop
      result.effect = .dropped
    case .return:
      result.disposition = .return
      result.effect = .returned
    case .reject:
      result.disposition = .reject
      result.effect = .rejected
    case .destinationNAT(let address, let port):
      result.state.translate(to: address, port: port)
      result.disposition = .accept
      result.effect = .translated(address, port: port)
    case .setMark(let value, let mask):
      result.state.mark = (state.mark & ~mask) ^ value
      result.effect = .marked(result.state.mark)
    case .masquerade:
      result.state.isMasqueraded = true
      result.disposition = .accept
      result.effect = .masqueraded
    case .opaque(let words): throw unsupported(words.joined(separator: " "))
    }
    return result
  }

  private func unsupported(_ part: String) -> EvaluationError {
    .unsupported(part: part, in: program.rulePlace(place))
  }
}
