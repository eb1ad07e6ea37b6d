import KubernetesObjects

/// Gives node ports to the ports of NodePort and LoadBalancer Services that have none yet, and health check node ports
/// to LoadBalancer Services with `externalTrafficPolicy: Local`.
///
/// As in the API server, ports of one Service with the same number (53/TCP and 53/UDP) share a node port. A number is
/// chosen by the hash of the Service's name and the port's number, so that neither the order of the input nor that of
/// the ports matters.
struct NodePortAllocation {
  /// What one Service was given.
  struct Given {
    /// The node port each port number got, in the order of numbers.
    var nodePorts: [(port: UInt16, nodePort: UInt16)] = []
    var healthCheckNodePort: UInt16?

    var isEmpty: Bool { nodePorts.isEmpty && healthCheckNodePort == nil }
  }

  private let range: ClosedRange<UInt16>
  private var pool: NumberPool

  init(range: ClosedRange<UInt16>, services: [Service]) {
    self.range = range
    // The lower part is left to those who choose a port themselves: 30000...30085 of the default range.
    let count = UInt64(range.count)
    let band = count > 16 ? min(max(count / 32, 16), 128) : 0
    pool = NumberPool(UInt64(range.lowerBound)..<UInt64(range.upperBound) + 1, reserveCount: band)
    // Zero means none.
    pool.keep(0)
    for service in services {
      for port in service.ports { pool.keep(UInt64(port.nodePort)) }
      pool.keep(UInt64(service.healthCheckNodePort))
    }
  }

  /// Fills `nodePort` of the ports that need one, and `healthCheckNodePort`.
  ///
  /// - Returns: what was given, or why the Service could not have all it needs.
  mutating func allocate(_ service: inout Service) -> Result<Given, Diagnostic> {
    var given = Given()
    let wanting = NodePortAllocation.portsWithoutNodePort(service)
    // A port with the same number may have one already, written or just given.
    var byNumber: [UInt16: UInt16] = [:]
    if !wanting.isEmpty {
      for port in service.ports where port.nodePort != 0 && byNumber[port.port] == nil {
        byNumber[port.port] = port.nodePort
      }
    }
    for index in wanting.sorted(by: { service.ports[$0].port < service.ports[$1].port }) {
      let number = service.ports[index].port
      guard let nodePort = byNumber[number] ?? take("nodePort", String(number), for: service.name) else {
        return .failure(usedUp(service, field: "spec.ports[\(index)].nodePort"))
      }
      byNumber[number] = nodePort
      service.ports[index].nodePort = nodePort
      if given.nodePorts.last?.port != number { given.nodePorts.append((number, nodePort)) }
    }
    if service.kind == .loadBalancer, service.externalTrafficPolicy == .local, service.healthCheckNodePort == 0 {
      guard let nodePort = take("healthCheckNodePort", "", for: service.name) else {
        return .failure(usedUp(service, field: "spec.healthCheckNodePort"))
      }
      service.healthCheckNodePort = nodePort
      given.healthCheckNodePort = nodePort
    }
    return .success(given)
  }

  /// Indices of the ports that the API server would have given a node port.
  static func portsWithoutNodePort(_ service: Service) -> [Int] {
    switch service.kind {
    case .clusterIP, .externalName: return []
    case .loadBalancer where !service.allocatesNodePorts: return []
    case .nodePort, .loadBalancer: return service.ports.indices.filter { service.ports[$0].nodePort == 0 }
    }
  }

  private mutating func take(_ purpose: String, _ number: String, for name: NamespacedName) -> UInt16? {
    pool.take(hash: StableHash(purpose, name.namespace, name.name, number).value).map { UInt16($0) }
  }

  private func usedUp(_ service: Service, field: String) -> Diagnostic {
    Diagnostic(
      .error, at: service.position, object: service.name.description, field: field,
      "no free node port is left in \(range.lowerBound)-\(range.upperBound)")
  }
}
