import NetworkAddresses
import RuleNames
import ServicePlan

/// Lowers one service port: rules appear in the order of IPT-25.
struct ServicePortLowering {
  private let plan: ServicePortPlan
  private let detector: LocalTrafficDetector?
  private let masqueradesAll: Bool
  private let commentsEndpoints: Bool
  private let countsLocalhostNodePorts: Bool
  private let names: IPTablesNames
  private var fragment = IPTablesFragment()

  init(
    _ plan: ServicePortPlan, detector: LocalTrafficDetector?, masqueradesAll: Bool, commentsEndpoints: Bool,
    countsLocalhostNodePorts: Bool
  ) {
    self.plan = plan
    self.detector = detector
    self.masqueradesAll = masqueradesAll
    self.commentsEndpoints = commentsEndpoints
    self.countsLocalhostNodePorts = countsLocalhostNodePorts
    names = IPTablesNames(plan.name)
  }

  mutating func lower() -> IPTablesFragment {
    clusterIP()
    externalIPs()
    loadBalancerIPs()
    nodePort()
    healthCheckNodePort()
    externalChain()
    firewallChain()
    endpointChains()
    return fragment
  }

  // MARK: Rules in shared chains

  private mutating func clusterIP() {
    guard let clusterIP = plan.clusterIP else { return }
    if let refusal = plan.internalRefusal {
      fragment.filterServices.append(refuse(refusal, at: clusterIP))
    } else {
      fragment.natServices.append(
        capture(clusterIP, comment: plan.label + " cluster IP", target: .jump(internalChain)))
    }
  }

  private mutating func externalIPs() {
    for address in plan.externalIPs {
      if plan.hasEndpoints {
        fragment.natServices.append(
          capture(address, comment: plan.label + " external IP", target: .jump(names.external)))
      }
      if let refusal = plan.externalRefusal {
        fragment.filterExternalServices.append(refuse(refusal, at: address))
      }
    }
  }

  private mutating func loadBalancerIPs() {
    for address in plan.loadBalancerIPs {
      if plan.hasEndpoints {
        fragment.natServices.append(
          capture(
            address, comment: plan.label + " loadbalancer IP",
            target: .jump(usesFirewallChain ? names.firewall : names.external)))
      }
      if usesFirewallChain {
        fragment.filterFirewall.append(
          capture(address, comment: "\(plan.label) traffic not accepted by \(names.firewall)", target: .drop))
      }
    }
    if let refusal = plan.externalRefusal {
      for address in plan.loadBalancerIPs {
        fragment.filterExternalServices.append(refuse(refusal, at: address))
      }
    }
  }

  private mutating func nodePort() {
    guard plan.nodePort != 0 else { return }
    if plan.hasEndpoints {
      let rule = Rule(
        comment: plan.label, transport: plan.transport, destinationPort: plan.nodePort, target: .jump(names.external))
      if countsLocalhostNodePorts {
        var counted = rule
        counted.destination = PrefixMatch(IPTablesLowering.loopback(.ipv4))
        counted.matches = [.accounting(PacketCounter.localhostAccepted.rawValue)]
        fragment.natNodePorts.append(counted)
      }
      fragment.natNodePorts.append(rule)
    }
    if let refusal = plan.externalRefusal {
      // Any local address, whatever node ports are served on (REJ-4).
      fragment.filterExternalServices.append(
        Rule(
          comment: comment(refusal), transport: plan.transport, destinationPort: plan.nodePort,
          matches: [.destinationIsLocal], target: target(refusal)))
    }
  }

  private mutating func healthCheckNodePort() {
    guard plan.healthCheckNodePort != 0 else { return }
    fragment.filterNodePorts.append(
      Rule(
        comment: plan.label + " health check node port", transport: .tcp, destinationPort: plan.healthCheckNodePort,
        target: .accept))
  }

  private func capture(_ address: IPAddress, comment: String, target: Target) -> Rule {
    Rule(
      comment: comment, transport: plan.transport, destination: PrefixMatch(host: address),
      destinationPort: plan.port, target: target)
  }

  private func refuse(_ refusal: ServicePortPlan.Refusal, at address: IPAddress) -> Rule {
    capture(address, comment: comment(refusal), target: target(refusal))
  }

  private func comment(_ refusal: ServicePortPlan.Refusal) -> String {
    switch refusal {
    case .reject: plan.label + " has no endpoints"
    case .drop: plan.label + " has no local endpoints"
    }
  }

  private func target(_ refusal: ServicePortPlan.Refusal) -> Target {
    switch refusal {
    case .reject: .reject(.portUnreachable)
    case .drop: .drop
    }
  }

  // MARK: Chains of its own

  private var internalChain: String {
    plan.internalPolicy == .local ? names.local : names.service
  }

  private var usesExternalChain: Bool { plan.hasEndpoints && plan.isExternallyAccessible }

  /// Without endpoints everybody is rejected (FW-6).
  private var usesFirewallChain: Bool { plan.hasEndpoints && plan.isFiltered }

  /// IPT-17, IPT-18
  private mutating func externalChain() {
    guard usesExternalChain else { return }
    var rules: [Rule] = []
    let destinations = " \(plan.label) external destinations"
    let masquerade = Target.jump(SharedChain.markMasquerade)
    if plan.externalPolicy == .cluster {
      rules.append(Rule(comment: "masquerade traffic for" + destinations, target: masquerade))
    } else {
      let toService = Target.jump(names.service)
      if let detector {
        var rule = Rule(comment: "pod traffic for" + destinations, target: toService)
        rule.match(detector, isNegated: false)
        rules.append(rule)
      }
      rules.append(
        Rule(comment: "masquerade LOCAL traffic for" + destinations, matches: [.sourceIsLocal], target: masquerade))
      rules.append(
        Rule(comment: "route LOCAL traffic for" + destinations, matches: [.sourceIsLocal], target: toService))
    }
    if !plan.externalBackends.isEmpty {
      rules.append(Rule(target: .jump(plan.externalPolicy == .local ? names.local : names.service)))
    }
    fragment.chains.append(Chain(names.external, rules: rules))
  }

  /// IPT-19
  private mutating func firewallChain() {
    guard usesFirewallChain else { return }
    let comment = plan.label + " loadbalancer IP"
    var sources = plan.sourceRanges
    if plan.allowsLoadBalancerSources {
      sources += plan.loadBalancerIPs.map { IPPrefix(host: $0) }
    }
    var rules = sources.map {
      Rule(comment: comment, source: PrefixMatch($0), target: .jump(names.external))
    }
    rules.append(
      Rule(comment: "other traffic to \(plan.label) will be dropped by KUBE-PROXY-FIREWALL", target: nil))
    fragment.chains.append(Chain(names.firewall, rules: rules))
  }

  /// Whether a rule leads to the chain of the cluster set: with Local policies the short-circuits do (EXT-6).
  private var usesServiceChain: Bool {
    !plan.clusterBackends.isEmpty
      && ((plan.clusterIP != nil && plan.internalPolicy == .cluster) || usesExternalChain)
  }

  private var usesLocalChain: Bool {
    !plan.localBackends.isEmpty
      && ((plan.clusterIP != nil && plan.internalPolicy == .local)
        || (usesExternalChain && plan.externalPolicy == .local))
  }

  /// The chains of the two sets, then one per endpoint they lead to.
  private mutating func endpointChains() {
    let backends =
      usesServiceChain
      ? (usesLocalChain ? plan.reachableBackends : plan.clusterBackends)
      : (usesLocalChain ? plan.localBackends : [])
    let endpoints = backends.map { NamedEndpoint(backend: $0, chain: names.endpoint($0)) }
    if usesServiceChain {
      fragment.chains.append(
        policyChain(
          names.service, endpoints.restricted(to: plan.clusterBackends),
          isInternal: plan.internalPolicy == .cluster))
    }
    if usesLocalChain {
      fragment.chains.append(
        policyChain(
          names.local, endpoints.restricted(to: plan.localBackends), isInternal: plan.internalPolicy == .local))
    }
    for endpoint in endpoints {
      fragment.chains.append(endpointChain(endpoint))
    }
  }

  /// IPT-16, IPT-23
  private func policyChain(_ name: String, _ endpoints: [NamedEndpoint], isInternal: Bool) -> Chain {
    var rules: [Rule] = []
    rules.reserveCapacity(1 + endpoints.count * (plan.affinitySeconds == nil ? 1 : 2))
    if isInternal, let clusterIP = plan.clusterIP, masqueradesAll || detector != nil {
      var rule = capture(
        clusterIP, comment: plan.label + " cluster IP", target: .jump(SharedChain.markMasquerade))
      if !masqueradesAll, let detector { rule.match(detector, isNegated: true) }
      rules.append(rule)
    }
    let comments = endpoints.map { commentsEndpoints ? "\(plan.label) -> \($0.backend.key)" : nil }
    if let seconds = plan.affinitySeconds {
      for (endpoint, comment) in zip(endpoints, comments) {
        rules.append(
          Rule(
            comment: comment,
            matches: [.recent(RecentMatch(endpoint.chain, .check(seconds: seconds, reap: true)))],
            target: .jump(endpoint.chain)))
      }
    }
    for (index, endpoint) in endpoints.enumerated() {
      let left = endpoints.count - index
      rules.append(
        Rule(
          comment: comments[index], matches: left > 1 ? [.oneIn(UInt32(truncatingIfNeeded: left))] : [],
          target: .jump(endpoint.chain)))
    }
    return Chain(name, rules: rules)
  }

  /// IPT-24
  private func endpointChain(_ endpoint: NamedEndpoint) -> Chain {
    let comment = commentsEndpoints ? plan.label : nil
    let backend = endpoint.backend
    return Chain(
      endpoint.chain,
      rules: [
        Rule(
          comment: comment, source: PrefixMatch(host: backend.address), target: .jump(SharedChain.markMasquerade)),
        Rule(
          comment: comment, transport: plan.transport,
          matches: plan.affinitySeconds == nil ? [] : [.recent(RecentMatch(endpoint.chain, .set))],
          target: .destinationNAT(backend.address, backend.port)),
      ])
  }
}

/// A backend and the name of its chain.
private struct NamedEndpoint {
  var backend: Backend
  var chain: String
}

extension [NamedEndpoint] {
  /// - Parameter backends: some of these, in the same order.
  fileprivate func restricted(to backends: [Backend]) -> [NamedEndpoint] {
    if backends.count == count { return self }
    var next = backends.startIndex
    return filter { endpoint in
      guard next < backends.endIndex, endpoint.backend == backends[next] else { return false }
      next += 1
      return true
    }
  }
}

extension Rule {
  /// Restricts the rule to traffic of local pods, or to all other traffic.
  fileprivate mutating func match(_ detector: LocalTrafficDetector, isNegated: Bool) {
    switch detector {
    case .source(let prefix): source = PrefixMatch(prefix, isNegated: isNegated)
    case .interface(let name): inInterface = InterfaceMatch(name, isNegated: isNegated)
    case .interfacePrefix(let prefix): inInterface = InterfaceMatch(prefix, isPrefix: true, isNegated: isNegated)
    }
  }
}
