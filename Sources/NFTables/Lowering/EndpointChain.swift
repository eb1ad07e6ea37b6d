/// A chain that translates to an endpoint of whatever frontend the packet is for.
///
/// There is one for each count or index in use, not for each Service: the frontend is part of the key it looks up.
struct EndpointChain: Hashable, Comparable, Sendable {
  enum Choice: Hashable, Sendable {
    /// `pick-N`: one of N endpoints at random.
    case oneOf(UInt32)
    /// `slot-I`: the endpoint with this index, for a ``StickyChain`` that knows which one it wants.
    case index(UInt32)
  }

  var map: EndpointMap
  var choice: Choice

  var name: String {
    let map = map.prefix
    return switch choice {
    case .oneOf(let count): map.nodePort + "pick-" + map.local + String(count)
    case .index(let index): map.nodePort + "slot-" + map.local + String(index)
    }
  }

  func chain() -> Chain {
    func translate(modulus: UInt32, offset: UInt32) -> Rule {
      Rule(
        .destinationNAT(
          .lookup(
            .concatenation([
              map.isNodePort ? .zeroedDestinationAddress : .destinationAddress, .transportProtocol, .destinationPort,
              .randomNumber(modulus: modulus, offset: offset),
            ]), map: map.set.name)))
    }
    let first =
      switch choice {
      case .oneOf(let count): translate(modulus: count, offset: 0)
      case .index(let index): translate(modulus: 1, offset: index)
      }
    // The second rule is for the packet that was sent here just before the set of backends shrank: its index may be gone,
    // but index 0 exists as long as there is a backend. A packet that the first rule translated never sees it.
    let second = translate(modulus: 1, offset: 0)
    return Chain(name, rules: first == second ? [first] : [first, second])
  }

  static func < (a: EndpointChain, b: EndpointChain) -> Bool {
    switch (a.choice, b.choice) {
    case (.oneOf, .index): true
    case (.index, .oneOf): false
    case (.oneOf(let x), .oneOf(let y)), (.index(let x), .index(let y)):
      a.map == b.map ? x < y : a.map < b.map
    }
  }
}

/// Where the endpoints of a frontend are looked up, and by which key.
struct EndpointMap: Hashable, Comparable, Sendable {
  /// ``MapsLayout/SharedSet/endpoints`` or ``MapsLayout/SharedSet/localEndpoints``.
  var set: MapsLayout.SharedSet
  var isNodePort: Bool

  /// What it adds to the names of chains.
  var prefix: (nodePort: String, local: String) {
    (isNodePort ? "nodeport-" : "", set == .localEndpoints ? "local-" : "")
  }

  static func < (a: EndpointMap, b: EndpointMap) -> Bool {
    a.isNodePort == b.isNodePort ? a.set.rawValue < b.set.rawValue : !a.isNodePort
  }
}
