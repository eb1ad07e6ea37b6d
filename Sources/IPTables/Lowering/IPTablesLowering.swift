import NetworkAddresses
import Processors
import RuleNames
import ServicePlan

/// Turns plans into the rules kube-proxy would program in iptables mode.
///
/// The facts all service ports share are taken once; after that each service port is lowered alone, so that a change
/// costs no more than the service ports it touches.
public struct IPTablesLowering: Sendable {
  public let family: IPFamily
  public let options: IPTablesOptions
  /// Whether endpoint rules go without comments (IPT-26). When it changes, every fragment does.
  public let isLargeCluster: Bool
  private let detector: LocalTrafficDetector?
  private let masqueradesAll: Bool
  private let dropsInvalid: Bool
  private let mark: UInt32
  private let nodePortAddresses: NodePortAddresses

  /// - Parameter plan: whose service ports decide on ``isLargeCluster``; the rest of it is the node's.
  public init(_ plan: NodePlan, options: IPTablesOptions = IPTablesOptions()) {
    family = plan.family
    self.options = options
    isLargeCluster = IPTablesLowering.isLargeCluster(plan.servicePorts)
    detector = plan.detector
    masqueradesAll = plan.configuration.masqueradeAll
    dropsInvalid = !plan.configuration.conntrackTCPLiberal
    mark = 1 << UInt32(truncatingIfNeeded: plan.configuration.iptablesMasqueradeBit)
    nodePortAddresses = plan.configuration.acceptedNodePortAddresses(plan.family, for: .iptables)
  }

  /// The rules of a node in one family.
  public static func compile(_ plan: NodePlan, options: IPTablesOptions = IPTablesOptions()) -> IPTablesRuleSet {
    let lowering = IPTablesLowering(plan, options: options)
    let ports = plan.servicePorts
    let fragments = Processors.share(ports.count, atLeast: 1000) { part in ports[part].map(lowering.lower) }
    return lowering.ruleSet(fragments.flatMap(\.self))
  }

  /// IPT-26
  public static func isLargeCluster(_ servicePorts: [ServicePortPlan]) -> Bool {
    servicePorts.reduce(0) { $0 + $1.endpointCount } > 1000
  }

  /// The fixed rules of the node and the fragments of its service ports, in their order.
  public func ruleSet(_ fragments: [IPTablesFragment]) -> IPTablesRuleSet {
    func all(_ rules: KeyPath<IPTablesFragment, [Rule]>) -> [Rule] {
      var collected: [Rule] = []
      collected.reserveCapacity(fragments.reduce(0) { $0 + $1[keyPath: rules].count })
      for fragment in fragments { collected.append(contentsOf: fragment[keyPath: rules]) }
      return collected
    }
    let filter =
      EntryJumps.filter + [
        Chain(SharedChain.services, rules: all(\.filterServices)),
        Chain(SharedChain.externalServices, rules: all(\.filterExternalServices)),
        Chain(SharedChain.nodePorts, rules: all(\.filterNodePorts)),
        Chain(SharedChain.proxyFirewall, rules: all(\.filterFirewall)),
        Chain(SharedChain.forward, rules: forward),
        Chain(SharedChain.firewall, rules: firewall),
        Chain(SharedChain.canary),
      ]
    var nat =
      EntryJumps.nat + [
        Chain(SharedChain.services, rules: all(\.natServices) + jumpsToNodePorts),
        Chain(SharedChain.nodePorts, rules: all(\.natNodePorts)),
        Chain(SharedChain.postrouting, rules: postrouting),
        Chain(SharedChain.markMasquerade, rules: [Rule(target: .setMark(value: mark, mask: mark))]),
        Chain(SharedChain.canary),
      ]
    nat.reserveCapacity(nat.count + fragments.reduce(0) { $0 + $1.chains.count })
    for fragment in fragments { nat.append(contentsOf: fragment.chains) }
    return IPTablesRuleSet(
      family: family,
      tables: [
        Table(.mangle, chains: [Chain(SharedChain.canary)]), Table(.filter, chains: filter), Table(.nat, chains: nat),
      ])
  }

  /// What a service port adds.
  public func lower(_ plan: ServicePortPlan) -> IPTablesFragment {
    var lowering = ServicePortLowering(
      plan, detector: detector, masqueradesAll: masqueradesAll, commentsEndpoints: !isLargeCluster,
      countsLocalhostNodePorts: options.usesAccounting && family == .ipv4 && nodePortAddresses.loopbackInForce)
    return lowering.lower()
  }
}

// MARK: - Fixed rules

extension IPTablesLowering {
  /// IPT-7
  private var postrouting: [Rule] {
    [
      Rule(matches: [.mark(MarkMatch(mark, mask: mark, isNegated: true))], target: .return),
      Rule(target: .setMark(value: mark, mask: 0)),
      Rule(
        comment: "kubernetes service traffic requiring SNAT",
        target: .masquerade(fullyRandom: options.masqueradesFullyRandom)),
    ]
  }

  /// IPT-22
  private var forward: [Rule] {
    var rules: [Rule] = []
    if dropsInvalid {
      let invalid = Match.conntrack(ConntrackMatch(.invalid))
      rules.append(
        Rule(
          matches: options.usesAccounting ? [invalid, .accounting(PacketCounter.invalidDropped.rawValue)] : [invalid],
          target: .drop))
    }
    rules.append(
      Rule(
        comment: "kubernetes forwarding rules", matches: [.mark(MarkMatch(mark, mask: mark))], target: .accept))
    rules.append(
      Rule(
        comment: "kubernetes forwarding conntrack rule",
        matches: [.conntrack(ConntrackMatch([.related, .established]))], target: .accept))
    return rules
  }

  /// IPT-20: `route_localnet` would let neighbours reach what listens on loopback only.
  private var firewall: [Rule] {
    guard family == .ipv4, nodePortAddresses.loopbackInForce else { return [] }
    let loopback = IPTablesLowering.loopback(.ipv4)
    return [
      Rule(
        comment: "block incoming localnet connections", source: PrefixMatch(loopback, isNegated: true),
        destination: PrefixMatch(loopback),
        matches: [.conntrack(ConntrackMatch([.related, .established, .dnat], isNegated: true))], target: .drop)
    ]
  }

  /// IPT-31
  private var jumpsToNodePorts: [Rule] {
    let comment = "kubernetes service nodeports; NOTE: this must be the last rule in this chain"
    let target = Target.jump(SharedChain.nodePorts)
    switch nodePortAddresses.accepted {
    case .all:
      let loopback = PrefixMatch(IPTablesLowering.loopback(family), isNegated: true)
      return [
        Rule(
          comment: comment, destination: nodePortAddresses.loopbackInForce ? nil : loopback,
          matches: [.destinationIsLocal], target: target)
      ]
    case .addresses(let addresses):
      // kube-proxy has no order here. What most traffic is for comes first.
      let ordered = addresses.filter { !$0.isLoopback } + addresses.filter(\.isLoopback)
      return ordered.map { Rule(comment: comment, destination: PrefixMatch(host: $0), target: target) }
    }
  }

  /// 127.0.0.0/8 or ::1/128
  static func loopback(_ family: IPFamily) -> IPPrefix {
    switch family {
    case .ipv4: IPPrefix(IPAddress(ipv4: 0x7f00_0000), length: 8)
    case .ipv6: IPPrefix(host: IPAddress(ipv6High: 0, low: 1))
    }
  }
}
