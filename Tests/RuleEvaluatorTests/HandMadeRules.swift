import IPTables
import NFTables
import NetworkAddresses
import RuleEvaluator

/// Small rule sets and packets for tests of one construct at a time.
enum HandMade {
  static let node = address("192.0.2.11")
  static let client = address("203.0.113.9")
  static let service = address("10.96.0.10")
  static let backends = [address("10.244.1.5"), address("10.244.1.6"), address("10.244.1.7")]

  static func address(_ text: String) -> IPAddress {
    guard let address = IPAddress(text) else { preconditionFailure("not an address: \(text)") }
    return address
  }

  static func prefix(_ text: String) -> IPPrefix {
    guard let prefix = IPPrefix(text) else { preconditionFailure("not a prefix: \(text)") }
    return prefix
  }

  static func packet(
    from origin: Packet.Origin = .external, _ source: IPAddress = client, to destination: IPAddress = service,
    port: UInt16 = 80, transport: PacketProtocol = .tcp, state: ConnectionState = .new, mark: UInt32 = 0
  ) -> Packet {
    Packet(from: origin, source, to: destination, transport, port: port, state: state, mark: mark)
  }

  // MARK: nftables

  /// A table with a nat chain in prerouting and output that holds the rules, and whatever else is given.
  static func table(_ rules: [NFTables.Rule], sets: [NamedSet] = [], chains: [NFTables.Chain] = []) -> NFTables.Table {
    Table(
      family: .ipv4, name: "test", sets: sets,
      chains: [
        Chain("prerouting", base: BaseChain(.nat, hook: .prerouting, priority: -100), rules: rules),
        Chain("output", base: BaseChain(.nat, hook: .output, priority: -100), rules: rules),
      ] + chains)
  }

  static func evaluator(_ tables: NFTables.Table...) throws -> PacketEvaluator {
    try PacketEvaluator(tables, environment: NodeEnvironment(addresses: [node]))
  }

  static func outcome(
    _ rules: [NFTables.Rule], sets: [NamedSet] = [], chains: [NFTables.Chain] = [], _ packet: Packet = packet()
  ) throws -> Outcome {
    try evaluator(table(rules, sets: sets, chains: chains)).evaluate(packet)
  }

  /// A rule that shows that it was reached: it translates to this backend.
  static func reach(_ backend: Int) -> NFTables.Statement { .destinationNATConstant(backends[backend], port: 8080) }

  static func key(_ append: (inout RegisterBytes) -> Void) -> RegisterBytes {
    var key = RegisterBytes()
    append(&key)
    return key
  }

  static func key(_ address: IPAddress) -> RegisterBytes { key { $0.append(address) } }

  static func frontend(_ address: IPAddress = service, _ transport: TransportProtocol = .tcp, _ port: UInt16 = 80)
    -> RegisterBytes
  {
    key {
      $0.append(address)
      $0.append(transport)
      $0.append(port: port)
    }
  }

  // MARK: iptables

  static func ruleSet(
    _ nat: [IPTables.Rule], filter: [IPTables.Chain] = [], chains: [IPTables.Chain] = []
  ) -> IPTablesRuleSet {
    IPTablesRuleSet(
      family: .ipv4,
      tables: [
        IPTables.Table(.filter, chains: filter),
        IPTables.Table(
          .nat,
          chains: [IPTables.Chain("PREROUTING", rules: nat), IPTables.Chain("OUTPUT", rules: nat)] + chains),
      ])
  }

  static func evaluator(_ ruleSet: IPTablesRuleSet) throws -> PacketEvaluator {
    try PacketEvaluator([ruleSet], environment: NodeEnvironment(addresses: [node]))
  }

  static func outcome(
    _ nat: [IPTables.Rule], filter: [IPTables.Chain] = [], chains: [IPTables.Chain] = [], _ packet: Packet = packet()
  ) throws -> Outcome {
    try evaluator(ruleSet(nat, filter: filter, chains: chains)).evaluate(packet)
  }

  static func target(_ backend: Int) -> IPTables.Target { .destinationNAT(backends[backend], 8080) }
}

extension Outcome {
  /// `10.244.1.5:8080 1/3, ... | no-match 1/3`: backends first, then every other end.
  var shares: String {
    let backends = backends.map { "\($0.key) \($0.probability)" }
    let others = branches.filter { $0.fate.outcomeClass != .dnat }
      .map { "\($0.fate.outcomeClass.rawValue) \($0.probability)" }
    return (backends + others).joined(separator: ", ")
  }
}
