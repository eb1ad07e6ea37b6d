import KubernetesObjects
import NFTables
import NetworkAddresses
import ServicePlan

/// What must become of a packet by the plan alone: the behaviour of Services in words of code, without any rules.
///
/// Compiled rules are checked against it, so nothing here may look at how a target writes them. Where the two modes of
/// kube-proxy differ (section DIFF), the mode decides.
public struct PlanPrediction: Sendable {
  /// What becomes of the packet.
  public struct Result: Hashable, Sendable {
    public var outcome: Outcome.Class
    /// Sorted by address and port; only with ``Outcome/Class/dnat``.
    public var backends: [Outcome.Backend]

    public init(_ outcome: Outcome.Class, backends: [Outcome.Backend] = []) {
      self.outcome = outcome
      self.backends = backends
    }
  }

  private struct Frontend: Hashable {
    /// Nil: a node port.
    var address: IPAddress?
    var port: UInt16
    var transport: TransportProtocol
  }

  /// How a frontend treats traffic.
  private struct Service {
    var plan: ServicePortPlan
    var isInternal: Bool
    /// Whether source ranges restrict it.
    var isFiltered: Bool
    /// Of its service port in the plan.
    var place: Int
  }

  /// An endpoint that may reach itself.
  private struct Endpoint: Hashable {
    var address: IPAddress
    var port: UInt16
    var transport: TransportProtocol
  }

  public let mode: ProxyMode
  private let plan: NodePlan
  private let environment: NodeEnvironment
  private let nodePorts: NodePortAddresses
  private var frontends: [Frontend: Service] = [:]
  private var clusterIPs: Set<IPAddress> = []
  private var localEndpoints: Set<Endpoint> = []
  private var healthCheckPorts: Set<UInt16> = []

  public init(_ plan: NodePlan, mode: ProxyMode) {
    self.plan = plan
    self.mode = mode
    environment = NodeEnvironment(plan.configuration)
    nodePorts = plan.configuration.acceptedNodePortAddresses(plan.family, for: mode)
    for (place, port) in plan.servicePorts.enumerated() { add(port, place) }
  }

  private mutating func add(_ port: ServicePortPlan, _ place: Int) {
    func claim(_ address: IPAddress?, _ number: UInt16, isInternal: Bool = false, isFiltered: Bool = false) {
      let frontend = Frontend(address: address, port: number, transport: port.transport)
      if let present = frontends[frontend] {
        // An address that is external IP and load balancer address of one service port: nftables filters the address,
        // iptables comes to the external IP first.
        if mode == .nftables, present.plan.name == port.name, isFiltered { frontends[frontend]?.isFiltered = true }
        return
      }
      frontends[frontend] = Service(plan: port, isInternal: isInternal, isFiltered: isFiltered, place: place)
    }
    if let clusterIP = port.clusterIP {
      clusterIPs.insert(clusterIP)
      claim(clusterIP, port.port, isInternal: true)
    }
    for address in port.externalIPs { claim(address, port.port) }
    for address in port.loadBalancerIPs { claim(address, port.port, isFiltered: port.isFiltered) }
    if port.nodePort != 0 { claim(nil, port.nodePort) }
    if port.healthCheckNodePort != 0 { healthCheckPorts.insert(port.healthCheckNodePort) }
    for backend in port.reachableBackends where backend.isLocal {
      localEndpoints.insert(Endpoint(address: backend.address, port: backend.port, transport: port.transport))
    }
  }

  // MARK: - A packet

  /// - Parameter remembered: the backend a client with session affinity had before, if any (AFF-1).
  public func result(for packet: Packet, remembered: Backend? = nil) -> Result {
    guard packet.state == .new else { return knownConnection(packet) }
    if mode == .nftables, let service = addressFrontend(of: packet), service.isFiltered, !admits(service, packet) {
      // FW-6: before anything else.
      return Result(.drop)
    }
    if let service = addressFrontend(of: packet) {
      let isRefused = service.isFiltered && !admits(service, packet)
      if !isRefused, let result = translation(by: service, packet, remembered) { return result }
      // In nftables the frontend is settled with its address, in iptables node ports come next (FRONT-8).
      if mode == .nftables, leads(service) { return refusal(of: packet) }
    }
    if let service = nodePortFrontend(of: packet), let result = translation(by: service, packet, remembered) {
      return result
    }
    return refusal(of: packet)
  }

  private func addressFrontend(of packet: Packet) -> Service? {
    guard let transport = packet.transport.transport else { return nil }
    return frontends[Frontend(address: packet.destination, port: packet.destinationPort, transport: transport)]
  }

  private func nodePortFrontend(of packet: Packet) -> Service? {
    guard let transport = packet.transport.transport, acceptsNodePorts(packet.destination) else { return nil }
    return frontends[Frontend(address: nil, port: packet.destinationPort, transport: transport)]
  }

  /// NPA-2 to NPA-6
  private func acceptsNodePorts(_ address: IPAddress) -> Bool {
    switch nodePorts.accepted {
    case .all:
      environment.isLocal(address) && (!address.isLoopback || nodePorts.loopbackInForce)
    case .addresses(let addresses): addresses.contains(address)
    }
  }

  /// FW-3, FW-5
  private func admits(_ service: Service, _ packet: Packet) -> Bool {
    let plan = service.plan
    if mode == .iptables, !plan.hasEndpoints { return true }
    return plan.sourceRanges.contains { $0.contains(packet.source) }
      || (plan.allowsLoadBalancerSources && plan.loadBalancerIPs.contains(packet.source))
  }

  /// Whether a frontend is dispatched at all: where its class has endpoints, or short-circuits may lead to some.
  private func leads(_ service: Service) -> Bool {
    service.isInternal ? service.plan.internalRefusal == nil : service.plan.hasEndpoints
  }

  // MARK: - Translation

  private func translation(by service: Service, _ packet: Packet, _ remembered: Backend?) -> Result? {
    let port = service.plan
    guard port.hasEndpoints else { return nil }
    var isMasqueraded = mode == .nftables && isMasqueradedByAddress(packet)
    var backends: [Backend]
    if service.isInternal {
      // MASQ-1, ITP-1
      if mode == .iptables { isMasqueraded = isMasqueradedToClusterIP(packet) }
      backends = port.internalBackends
    } else if port.externalPolicy == .cluster {
      // EXT-2
      isMasqueraded = true
      backends = port.clusterBackends
    } else if isFromLocalPod(packet) {
      // EXT-4
      backends = port.clusterBackends
    } else if environment.isLocal(packet.source) {
      // EXT-5
      isMasqueraded = true
      backends = port.clusterBackends
    } else {
      // EXT-3
      backends = port.localBackends
    }
    guard !backends.isEmpty else { return nil }
    if port.affinitySeconds != nil, let remembered, backends.contains(remembered) { backends = [remembered] }
    // LB-1
    let probability = Fraction(1, UInt64(backends.count))
    return Result(
      .dnat,
      backends: backends.map {
        Outcome.Backend(
          address: $0.address, port: $0.port, probability: probability,
          isMasqueraded: isMasqueraded || isHairpin($0, packet, port.transport))
      }.sorted { ($0.address, $0.port) < ($1.address, $1.port) })
  }

  /// DIFF-10: in nftables by the address alone.
  private func isMasqueradedByAddress(_ packet: Packet) -> Bool {
    clusterIPs.contains(packet.destination) && isMasqueradedToClusterIP(packet)
  }

  /// MASQ-1 to MASQ-3
  private func isMasqueradedToClusterIP(_ packet: Packet) -> Bool {
    if plan.configuration.masqueradeAll { return true }
    return plan.detector != nil && !isFromLocalPod(packet)
  }

  /// MASQ-5, DIFF-9
  private func isHairpin(_ backend: Backend, _ packet: Packet, _ transport: TransportProtocol) -> Bool {
    guard backend.address == packet.source else { return false }
    return mode == .iptables
      || localEndpoints.contains(Endpoint(address: backend.address, port: backend.port, transport: transport))
  }

  /// Section 10
  private func isFromLocalPod(_ packet: Packet) -> Bool {
    switch plan.detector {
    case .source(let prefix): prefix.contains(packet.source)
    case .interface(let name): packet.inputInterface == name
    case .interfacePrefix(let prefix): packet.inputInterface.hasPrefix(prefix)
    case nil: false
    }
  }

  // MARK: - Refusal

  /// What becomes of the first packet of a connection that was not translated (section 14).
  private func refusal(of packet: Packet) -> Result {
    var hooks: [BaseChain.Hook] = packet.origin.isMadeOnNode ? [.output] : []
    if environment.isLocal(packet.destination) {
      hooks.append(.input)
    } else if !packet.origin.isMadeOnNode {
      hooks.append(.forward)
    }
    var last = Result(.noMatch)
    for hook in hooks {
      let result = mode == .nftables ? nftablesRefusal(of: packet, at: hook) : iptablesRefusal(of: packet, at: hook)
      if let result, result != .accept { return Result(result) }
      last = Result(result ?? .noMatch)
    }
    return last
  }

  /// REJ-3, REJ-4, REJ-6, REJ-7
  private func nftablesRefusal(of packet: Packet, at hook: BaseChain.Hook) -> Outcome.Class? {
    if hook == .input, let transport = packet.transport.transport,
      let service = frontends[Frontend(address: nil, port: packet.destinationPort, transport: transport)],
      let refusal = refusal(of: service), isNodePortChecked(packet.destination)
    {
      return refusal
    }
    if let service = addressFrontend(of: packet), let refusal = refusal(of: service) { return refusal }
    guard hook != .input else { return nil }
    if clusterIPs.contains(packet.destination) { return .reject }
    return plan.serviceCIDRs.contains { $0.contains(packet.destination) } ? .drop : nil
  }

  private func isNodePortChecked(_ address: IPAddress) -> Bool {
    switch nodePorts.accepted {
    case .all: !address.isLoopback
    case .addresses(let addresses): addresses.contains(address)
    }
  }

  /// REJ-3, REJ-4, FW-6, IPT-20, IPT-21
  private func iptablesRefusal(of packet: Packet, at hook: BaseChain.Hook) -> Outcome.Class? {
    if hook != .forward, isStrangerToLoopback(packet) { return .drop }
    let service = addressFrontend(of: packet)
    if let service, service.isFiltered, service.plan.hasEndpoints { return .drop }
    if hook == .input, isHealthCheck(packet) { return .accept }
    if hook != .input, let service, service.isInternal, let refusal = refusal(of: service) { return refusal }
    guard hook != .output else { return nil }
    var candidates = [service].compactMap { $0 }.filter { !$0.isInternal }
    if let transport = packet.transport.transport, environment.isLocal(packet.destination),
      let nodePort = frontends[Frontend(address: nil, port: packet.destinationPort, transport: transport)]
    {
      candidates.append(nodePort)
    }
    // Where one's address and port are another's node port, the rules of the two follow each other as kube-proxy happens
    // to have them (IPT-25), ours as the plan has the service ports.
    return candidates.sorted { $0.place < $1.place }.lazy.compactMap(refusal).first
  }

  /// REJ-1, REJ-2
  private func refusal(of service: Service) -> Outcome.Class? {
    switch service.isInternal ? service.plan.internalRefusal : service.plan.externalRefusal {
    case .reject: .reject
    case .drop: .drop
    case nil: nil
    }
  }

  /// IPT-20
  private func isStrangerToLoopback(_ packet: Packet) -> Bool {
    plan.family == .ipv4 && nodePorts.loopbackInForce && packet.destination.isLoopback && !packet.source.isLoopback
  }

  /// IPT-21
  private func isHealthCheck(_ packet: Packet) -> Bool {
    packet.transport == .tcp && healthCheckPorts.contains(packet.destinationPort)
  }

  /// A packet that is not the first of its connection: Services have no say (REJ-8, FW-7), only iptables has rules for
  /// its state (DIFF-5).
  private func knownConnection(_ packet: Packet) -> Result {
    guard mode == .iptables else { return Result(.noMatch) }
    let isKnown = packet.state == .established || packet.state == .related
    let isLocal = environment.isLocal(packet.destination)
    if packet.origin.isMadeOnNode || isLocal {
      if !isKnown, isStrangerToLoopback(packet) { return Result(.drop) }
      return Result(isLocal && isHealthCheck(packet) ? .accept : .noMatch)
    }
    if packet.state == .invalid, !plan.configuration.conntrackTCPLiberal { return Result(.drop) }
    return Result(isKnown ? .accept : .noMatch)
  }
}

extension Outcome {
  /// The outcome in the words of a prediction; nil where branches end in different classes.
  public var summary: PlanPrediction.Result? {
    commonClass.map { PlanPrediction.Result($0, backends: backends) }
  }
}
