import IPTables
import NFTables
import NetworkAddresses

/// The iptables tables of one family, prepared for walking.
final class IPTablesProgram: RuleProgram {
  let family: IPFamily
  /// Chains of all tables behind each other; a chain's number is its place here.
  let chains: [PreparedChain]
  private let entries: [BaseChain.Hook: [EntryChain]]
  private let numbers: [IPTables.Table.Name: [String: Int32]]

  /// - Throws: if a rule names a chain that its table does not have.
  init(_ ruleSet: IPTablesRuleSet) throws(EvaluationError) {
    family = ruleSet.family
    var chains: [PreparedChain] = []
    var numbers: [IPTables.Table.Name: [String: Int32]] = [:]
    var entries: [BaseChain.Hook: [EntryChain]] = [:]
    for table in ruleSet.tables {
      var own: [String: Int32] = [:]
      own.reserveCapacity(table.chains.count)
      for chain in table.chains {
        let number = Int32(chains.count)
        own[chain.name] = number
        chains.append(PreparedChain(table: table.name, chain: chain))
        if let hook = IPTablesProgram.hook(chain.name) {
          entries[hook, default: []].append(
            EntryChain(
              chain: number, kind: table.name == .nat ? .nat : .filter,
              priority: IPTablesProgram.priority(table.name, hook), dropsAtEnd: chain.policy == .drop,
              acceptCounts: table.name == .filter))
        }
      }
      numbers[table.name] = own
    }
    for hook in BaseChain.Hook.allCases { entries[hook]?.sort { $0.priority < $1.priority } }
    self.chains = chains
    self.numbers = numbers
    self.entries = entries
    for (number, prepared) in chains.enumerated() {
      for (index, rule) in prepared.chain.rules.enumerated() {
        switch rule.target {
        case .jump(let name), .goto(let name):
          _ = try chain(name, at: Trace.RulePlace(chain: Int32(number), rule: Int32(index)))
        default: break
        }
      }
    }
  }

  private static func hook(_ chain: String) -> BaseChain.Hook? {
    switch chain {
    case "PREROUTING": .prerouting
    case "INPUT": .input
    case "FORWARD": .forward
    case "OUTPUT": .output
    case "POSTROUTING": .postrouting
    default: nil
    }
  }

  /// `NF_IP_PRI_*` of linux/netfilter_ipv4.h
  private static func priority(_ table: IPTables.Table.Name, _ hook: BaseChain.Hook) -> Int32 {
    switch table {
    case .raw: -300
    case .mangle: -150
    case .nat: hook == .prerouting || hook == .output ? -100 : 100
    case .filter: 0
    case .security: 50
    }
  }

  func baseChains(_ hook: BaseChain.Hook) -> [EntryChain] { entries[hook] ?? [] }

  func ruleCount(of chain: Int32) -> Int { chains[Int(chain)].chain.rules.count }

  func candidates(in chain: Int32, for travellers: [Traveller], _ context: WalkContext) -> [Int32]? {
    chains[Int(chain)].candidates(for: travellers, context.packet.transport)
  }

  func execute(
    _ place: Trace.RulePlace, _ state: PacketState, _ context: WalkContext, into results: inout [RuleResult]
  ) throws(EvaluationError) {
    let run = IPTablesRuleRun(program: self, place: place, context: context)
    try run.execute(chains[Int(place.chain)].chain.rules[Int(place.rule)], state, into: &results)
  }

  /// The place of a chain of the table that a rule is in.
  func chain(_ name: String, at place: Trace.RulePlace) throws(EvaluationError) -> Int32 {
    let table = chains[Int(place.chain)].table
    guard let chain = numbers[table]?[name] else {
      throw .unknownChain(name, table: table.rawValue, in: rulePlace(place))
    }
    return chain
  }

  // MARK: - Words

  func rulePlace(_ place: Trace.RulePlace) -> EvaluationError.RulePlace {
    let names = names(of: place)
    return EvaluationError.RulePlace(
      table: names.table, chain: names.chain, index: Int(place.rule), text: text(of: place))
  }

  func names(of place: Trace.RulePlace) -> (table: String, chain: String) {
    let prepared = chains[Int(place.chain)]
    return (prepared.table.rawValue, prepared.chain.name)
  }

  func text(of place: Trace.RulePlace) -> String {
    let prepared = chains[Int(place.chain)]
    guard Int(place.rule) < prepared.chain.rules.count else { return "" }
    return "-A \(prepared.chain.name) \(prepared.chain.rules[Int(place.rule)].text)"
  }

  func text(of element: Trace.ElementPlace) -> String { "" }

  /// The word of a comment that has the form `namespace/name:port`.
  func servicePort(of place: Trace.RulePlace, element: Trace.ElementPlace?, effect: Trace.Effect) -> String? {
    let prepared = chains[Int(place.chain)]
    guard Int(place.rule) < prepared.chain.rules.count else { return nil }
    return prepared.chain.rules[Int(place.rule)].comment?.split(separator: " ").first { $0.contains("/") }
      .map(String.init)
  }

  /// A chain of one service port (IPT-2); the rules in it may have no comment (IPT-26).
  func servesOneServicePort(_ chain: Int32) -> Bool {
    let name = chains[Int(chain)].chain.name
    return ["KUBE-SVC-", "KUBE-SVL-", "KUBE-SEP-", "KUBE-EXT-", "KUBE-FW-"].contains { name.hasPrefix($0) }
  }
}

extension IPTablesProgram {
  /// A chain, with an index where there are many rules.
  final class PreparedChain: Sendable {
    let table: IPTables.Table.Name
    let chain: IPTables.Chain
    /// The rules that are for one destination port alone, and most often one address.
    private let byFrontend: [Frontend: [Int32]]
    /// The others, rising.
    private let others: [Int32]

    private struct Frontend: Hashable, Sendable {
      /// Nil: any address.
      var address: IPAddress?
      var port: UInt16
      var transport: UInt8
    }

    /// Below this many rules trying all is quicker.
    private static let indexedRules = 12

    init(table: IPTables.Table.Name, chain: IPTables.Chain) {
      self.table = table
      self.chain = chain
      var byFrontend: [Frontend: [Int32]] = [:]
      var others: [Int32] = []
      let isIndexed = chain.rules.count >= PreparedChain.indexedRules
      for (index, rule) in chain.rules.enumerated() where isIndexed {
        if let port = rule.destinationPort, let transport = rule.transport {
          var frontend = Frontend(address: nil, port: port, transport: transport.number)
          if let destination = rule.destination, !destination.isNegated,
            destination.prefix.length == destination.prefix.family.addressBits
          {
            frontend.address = destination.prefix.address
          }
          byFrontend[frontend, default: []].append(Int32(index))
        } else {
          others.append(Int32(index))
        }
      }
      self.byFrontend = byFrontend
      self.others = others
    }

    /// The places of the rules that can match one of the packets, rising; nil: all have to be tried.
    func candidates(for travellers: [Traveller], _ transport: PacketProtocol) -> [Int32]? {
      if byFrontend.isEmpty { return nil }
      var found: [Int32] = []
      var asked: Set<Frontend> = []
      for traveller in travellers {
        for address in [traveller.state.destination, nil] {
          let frontend = Frontend(
            address: address, port: traveller.state.destinationPort, transport: transport.number)
          guard let rules = byFrontend[frontend], asked.insert(frontend).inserted else { continue }
          found.append(contentsOf: rules)
        }
      }
      if found.isEmpty { return others }
      found.append(contentsOf: others)
      found.sort()
      return found
    }
  }
}
