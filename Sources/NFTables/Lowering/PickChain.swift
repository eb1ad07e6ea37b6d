/// A chain that chooses one of N backends of whatever frontend the packet is for.
///
/// There is one for each count in use, not for each Service: the frontend is part of the key it looks up.
struct PickChain: Hashable, Comparable, Sendable {
  /// ``MapsLayout/SharedSet/endpoints`` or ``MapsLayout/SharedSet/localEndpoints``.
  var map: MapsLayout.SharedSet
  var isNodePort: Bool
  var count: UInt32

  var name: String {
    (isNodePort ? "nodeport-pick-" : "pick-") + (map == .localEndpoints ? "local-" : "") + String(count)
  }

  func chain() -> Chain {
    func choose(of modulus: UInt32) -> Rule {
      Rule(
        .destinationNAT(
          .lookup(
            .concatenation([
              isNodePort ? .zeroedDestinationAddress : .destinationAddress, .transportProtocol, .destinationPort,
              .randomNumber(modulus: modulus, offset: 0),
            ]), map: map.name)))
    }
    // The second rule is for the packet that was sent here just before the set of backends shrank: its index may be gone,
    // but index 0 exists as long as there is a backend. A packet that the first rule translated never sees it.
    return Chain(name, rules: count > 1 ? [choose(of: count), choose(of: 1)] : [choose(of: 1)])
  }

  static func < (a: PickChain, b: PickChain) -> Bool {
    if a.isNodePort != b.isNodePort { return !a.isNodePort }
    if a.map != b.map { return a.map.rawValue < b.map.rawValue }
    return a.count < b.count
  }
}
