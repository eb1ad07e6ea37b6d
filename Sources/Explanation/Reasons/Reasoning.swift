import KubernetesObjects
import NetworkAddresses
import RuleEvaluator
import ServicePlan

/// Finds the reasons for what rules do to a packet: in the plan and in the objects, never in the rules.
struct Reasoning {
  let cluster: Cluster
  let plan: NodePlan
  let mode: ProxyMode
  let source: Source
  let destination: Destination
  /// What the rules do.
  let outcome: Outcome

  private let environment: NodeEnvironment
  private let nodePorts: NodePortAddresses
  private let search: FrontendSearch
  private var findings: [Finding] = []

  struct Result {
    var frontend: Frontend?
    /// Every endpoint of the frontend's service port.
    var endpoints: [EndpointFacts] = []
    var findings: [Finding]
  }

  init(
    cluster: Cluster, plan: NodePlan, mode: ProxyMode, source: Source, destination: Destination, outcome: Outcome
  ) {
    self.cluster = cluster
    self.plan = plan
    self.mode = mode
    self.source = source
    self.destination = destination
    self.outcome = outcome
    environment = NodeEnvironment(plan.configuration)
    nodePorts = plan.configuration.acceptedNodePortAddresses(plan.family, for: mode)
    search = FrontendSearch(
      plan, destination,
      acceptsNodePorts: Reasoning.accepts(destination.address, nodePorts, environment))
  }

  /// NPA-2 to NPA-6
  private static func accepts(
    _ address: IPAddress, _ nodePorts: NodePortAddresses, _ environment: NodeEnvironment
  ) -> Bool {
    switch nodePorts.accepted {
    case .all: environment.isLocal(address) && (!address.isLoopback || nodePorts.loopbackInForce)
    case .addresses(let addresses): addresses.contains(address)
    }
  }

  private var fate: Outcome.Class? { outcome.commonClass }
  private var nodeName: String { plan.configuration.nodeName }

  static func result(of reasoning: consuming Reasoning) -> Result {
    var reasoning = reasoning
    return reasoning.run()
  }

  private mutating func run() -> Result {
    guard let frontend = frontend else {
      explainNoFrontend()
      return Result(findings: findings)
    }
    if let asked = destination.service, asked != frontend.servicePort.service {
      findings.append(.ownedByOther(frontend.servicePort, asked: asked))
    }
    let endpoints = cluster.endpoints(of: frontend.servicePort, plan.family)
    explain(frontend, endpoints)
    return Result(frontend: frontend, endpoints: endpoints, findings: findings)
  }

  /// In iptables a frontend that leads nowhere leaves the packet to node ports.
  private var frontend: Frontend? {
    if let byNodePort = search.byNodePort, let byAddress = search.byAddress, fate == .dnat,
      !leads(byAddress)
    {
      return byNodePort
    }
    return search.byAddress ?? search.byNodePort
  }

  private func leads(_ frontend: Frontend) -> Bool {
    frontend.isExternal ? frontend.plan.hasEndpoints : frontend.plan.internalRefusal == nil
  }

  // MARK: - A frontend

  private mutating func explain(_ frontend: Frontend, _ endpoints: [EndpointFacts]) {
    let port = frontend.plan
    if frontend.kind == .loadBalancerIP, port.isFiltered, !explainSourceRanges(port) { return }
    guard port.hasEndpoints else {
      findings.append(.noEndpoints(reasonForNoEndpoints(port, endpoints)))
      addNotRefused(frontend)
      return
    }
    guard let isLocal = explainPolicy(frontend, endpoints) else {
      addNotRefused(frontend)
      return
    }
    explainSelection(port, endpoints, isLocal: isLocal)
    if let seconds = port.affinitySeconds { findings.append(.affinity(seconds: seconds)) }
    explainMasquerading(frontend)
  }

  private mutating func addNotRefused(_ frontend: Frontend) {
    if fate == .noMatch {
      findings.append(.notRefusedHere(frontend.kind, mode, madeOnNode: source.origin.isMadeOnNode))
    }
  }

  /// - Returns: whether the packet gets through.
  private mutating func explainSourceRanges(_ port: ServicePortPlan) -> Bool {
    if let range = port.sourceRanges.first(where: { $0.contains(source.address) }) {
      findings.append(.sourceRange(range))
    } else if port.allowsLoadBalancerSources, port.loadBalancerIPs.contains(source.address) {
      findings.append(.sourceIsLoadBalancer)
    } else if mode == .iptables, !port.hasEndpoints {
      findings.append(.sourceRangesNotAsked)
    } else {
      findings.append(.notInSourceRanges(port.sourceRanges))
      return false
    }
    return true
  }

  private func reasonForNoEndpoints(_ port: ServicePortPlan, _ endpoints: [EndpointFacts]) -> Finding.NoEndpoints {
    if !endpoints.isEmpty { return .noneUsable(endpoints) }
    let slices = cluster.slices(of: port.name.service, plan.family)
    let selector = cluster.service(port.name.service)?.selector ?? [:]
    let pods = selector.isEmpty ? nil : podCount(selector, in: port.name.service)
    if slices.isEmpty { return .noSlices(selector: selector, pods: pods) }
    let filled = slices.filter { !$0.endpoints.isEmpty }
    if filled.isEmpty { return .emptySlices(selector: selector, pods: pods) }
    let has = Set(filled.flatMap(\.ports).compactMap(\.words)).sorted()
    return .portNotInSlices(port.name.port, port.transport, has: has)
  }

  /// Nil: the input has no Pods.
  private func podCount(_ selector: [String: String], in service: NamespacedName) -> Int? {
    if cluster.objects.pods.isEmpty { return nil }
    return cluster.objects.pods.count { pod in
      pod.name.namespace == service.namespace && selector.allSatisfy { pod.labels[$0.key] == $0.value }
    }
  }

  /// - Returns: whether the local set is used; nil: the policy leaves no endpoint.
  private mutating func explainPolicy(_ frontend: Frontend, _ endpoints: [EndpointFacts]) -> Bool? {
    let port = frontend.plan
    let policy: Finding.Policy = frontend.isExternal ? .external : .internal
    guard (frontend.isExternal ? port.externalPolicy : port.internalPolicy) == .local else {
      findings.append(.clusterPolicy(policy))
      return false
    }
    if frontend.isExternal {
      if let detected = detectedAsLocalPod {
        findings.append(.podShortCircuit(detected))
        return port.clusterBackends.isEmpty ? nil : false
      }
      if environment.isLocal(source.address) {
        findings.append(.nodeShortCircuit)
        return port.clusterBackends.isEmpty ? nil : false
      }
    }
    let here = endpoints.filter { $0.nodeName == nodeName }
    let elsewhere = endpoints.filter { $0.nodeName != nodeName }
    guard !port.localBackends.isEmpty else {
      findings.append(.noLocalEndpoint(policy, node: nodeName, here: here, elsewhere: elsewhere))
      return nil
    }
    findings.append(.localPolicy(policy, node: nodeName, elsewhere: elsewhere.filter(\.isReady)))
    return true
  }

  private mutating func explainSelection(_ port: ServicePortPlan, _ endpoints: [EndpointFacts], isLocal: Bool) {
    let candidates = isLocal ? endpoints.filter { $0.nodeName == nodeName } : endpoints
    let ready = candidates.filter(\.isReady)
    if ready.isEmpty { findings.append(.terminatingFallback(node: isLocal ? nodeName : nil)) }
    if !isLocal, !ready.isEmpty { explainHints(port, ready) }
    let chosen = Set((isLocal ? port.localBackends : port.clusterBackends).map { Words.socket($0.address, $0.port) })
    let unused = candidates.filter { !$0.isReady && !chosen.contains(Words.socket($0.address, $0.port)) }
    if !unused.isEmpty { findings.append(.notReady(unused)) }
  }

  /// Section 7
  private mutating func explainHints(_ port: ServicePortPlan, _ ready: [EndpointFacts]) {
    guard ready.contains(where: { $0.hints != nil }) else { return }
    let chosen = Set(port.clusterBackends.map { Words.socket($0.address, $0.port) })
    let leftOut = ready.filter { !chosen.contains(Words.socket($0.address, $0.port)) }
    let kept = ready.filter { chosen.contains(Words.socket($0.address, $0.port)) }
    if ready.allSatisfy({ !($0.hints?.forNodes.isEmpty ?? true) }),
      kept.allSatisfy({ $0.hints?.forNodes.contains(nodeName) ?? false })
    {
      if !leftOut.isEmpty { findings.append(.nodeHints(node: nodeName, leftOut: leftOut)) }
      return
    }
    if let zone = plan.configuration.zone,
      ready.allSatisfy({ !($0.hints?.forZones.isEmpty ?? true) }),
      kept.allSatisfy({ $0.hints?.forZones.contains(zone) ?? false })
    {
      if !leftOut.isEmpty { findings.append(.zoneHints(zone: zone, leftOut: leftOut)) }
      return
    }
    if let without = ready.first(where: { $0.hints?.forZones.isEmpty ?? true }) {
      findings.append(.hintsIgnored(.incomplete(without: without)))
    } else if let zone = plan.configuration.zone {
      findings.append(.hintsIgnored(.noneForZone(zone)))
    } else {
      findings.append(.hintsIgnored(.nodeHasNoZone))
    }
  }

  // MARK: - Masquerading

  private mutating func explainMasquerading(_ frontend: Frontend) {
    let port = frontend.plan
    if !frontend.isExternal {
      explainInternalMasquerading()
    } else if port.externalPolicy == .cluster {
      findings.append(.masqueradedExternal)
    }
    let all = outcome.backends
    if all.contains(where: { !$0.isMasqueraded }),
      let own = all.first(where: { $0.isMasqueraded && $0.address == source.address })
    {
      findings.append(.hairpin(own.address))
    } else if all.count == 1, let only = all.first, only.isMasqueraded, only.address == source.address {
      findings.append(.hairpin(only.address))
    }
    if !source.origin.isMadeOnNode, outcome.branches.contains(where: { $0.isMasqueraded && $0.isDeliveredHere }) {
      findings.append(.masqueradeWithoutEffect)
    }
  }

  /// MASQ-1 to MASQ-3
  private mutating func explainInternalMasquerading() {
    if plan.configuration.masqueradeAll {
      findings.append(.masqueradeAll)
    } else if let detector = plan.detector {
      if let detected = detectedAsLocalPod {
        findings.append(.notMasqueradedLocal(detected))
      } else {
        findings.append(.masqueradedNotLocal(detector, interface: source.interface))
      }
    } else {
      findings.append(.notMasqueradedNoDetector)
    }
  }

  /// Section 10
  private var detectedAsLocalPod: Finding.DetectedBy? {
    switch plan.detector {
    case .source(let prefix): prefix.contains(source.address) ? .source(prefix) : nil
    case .interface(let name): source.interface == name ? .interface(name) : nil
    case .interfacePrefix(let prefix): source.interface.hasPrefix(prefix) ? .interfacePrefix(prefix) : nil
    case nil: nil
    }
  }

  // MARK: - No frontend

  private mutating func explainNoFrontend() {
    let address = destination.address
    if address.isLoopback, !environment.isLocal(source.address) {
      findings.append(mode == .iptables && nodePorts.loopbackInForce ? .loopbackGuard : .loopbackFromElsewhere)
      return
    }
    if let owner = search.healthCheckOwner, environment.isLocal(address) {
      explainHealthCheck(owner)
      return
    }
    if let sharer = search.sharers.first {
      explainUndeclared(sharer)
      return
    }
    if let service = cluster.objects.services.first(where: { $0.frontendAddresses.contains(address) }) {
      if explainUnserved(service) { return }
    }
    if environment.isLocal(address) {
      explainNodeAddress()
    } else if let node = cluster.otherNode(address) {
      findings.append(.otherNode(node.name, search.nodePortOwner?.name))
    } else if let range = plan.serviceCIDRs.first(where: { $0.contains(address) }) {
      findings.append(.unallocated(range, mode))
    } else {
      explainOtherAddress()
    }
  }

  private mutating func explainHealthCheck(_ owner: ServicePortPlan) {
    // HC-3
    let slices = cluster.slices(of: owner.name.service, plan.family)
    let ready = Set(
      slices.flatMap(\.endpoints).filter { $0.isReady && !$0.isTerminating && $0.nodeName == nodeName }.map(\.address))
    findings.append(.healthCheck(owner.name.service, ready: ready.count))
  }

  private mutating func explainUndeclared(_ sharer: Frontend) {
    let service = sharer.servicePort.service
    let own = search.sharers.filter { $0.servicePort.service == service }.map(\.plan)
    let ports = own.map {
      DeclaredPorts.Port(name: $0.name.port, port: $0.port, transport: $0.transport)
    }
    findings.append(.undeclaredPort(DeclaredPorts(service: service, ports: ports), sharer.kind, mode))
    if let same = own.first(where: { $0.port == destination.port }) {
      findings.append(.otherTransport(same.transport, same.name))
    } else if let owner = search.nodePortOwner, owner.name.service == service {
      findings.append(.isNodePortOf(owner.name, port: destination.port))
    } else if let target = own.first(where: { $0.reachableBackends.contains { $0.port == destination.port } }) {
      findings.append(.isTargetPortOf(target.name, port: destination.port))
    }
  }

  /// A Service that has the address, but no rules for it.
  private mutating func explainUnserved(_ service: Service) -> Bool {
    if let label = service.proxyName {
      findings.append(.otherProxy(service.name, label: label))
      if let range = plan.serviceCIDRs.first(where: { $0.contains(destination.address) }), mode == .nftables {
        findings.append(.unallocated(range, mode))
      }
      return true
    }
    if service.loadBalancerIngress.contains(where: { $0.mode == .proxy && $0.address == destination.address }) {
      findings.append(.proxyMode(service.name))
      return true
    }
    return false
  }

  private mutating func explainNodeAddress() {
    if let owner = search.nodePortOwner {
      let addresses: [IPAddress]? = if case .addresses(let addresses) = nodePorts.accepted { addresses } else { nil }
      findings.append(.nodePortNotServed(owner.name, on: addresses, mode))
      // REJ-4: iptables refuses on every local address.
      if fate == .reject || fate == .drop {
        let endpoints = cluster.endpoints(of: owner.name, plan.family)
        if !owner.hasEndpoints {
          findings.append(.noEndpoints(reasonForNoEndpoints(owner, endpoints)))
        } else {
          findings.append(
            .noLocalEndpoint(
              .external, node: nodeName, here: endpoints.filter { $0.nodeName == nodeName },
              elsewhere: endpoints.filter { $0.nodeName != nodeName }))
        }
      }
      return
    }
    let other = plan.servicePorts.first { $0.nodePort == destination.port }
    findings.append(other == nil && destination.port < 30000 ? .nodeItself : .noNodePort)
    if let other { findings.append(.otherTransport(other.transport, other.name)) }
  }

  private mutating func explainOtherAddress() {
    let pod = cluster.pod(destination.address)
    let endpoint = cluster.endpointNode(destination.address)
    if pod == nil, endpoint == nil {
      findings.append(.unknownAddress)
    } else {
      findings.append(
        .endpointAddress(pod?.name, service: endpoint?.service, node: pod?.nodeName ?? endpoint?.nodeName))
    }
  }
}

extension EndpointPort {
  /// `"http" (TCP)`, `an unnamed one (TCP)`; nil for a port that proxies skip.
  fileprivate var words: String? {
    guard let name, port != nil else { return nil }
    return (name.isEmpty ? "an unnamed one" : "\"\(name)\"") + " (\(transport.rawValue))"
  }
}
