import KubernetesObjects
import NetworkAddresses

/// The EndpointSlices that the EndpointSlice controller makes from a Service's selector and the Pods it matches.
///
/// Differences from the controller, none of which changes a rule: a slice is not split at 100 endpoints, a Service that
/// matches nothing gets no empty slice, and a Pod whose Node is not in the input counts, because an input is often a
/// part of a cluster. Topology hints (`trafficDistribution`, `service.kubernetes.io/topology-mode`) are not made.
struct DerivedSlices {
  /// What became of one Service's Pods.
  struct Outcome {
    var slices: [EndpointSlice] = []
    /// Indices of the Pods with an endpoint, in the order of their names.
    var pods: [Int] = []
    var diagnostics: [Diagnostic] = []
  }

  private let pods: [Pod]
  /// Zones by Node.
  private let zones: [String: String]

  init(pods: [Pod], nodes: [Node]) {
    self.pods = pods
    zones = Dictionary(
      nodes.compactMap { node in node.zone.map { (node.name, $0) } }, uniquingKeysWith: { first, _ in first })
  }

  /// - Parameters:
  ///   - matches: indices of the Pods the selector matches, in the order of their names.
  ///   - families: the Service's.
  func derive(_ service: Service, matches: [Int], families: [IPFamily]) -> Outcome {
    var outcome = Outcome()
    let candidates = matches.filter { pods[$0].phase != .succeeded && pods[$0].phase != .failed }
    let groups = grouped(service, candidates)
    var included: Set<Int> = []
    for family in families {
      for group in groups {
        let endpoints = group.pods.compactMap { index -> Endpoint? in
          let endpoint = endpoint(pods[index], service, family)
          if endpoint != nil { included.insert(index) }
          return endpoint
        }
        guard !endpoints.isEmpty else { continue }
        var slice = EndpointSlice(derivedFor: service, number: outcome.slices.count + 1, family: family)
        slice.ports = group.ports
        slice.endpoints = endpoints
        outcome.slices.append(slice)
      }
    }
    outcome.pods = candidates.filter { included.contains($0) }
    outcome.diagnostics = missingTargetPorts(service, outcome.pods)
    return outcome
  }

  /// Conditions as the controller sets them: `ready` leaves out terminating Pods, `serving` does not;
  /// `publishNotReadyAddresses` makes any Pod ready and changes nothing else.
  private func endpoint(_ pod: Pod, _ service: Service, _ family: IPFamily) -> Endpoint? {
    guard let address = pod.addresses.first(where: { $0.value.family == family }) else { return nil }
    var endpoint = Endpoint(address: address.value, position: address.position)
    endpoint.isServing = pod.isReady
    endpoint.isTerminating = pod.isDeleting
    endpoint.isReady = service.publishNotReadyAddresses || (pod.isReady && !pod.isDeleting)
    endpoint.nodeName = pod.nodeName
    endpoint.zone = pod.nodeName.flatMap { zones[$0] }
    return endpoint
  }

  // MARK: - Ports

  private struct Group {
    var ports: [EndpointPort]
    var pods: [Int]
  }

  /// Pods that have the same target ports share a slice. A Pod that lacks a named one stays, without that port.
  private func grouped(_ service: Service, _ candidates: [Int]) -> [Group] {
    guard service.ports.contains(where: { DerivedSlices.targetName($0) != nil }) else {
      return [Group(ports: endpointPorts(service, service.ports.map { target($0, nil) }), pods: candidates)]
    }
    var groups: [Group] = []
    var indexByTargets: [[UInt16?]: Int] = [:]
    for candidate in candidates {
      let targets = service.ports.map { target($0, pods[candidate]) }
      if let index = indexByTargets[targets] {
        groups[index].pods.append(candidate)
      } else {
        indexByTargets[targets] = groups.count
        groups.append(Group(ports: endpointPorts(service, targets), pods: [candidate]))
      }
    }
    return groups
  }

  private func endpointPorts(_ service: Service, _ targets: [UInt16?]) -> [EndpointPort] {
    zip(service.ports, targets).compactMap { port, target in
      target.map { EndpointPort(name: port.name, transport: port.transport, port: $0, position: port.position) }
    }
  }

  /// Nil: the Pod has no container port of that name and protocol.
  private func target(_ port: ServicePort, _ pod: Pod?) -> UInt16? {
    if let name = DerivedSlices.targetName(port) {
      return pod?.containerPorts.first { $0.name == name && $0.transport == port.transport }?.port
    }
    // The API server's default, also for zero and for an empty name.
    guard case .number(let number) = port.targetPort, number != 0 else { return port.port }
    return number
  }

  private static func targetName(_ port: ServicePort) -> String? {
    guard case .name(let name) = port.targetPort, !name.isEmpty else { return nil }
    return name
  }

  /// The controller leaves out such ports without a word, and the Service does not answer.
  private func missingTargetPorts(_ service: Service, _ included: [Int]) -> [Diagnostic] {
    service.ports.indices.compactMap { index in
      let port = service.ports[index]
      guard let name = DerivedSlices.targetName(port) else { return nil }
      let lacking = included.filter { target(port, pods[$0]) == nil }
      guard !lacking.isEmpty else { return nil }
      let names = listed(lacking.map { pods[$0].name.name })
      return Diagnostic(
        .warning, at: port.position, object: service.name.description, field: "spec.ports[\(index)].targetPort",
        "no \(port.transport.rawValue) container port is named \(name) in \(lacking.count) of "
          + "\(counted(included.count, "Pod")): \(names)")
    }
  }
}

extension EndpointSlice {
  /// An empty slice for a Service, at the Service's position.
  fileprivate init(derivedFor service: Service, number: Int, family: IPFamily) {
    self.init(
      name: NamespacedName(namespace: service.name.namespace, name: "\(service.name.name)-derived-\(number)"),
      position: service.position, addressType: family == .ipv4 ? .ipv4 : .ipv6)
    serviceName = service.name.name
    isHeadless = service.isHeadless
    origin = .derivedFromPods
  }
}
