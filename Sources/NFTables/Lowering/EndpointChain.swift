import NetworkAddresses
import RuleNames

/// A chain that translates to an endpoint of whatever frontend the packet is for.
///
/// There is one for each count in use, not for each Service: the frontend is part of the key it looks up.
struct EndpointChain: Hashable, Comparable, Sendable {
  var map: EndpointMap
  /// How many endpoints there are to choose from.
  var count: UInt32
  /// How many seconds a client is sent to the endpoint it had (AFF-1); nil: every connection chooses anew.
  var affinity: UInt32?

  /// `pick-3`, `sticky-3-10800s`
  var name: String {
    let map = map.prefix
    guard let affinity else { return map.nodePort + "pick-" + map.local + String(count) }
    return map.nodePort + "sticky-" + map.local + String(count) + "-" + String(affinity) + "s"
  }

  func chain(_ family: IPFamily) -> Chain {
    Chain(name, rules: affinity.map { stickyRules(seconds: $0, family) } ?? pickRules)
  }

  /// The second rule is for the packet that was sent here just before the set of backends shrank: its index may be gone,
  /// but index 0 exists as long as there is a backend. A packet that the first rule translated never sees it.
  private var pickRules: [Rule] {
    func translate(_ modulus: UInt32) -> Rule {
      Rule(.destinationNAT(.lookup(key(.randomNumber(modulus: modulus, offset: 0)), map: map.endpoints.name)))
    }
    return count == 1 ? [translate(1)] : [translate(count), translate(1)]
  }

  /// A rule has no variable but what the packet carries, and the first packet of a connection has no use for its priority
  /// before it leaves. The number of a backend stays there from rule to rule; ``MapsLayout`` clears it in postrouting.
  private func stickyRules(seconds: UInt32, _ family: IPFamily) -> [Rule] {
    let memory = MapsLayout.SharedSet.affinity.name
    // Numbers have the service port in their upper half, so that all its frontends share the memory (AFF-3).
    let client = Expression.concatenation([
      .priorityBits(AffinityNumbers.servicePortBits), EndpointChain.client(family).expression,
    ])
    func choose(_ count: UInt32) -> Rule {
      Rule(.setPriority(.lookup(key(.randomNumber(modulus: count, offset: 0)), map: map.stickyNumbers.name)))
    }
    // Keeps what is remembered of the client, if anything is, and starts its time anew.
    let remember = Rule(.updateMap(memory, key: client, data: .priority, timeout: seconds))
    let recall = Rule(.setPriority(.lookup(client, map: memory)))
    let translate = Rule(.destinationNAT(.lookup(key(.priority), map: map.stickyEndpoints.name)))
    return [
      choose(count), remember, recall, translate,
      // What is remembered is no endpoint of these any more (AFF-4).
      Rule(.deleteElement(memory, key: client, data: .priority)), choose(count), remember, translate,
      // As in a chain that picks: index 0 exists whatever has happened meanwhile.
      choose(1), translate,
    ]
  }

  /// How a client is told from others. nft 1.0.6 puts the data of an `update` into registers that a key of more than 16 bytes
  /// needs itself, so that an IPv6 address has no room there. Clients whose hashes meet share what is remembered of them.
  static func client(_ family: IPFamily) -> (expression: Expression, type: FieldType) {
    family == .ipv4 ? (.sourceAddress, .ipv4Address) : (.sourceAddressHash, .randomNumber)
  }

  private func key(_ last: Expression) -> Expression {
    .concatenation([
      map.isNodePort ? .zeroedDestinationAddress : .destinationAddress, .transportProtocol, .destinationPort, last,
    ])
  }

  static func < (a: EndpointChain, b: EndpointChain) -> Bool {
    if a.affinity != b.affinity { return (a.affinity ?? 0) < (b.affinity ?? 0) }
    return a.map == b.map ? a.count < b.count : a.map < b.map
  }
}

/// Where the endpoints of a frontend are looked up, and by which key.
struct EndpointMap: Hashable, Comparable, Sendable {
  /// Whether these are the endpoints that external frontends with policy Local have beside all.
  var isLocal: Bool
  var isNodePort: Bool

  var endpoints: MapsLayout.SharedSet { isLocal ? .localEndpoints : .endpoints }
  var stickyNumbers: MapsLayout.SharedSet { isLocal ? .localStickyNumbers : .stickyNumbers }
  var stickyEndpoints: MapsLayout.SharedSet { isLocal ? .localStickyEndpoints : .stickyEndpoints }

  /// What it adds to the names of chains.
  var prefix: (nodePort: String, local: String) { (isNodePort ? "nodeport-" : "", isLocal ? "local-" : "") }

  static func < (a: EndpointMap, b: EndpointMap) -> Bool {
    a.isNodePort == b.isNodePort ? !a.isLocal && b.isLocal : !a.isNodePort
  }
}
