import NetworkAddresses
import ServicePlan

/// The chain of a service port with session affinity: the backend a client had before, else one at random, remembered.
///
/// All memory is in one set, `client . number`, where the number stands for a backend of the service port (see
/// `AffinityNumbers`). A backend that is gone is forgotten at once, because nothing asks for its number any more (AFF-4);
/// all frontends of the service port ask for the same numbers (AFF-3).
struct StickyChain {
  var name: String
  var port: ServicePortPlan
  /// How long a client is remembered after its last connection (AFF-1).
  var seconds: UInt32

  func chain(_ backends: [(backend: Backend, number: UInt32)]) -> Chain {
    func key(_ number: UInt32) -> Expression {
      .concatenation([.sourceAddress, .randomNumber(modulus: 1, offset: number)])
    }
    func remember(_ number: UInt32) -> Statement {
      .updateSet(MapsLayout.SharedSet.affinity.name, key(number), timeout: seconds)
    }
    func translate(_ backend: Backend) -> [Statement] {
      [
        .match(.transportProtocol, .transportProtocol(port.transport)),
        .destinationNATConstant(backend.address, port: backend.port),
      ]
    }
    var rules: [Rule] = []
    for (backend, number) in backends {
      rules.append(
        Rule(
          [.match(key(number), .set(MapsLayout.SharedSet.affinity.name)), remember(number)]
            + translate(backend)))
    }
    // Twice: where the set is full, remembering ends a rule, and the packet still has to go somewhere.
    for remembers in [true, false] {
      for (index, (backend, number)) in backends.enumerated() {
        // One in as many as are left, so that all are equally likely.
        let left = UInt32(backends.count - index)
        let chance: [Statement] =
          left == 1 ? [] : [.match(.randomNumber(modulus: left, offset: 0), .number(0))]
        rules.append(Rule(chance + (remembers ? [remember(number)] : []) + translate(backend)))
      }
    }
    return Chain(name, comment: CommentText.limited(port.label), rules: rules)
  }
}
