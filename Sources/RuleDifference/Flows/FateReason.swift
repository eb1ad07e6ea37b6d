import NetworkAddresses
import RuleEvaluator
import ServicePlan

/// Why connections end where they do, told from the plan.
struct FateReason {
  let node: ComparedNode
  let destination: FlowDestination
  let owners: [ServicePortPlan]
  let source: FlowSource
  /// Of the two sides.
  let isNew: Bool

  /// Nil where there is nothing to explain.
  func words(for fate: FlowFate) -> String? {
    switch fate.refusal {
    case .rejected: rejection
    case .dropped: drop
    case .untouched: absence
    case .accepted, .backend, nil: nil
    }
  }

  private var isAllowed: Bool { source.isAllowed.map { isNew ? $0.new : $0.old } ?? true }

  private var isInternal: Bool { owners.first?.clusterIP == destination.address }

  private var refusal: ServicePortPlan.Refusal? {
    owners.first.flatMap { isInternal ? $0.internalRefusal : $0.externalRefusal }
  }

  private var rejection: String? {
    guard let owner = owners.first else {
      return node.clusterIPs.contains(destination.address) ? "no Service has this port of the cluster IP" : nil
    }
    if refusal == .reject { return FateReason.lack(of: owner) }
    return nil
  }

  private var drop: String? {
    if !isAllowed { return "not in loadBalancerSourceRanges" }
    guard !owners.isEmpty else {
      if destination.kind == .forwarded { return "conntrack knows no connection for it" }
      return node.plan.serviceCIDRs.contains { $0.contains(destination.address) }
        ? "no Service has this address of the Service ranges" : nil
    }
    if refusal == .drop {
      return
        "\(isInternal ? "internalTrafficPolicy" : "externalTrafficPolicy") is Local and no ready endpoint is on this node"
    }
    return nil
  }

  private var absence: String? {
    switch destination.kind {
    case .frontend where owners.isEmpty: "no Service has this frontend"
    case .frontend where refusal == .reject: "\(owners.first.map(FateReason.lack) ?? ""), and no rule refuses it"
    default: nil
    }
  }

  /// What a service port that rejects everything has no endpoint of.
  static func lack(of port: ServicePortPlan) -> String {
    port.endpointCount == 0 ? "no endpoint" : "no ready endpoint"
  }
}
