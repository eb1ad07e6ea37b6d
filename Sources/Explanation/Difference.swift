import RuleEvaluator
import ServicePlan

/// Why two rule sets treat a packet differently: what kube-proxy's modes are known to differ in (section DIFF).
public enum Difference: String, Hashable, Sendable, CaseIterable {
  /// DIFF-1
  case undeclaredPort = "undeclared-port"
  /// DIFF-2
  case unallocatedAddress = "unallocated-address"
  /// DIFF-3
  case nodePortAddresses = "node-port-addresses"
  /// DIFF-8, REJ-5
  case nodePortRefusals = "node-port-refusals"
  /// DIFF-4
  case localhostNodePorts = "localhost-node-ports"
  /// DIFF-6
  case healthCheckPort = "health-check-port"
  /// DIFF-7
  case sourceRanges = "source-ranges"
  /// DIFF-8
  case refusalHooks = "refusal-hooks"
  /// DIFF-9
  case hairpin
  /// Masquerading is configured for each mode alone.
  case masqueradeAll = "masquerade-all"
  /// One of the rule sets has a part that cannot be evaluated.
  case notEvaluated = "not-evaluated"
  /// Rules from outside, which need not be for the same objects.
  case otherRules = "other-rules"
  /// None that is known.
  case unexplained

  public var sentence: String {
    switch self {
    case .undeclaredPort:
      "nftables rejects packets to ports that a cluster IP does not declare; iptables has no rule for them"
    case .unallocatedAddress:
      "nftables drops packets to Service addresses that no Service has; iptables has no rule for them"
    case .nodePortAddresses:
      "without --nodeport-addresses nftables serves node ports on the node's primary addresses, iptables on all"
    case .nodePortRefusals:
      "iptables refuses node ports without endpoints on every address of the node, nftables only on those where node "
        + "ports are served"
    case .localhostNodePorts: "node ports on 127.0.0.0/8 exist in iptables only, with a guard against other nodes"
    case .healthCheckPort: "iptables accepts packets to health check node ports explicitly; nftables never accepts any"
    case .sourceRanges:
      "nftables asks for loadBalancerSourceRanges before anything else; iptables only where there are endpoints"
    case .refusalHooks:
      "iptables refuses packets to external frontends where they come in or are forwarded, nftables also those the node "
        + "itself makes; and nftables refuses node ports on input alone"
    case .hairpin:
      "nftables rewrites the source of a connection to itself for endpoints on this node only, iptables for all"
    case .masqueradeAll: "masqueradeAll is set for one mode and not for the other"
    case .notEvaluated: "one of the rule sets has a rule that cannot be evaluated"
    case .otherRules: "the rules are not for the same objects or the same node configuration"
    case .unexplained: "no difference between kube-proxy's modes explains this: it is a bug in svcnat, please report it"
    }
  }

  /// - Returns: nothing where all answers are the same.
  static func find(_ answers: [Answer], for destination: Destination) -> [Difference] {
    guard let first = answers.first, answers.contains(where: { !$0.isSame(as: first) }) else { return [] }
    if answers.contains(where: { if case .unknown = $0.verdict { true } else { false } }) { return [.notEvaluated] }
    let findings = answers.flatMap(\.findings)
    var found: [Difference] = []
    for finding in findings {
      guard let difference = difference(of: finding, destination), !found.contains(difference) else { continue }
      found.append(difference)
    }
    if found.isEmpty, Set(answers.map(\.masquerading)).count > 1 {
      found = findings.contains(.masqueradeAll) ? [.masqueradeAll] : [.hairpin]
    }
    // What iptables does not serve either makes no difference in being served.
    if found.contains(.nodePortRefusals) { found.removeAll { $0 == .nodePortAddresses || $0 == .localhostNodePorts } }
    return found.isEmpty ? [.unexplained] : found
  }

  private static func difference(of finding: Finding, _ destination: Destination) -> Difference? {
    switch finding {
    case .undeclaredPort(_, .clusterIP, _): .undeclaredPort
    case .unallocated: .unallocatedAddress
    case .nodePortNotServed(_, _, .iptables): .nodePortRefusals
    case .nodePortNotServed: destination.address.isLoopback ? .localhostNodePorts : .nodePortAddresses
    case .loopbackGuard: .localhostNodePorts
    case .healthCheck: .healthCheckPort
    case .sourceRangesNotAsked: .sourceRanges
    case .notRefusedHere: .refusalHooks
    case .otherRules, .namedByRules, .noRuleMatched: .otherRules
    case .disagreement: .unexplained
    default: nil
    }
  }
}

extension Answer {
  /// Whether both say the same of the packet.
  public func isSame(as other: Answer) -> Bool {
    verdict == other.verdict && backends == other.backends
  }
}
