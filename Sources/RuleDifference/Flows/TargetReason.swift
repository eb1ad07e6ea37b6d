import NFTables
import NetworkAddresses
import RuleEvaluator
import RuleTargets
import ServicePlan

/// Which of the known differences between kube-proxy's modes shows in a flow (section DIFF).
struct TargetReason {
  private let old: ComparedNode
  private let new: ComparedNode
  private let change: FlowChange
  private let source: FlowSource

  init(_ old: ComparedNode, _ new: ComparedNode, _ change: FlowChange, _ source: FlowSource) {
    self.old = old
    self.new = new
    self.change = change
    self.source = source
  }

  /// Nil where both targets have one mode.
  var words: String? {
    guard old.target.mode != new.target.mode else { return nil }
    let destination = change.destinations[0]
    switch destination.kind {
    // DIFF-1
    case .otherPort:
      return "nftables rejects what no Service takes on a cluster IP, other protocols with it; iptables leaves it alone"
    // DIFF-2
    case .unallocated:
      return
        "nftables drops what goes to an address of the Service ranges that no Service has; iptables leaves it alone"
    // DIFF-6
    case .healthCheck:
      return "iptables opens health check node ports in the host's firewall; nftables leaves them to it"
    // DIFF-4
    case .loopback:
      return "while iptables serves node ports on 127.0.0.0/8, it drops what comes there from elsewhere"
    // DIFF-5
    case .forwarded:
      return destination.state == .invalid
        ? "iptables drops forwarded packets that conntrack calls invalid; nftables leaves them alone"
        : "iptables accepts forwarded packets of known connections; nftables leaves them to the host's firewall"
    case .frontend: return frontend(destination)
    }
  }

  private func frontend(_ destination: FlowDestination) -> String {
    guard let owner = change.owner else { return TargetReason.unexplained }
    if !owner.owns(destination.address) || owner.port != destination.port {
      if let words = nodePort(destination) { return words }
    }
    // DIFF-7
    if source.isAllowed.map({ !$0.old || !$0.new }) ?? false {
      return owner.hasEndpoints
        ? "nftables filters source ranges before translation, iptables behind it"
        : "nftables filters source ranges even without endpoints; iptables then refuses everybody alike"
    }
    let ends = (change.before.refusal, change.after.refusal)
    if ends.0 != nil || ends.1 != nil {
      // DIFF-1
      if ends.0 == .untouched || ends.1 == .untouched, source.kind == .node || source.kind == .loopback {
        return "iptables does not refuse what this node itself sends to external frontends; nftables does"
      }
      return "the modes refuse connections in different hooks"
    }
    if change.before.backends.map(\.end) == change.after.backends.map(\.end) {
      if source.kind == .endpoint || source.kind == .node, change.before.isMasqueraded != change.after.isMasqueraded,
        change.before.backends.contains(where: { isSelf($0) })
      {
        // DIFF-9
        return TargetReason.hairpinElsewhere
      }
      // DIFF-10
      return
        "nftables decides by the address alone whether traffic to a cluster IP is masqueraded, iptables by the frontend"
    }
    return TargetReason.unexplained
  }

  private func isSelf(_ share: FlowFate.Share) -> Bool {
    if case .backend(source.address, _) = share.end { true } else { false }
  }

  private func nodePort(_ destination: FlowDestination) -> String? {
    // DIFF-4
    if destination.address.isLoopback { return "only iptables serves node ports on loopback, and only IPv4" }
    let family = new.plan.family
    let accepted = [old, new].map { node in
      node.plan.configuration.acceptedNodePortAddresses(family, for: node.target.mode).accepts(destination.address)
    }
    // DIFF-3
    if accepted[0] != accepted[1] {
      return "without --nodeport-addresses iptables serves node ports on every address of the node, nftables on the"
        + " primary one"
    }
    // REJ-5
    if !accepted[0] { return "iptables refuses node ports on every address of the node, nftables where it serves them" }
    return nil
  }

  /// It concerns packets of endpoints on other nodes to a cluster IP, which their own node translates.
  static let hairpinElsewhere =
    "iptables hides any endpoint that reaches itself, nftables only endpoints of this node: seen only where the node of"
    + " the endpoint has no proxy of its own"

  private static let unexplained = "the rules of the two targets differ here"
}

extension NodePortAddresses {
  fileprivate func accepts(_ address: IPAddress) -> Bool {
    switch accepted {
    case .all: !address.isLoopback || loopbackInForce
    case .addresses(let addresses): addresses.contains(address)
    }
  }
}
