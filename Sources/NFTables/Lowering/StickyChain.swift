import NetworkAddresses
import RuleNames
import ServicePlan

/// The chain of a service port with session affinity: the backend a client had before, else one at random, remembered.
///
/// All memory is in one set, `client . number`, where the number stands for a backend of the service port (see
/// `AffinityNumbers`). A backend that is gone is forgotten at once, because nothing asks for its number any more (AFF-4);
/// all frontends of the service port ask for the same numbers (AFF-3).
///
/// The kernel goes through all rules of a table whenever a verdict is added to it, so that these chains, the only ones
/// that grow with Services, are kept short: translation is left to the chains that all Services share.
struct StickyChain {
  var port: ServicePortPlan
  /// How long a client is remembered after its last connection (AFF-1).
  var seconds: UInt32
  var map: EndpointMap
  /// The backends on this node alone.
  var isLocal: Bool

  var name: String {
    // A cluster IP with policy Local finds the endpoints of this node in the map that has all endpoints of others.
    let kind = map.set == .localEndpoints ? "local-" : isLocal ? "internal-" : ""
    return map.prefix.nodePort + "sticky-" + kind + NFTablesNames(port.name).base
  }

  /// - Parameter numbers: of the backends, in the order of their indices.
  /// - Returns: the chain, and the chains it leads to.
  func chain(_ numbers: [UInt32]) -> (chain: Chain, targets: [EndpointChain]) {
    func key(_ number: UInt32) -> Expression {
      .concatenation([.sourceAddress, .randomNumber(modulus: 1, offset: number)])
    }
    func remember(_ number: UInt32) -> Statement {
      .updateSet(MapsLayout.SharedSet.affinity.name, key(number), timeout: seconds)
    }
    let slots = numbers.indices.map { EndpointChain(map: map, choice: .index(UInt32($0))) }
    let pick = EndpointChain(map: map, choice: .oneOf(UInt32(numbers.count)))
    var rules: [Rule] = []
    for (number, slot) in zip(numbers, slots) {
      rules.append(
        Rule(.match(key(number), .set(MapsLayout.SharedSet.affinity.name)), remember(number), .goto(slot.name)))
    }
    for (index, (number, slot)) in zip(numbers, slots).enumerated() {
      // One in as many as are left, so that all are equally likely.
      let left = UInt32(numbers.count - index)
      let chance: [Statement] = left == 1 ? [] : [.match(.randomNumber(modulus: left, offset: 0), .number(0))]
      rules.append(Rule(chance + [remember(number), .goto(slot.name)]))
    }
    // Where the set is full, remembering ends a rule, and the packet still has to go somewhere.
    rules.append(Rule(.goto(pick.name)))
    return (Chain(name, comment: CommentText.limited(port.label), rules: rules), slots + [pick])
  }
}
