import KubernetesObjects
import NetworkAddresses

/// Plans one Service at a time, so that a change costs no more than the Service it touches.
public struct ServicePlanner: Sendable {
  public let family: IPFamily
  public let configuration: NodeConfiguration
  private let primaryAddress: IPAddress?

  public init(family: IPFamily, configuration: NodeConfiguration) {
    self.family = family
    self.configuration = configuration
    primaryAddress = configuration.primaryAddress(family)
  }

  /// Whether another planner makes the same of every Service: where they differ is no matter of Services.
  public func plansAlike(_ other: ServicePlanner) -> Bool {
    family == other.family && primaryAddress == other.primaryAddress
      && configuration.nodeName == other.configuration.nodeName && configuration.zone == other.configuration.zone
  }

  /// Why a Service has no rules, in any family.
  public enum Exclusion: Hashable, Sendable {
    /// `service.kubernetes.io/service-proxy-name` has this value (SEL-1).
    case otherProxy(String)
    /// SEL-2
    case headless
    /// SEL-2
    case notAllocated
    /// SEL-3
    case externalName
  }

  /// Nil: the Service has rules in the families it has cluster IPs of.
  public static func exclusion(of service: borrowing Service) -> Exclusion? {
    if let name = service.proxyName { return .otherProxy(name) }
    if service.kind == .externalName { return .externalName }
    if service.isHeadless { return .headless }
    if service.clusterIPs.isEmpty { return .notAllocated }
    return nil
  }

  /// The plans of a Service's ports, in the order of `spec.ports`. Empty where it takes no part.
  ///
  /// - Parameter slices: its slices; those of the other family and without meaning are passed over.
  public func plan(_ service: Service, slices: [EndpointSlice]) -> [ServicePortPlan] {
    plan(service, slices: slices, at: Array(slices.indices))
  }

  /// - Parameter places: of its slices among all of them.
  func plan(_ service: borrowing Service, slices: [EndpointSlice], at places: [Int]) -> [ServicePortPlan] {
    guard ServicePlanner.exclusion(of: service) == nil, let clusterIP = clusterIP(of: service) else { return [] }
    let externalIPs = unique(service.externalIPs.map(\.value))
    let loadBalancerIPs = unique(service.loadBalancerIngress.filter { $0.mode == .vip }.compactMap(\.address))
    let sourceRanges = effectiveSourceRanges(of: service)
    let allowsLoadBalancerSources =
      primaryAddress.map { primary in sourceRanges.contains { $0.contains(primary) } } ?? false
    let externalPolicy = effectiveExternalPolicy(of: service)
    let needsHealthCheck = service.kind == .loadBalancer && externalPolicy == .local

    return service.ports.map { port in
      let name = ServicePortName(service: service.name, port: port.name, transport: port.transport)
      var plan = ServicePortPlan(
        name: name, label: name.description, position: port.position, clusterIP: clusterIP, port: port.port,
        externalIPs: externalIPs, loadBalancerIPs: loadBalancerIPs, nodePort: port.nodePort,
        internalPolicy: service.internalTrafficPolicy, externalPolicy: externalPolicy,
        affinitySeconds: service.affinitySeconds,
        sourceRanges: loadBalancerIPs.isEmpty ? [] : sourceRanges,
        allowsLoadBalancerSources: !loadBalancerIPs.isEmpty && allowsLoadBalancerSources,
        healthCheckNodePort: needsHealthCheck ? service.healthCheckNodePort : 0,
        clusterBackends: [], localBackends: [], usesClusterBackends: false, usesLocalBackends: false,
        hasEndpoints: false, endpointCount: 0, servingBackends: [], readyLocalBackends: [])
      let isExternal = plan.isExternallyAccessible
      plan.usesClusterBackends = plan.internalPolicy == .cluster || isExternal
      plan.usesLocalBackends = plan.internalPolicy == .local || (plan.externalPolicy == .local && isExternal)
      let candidates = candidates(for: port, in: slices, at: places)
      let selection = EndpointSelection(
        candidates, usesCluster: plan.usesClusterBackends, usesLocal: plan.usesLocalBackends,
        nodeName: configuration.nodeName, zone: configuration.zone)
      plan.clusterBackends = selection.cluster
      plan.localBackends = selection.local
      plan.hasEndpoints = selection.hasEndpoints
      plan.endpointCount = candidates.count
      if port.transport == .udp { plan.servingBackends = candidates.filter(\.isServing).map(\.backend) }
      if plan.healthCheckNodePort != 0 {
        plan.readyLocalBackends = candidates.filter { $0.backend.isLocal && $0.isReady }.map(\.backend)
      }
      return plan
    }
  }

  /// The cluster IP of this family (FAM-2, FAM-4).
  func clusterIP(of service: borrowing Service) -> IPAddress? {
    let address: IPAddress?
    if service.ipFamilies.isEmpty {
      address = service.clusterIPs.first?.value
    } else if let index = service.ipFamilies.firstIndex(of: family), index < service.clusterIPs.count {
      address = service.clusterIPs[index].value
    } else {
      address = nil
    }
    return address.flatMap { $0.family == family ? $0 : nil }
  }

  /// EXT-1: elsewhere the policy is treated as Cluster.
  private func effectiveExternalPolicy(of service: borrowing Service) -> Service.TrafficPolicy {
    switch service.kind {
    case .loadBalancer, .nodePort: service.externalTrafficPolicy
    case .clusterIP: service.externalIPs.isEmpty ? .cluster : service.externalTrafficPolicy
    case .externalName: .cluster
    }
  }

  /// FW-2: one range that lets everybody in switches the filter off.
  private func effectiveSourceRanges(of service: borrowing Service) -> [IPPrefix] {
    let ranges = service.sourceRanges.map(\.value).filter { $0.family == family }
    return ranges.contains(where: \.isZeroLength) ? [] : ranges
  }

  private func unique(_ addresses: [IPAddress]) -> [IPAddress] {
    var seen: Set<IPAddress> = []
    return addresses.filter { $0.family == family && seen.insert($0).inserted }
  }

  /// The endpoints of a service port, merged over its slices (EPS-3 to EPS-12).
  private func candidates(for port: ServicePort, in slices: [EndpointSlice], at places: [Int]) -> [Candidate] {
    var found: [Candidate] = []
    // Sorted in their place: they are smaller.
    var keys: [(key: BackendSortKey, index: Int)] = []
    for place in places where slices[place].addressType.family == family && !slices[place].isHeadless {
      let endpoints = slices[place].endpoints
      for slicePort in slices[place].ports
      where slicePort.name == port.name && slicePort.transport == port.transport {
        guard let number = slicePort.port else { continue }
        // Most Services have one slice. Making room for each of many would copy those before each time.
        if found.isEmpty {
          found.reserveCapacity(endpoints.count)
          keys.reserveCapacity(endpoints.count)
        }
        for endpoint in endpoints {
          keys.append((BackendSortKey(endpoint.address, port: number), found.count))
          found.append(
            Candidate(
              backend: Backend(
                address: endpoint.address, port: number, isLocal: endpoint.nodeName == configuration.nodeName),
              isReady: endpoint.isReady,
              isServing: endpoint.isServing,
              isTerminating: endpoint.isTerminating,
              hints: endpoint.hints))
        }
      }
    }
    keys.sort { $0.key < $1.key }
    var candidates: [Candidate] = []
    candidates.reserveCapacity(keys.count)
    for (place, entry) in keys.enumerated() {
      let candidate = found[entry.index]
      if place > 0, keys[place - 1].key == entry.key, let last = candidates.last {
        candidates[candidates.count - 1] = ServicePlanner.preferred(last, candidate)
      } else {
        candidates.append(candidate)
      }
    }
    return candidates
  }

  /// One endpoint in several slices: one that is not terminating wins (EPS-10). What the specification leaves open is
  /// settled without regard to the order of the slices.
  private static func preferred(_ a: Candidate, _ b: Candidate) -> Candidate {
    func rank(_ candidate: Candidate) -> Int {
      (candidate.isTerminating ? 0 : 8) + (candidate.isReady ? 4 : 0) + (candidate.isServing ? 2 : 0)
        + (candidate.backend.isLocal ? 1 : 0)
    }
    if rank(a) != rank(b) { return rank(a) > rank(b) ? a : b }
    let hints = (a.hints, b.hints)
    if hints.0 == hints.1 { return a }
    return ServicePlanner.text(hints.0) <= ServicePlanner.text(hints.1) ? a : b
  }

  private static func text(_ hints: EndpointHints?) -> String {
    guard let hints else { return "" }
    return hints.forNodes.joined(separator: ",") + ";" + hints.forZones.joined(separator: ",")
  }
}
