import IPTables
import NFTables
import NetworkAddresses
import RuleTargets

/// The frontends that rules know, whatever Services there are: rules from elsewhere may serve what no Service has any more.
enum FoundFrontends {
  /// Sorted; what only looks like a frontend may be among them.
  static func frontends(of rules: [CompiledRules]) -> [ComparedNode.Frontend] {
    var frontends: Set<ComparedNode.Frontend> = []
    for rules in rules {
      switch rules {
      case .nftables(let table):
        for set in table.sets { add(set, table.family, to: &frontends) }
      case .iptables(let ruleSet):
        for chain in ruleSet.tables.flatMap(\.chains) where chain.name.hasPrefix("KUBE-") {
          for rule in chain.rules { add(rule, in: chain.name, to: &frontends) }
        }
      }
    }
    return frontends.sorted {
      ($0.address == nil ? 1 : 0, $0.address ?? .unspecified(.ipv4), $0.port, $0.transport)
        < ($1.address == nil ? 1 : 0, $1.address ?? .unspecified(.ipv4), $1.port, $1.transport)
    }
  }

  /// Both layouts look frontends up by address, protocol and port, or node ports by the last two.
  private static func add(_ set: NamedSet, _ family: IPFamily, to frontends: inout Set<ComparedNode.Frontend>) {
    let hasAddress = set.key == [.address(family), .transportProtocol, .port]
    guard hasAddress || set.key == [.transportProtocol, .port], !set.flags.contains(.dynamic) else { return }
    let start = hasAddress ? FieldType.address(family).registerBytes : 0
    for element in set.elements where element.keyEnd == nil {
      guard let transport = TransportProtocol(number: element.key.protocolNumber(at: start)) else { continue }
      let address = hasAddress ? element.key.address(family, at: 0) : nil
      frontends.insert(
        ComparedNode.Frontend(
          address: address == .unspecified(family) ? nil : address, port: element.key.port(at: start + 4),
          transport: transport))
    }
  }

  private static func add(_ rule: IPTables.Rule, in chain: String, to frontends: inout Set<ComparedNode.Frontend>) {
    guard let transport = rule.transport, let port = rule.destinationPort else { return }
    if let destination = rule.destination, !destination.isNegated {
      let prefix = destination.prefix
      if prefix == IPPrefix(host: prefix.address) {
        frontends.insert(ComparedNode.Frontend(address: prefix.address, port: port, transport: transport))
      }
    } else if chain == SharedChain.nodePorts || chain == SharedChain.externalServices {
      frontends.insert(ComparedNode.Frontend(address: nil, port: port, transport: transport))
    }
  }
}
