import NFTables
import NetworkAddresses
import RuleEvaluator
import ServicePlan

/// Finds the destinations whose connections may end elsewhere than before, so that nothing else has to be looked at.
///
/// A destination depends on who owns it, on whether its address is a cluster IP, and on its backends: rules look again
/// at what they have translated, so that a backend that is itself a frontend depends on that frontend, and they know
/// endpoints of this node that may reach themselves, whatever service port brought them.
struct AffectedDestinations {
  private let old: ComparedNode
  private let new: ComparedNode
  private(set) var destinations: [FlowDestination] = []
  private var known: Set<FlowDestination> = []
  /// A port that no Service has.
  private let unusedPort: UInt16
  /// The node's addresses on either side, loopback with them.
  private let ownAddresses: [IPAddress]

  /// - Parameter changed: the service ports that differ, as they were and as they are.
  init(_ old: ComparedNode, _ new: ComparedNode, changed: [(old: ServicePortPlan?, new: ServicePortPlan?)]) {
    self.old = old
    self.new = new
    unusedPort = AffectedDestinations.unusedPort(old, new)
    let loopback = new.plan.family == .ipv4 ? IPAddress(ipv4: 0x7f00_0001) : IPAddress(ipv6High: 0, low: 1)
    var seen: Set<IPAddress> = []
    ownAddresses = (new.addresses + old.addresses + [loopback]).filter { seen.insert($0).inserted }
    if old.circumstances != new.circumstances {
      addEverything()
    } else {
      addChanged(changed)
    }
  }

  private static func unusedPort(_ old: ComparedNode, _ new: ComparedNode) -> UInt16 {
    var used: Set<UInt16> = []
    for port in [old, new].lazy.flatMap(\.plan.servicePorts) {
      used.formUnion([port.port, port.nodePort, port.healthCheckNodePort])
    }
    return (1...UInt16.max).first { $0 > 8 && !used.contains($0) } ?? 9
  }

  private mutating func add(_ destination: FlowDestination) {
    if known.insert(destination).inserted { destinations.append(destination) }
  }

  // MARK: - Parts of the destinations

  private mutating func addFrontends(of port: ServicePortPlan) { addFrontends(port.frontendKeys) }

  private mutating func addFrontends(_ frontends: [ComparedNode.Frontend]) {
    for frontend in frontends {
      for address in frontend.address.map({ [$0] }) ?? ownAddresses {
        add(
          FlowDestination(.frontend, address, PacketProtocol(frontend.transport), port: frontend.port))
      }
    }
  }

  private mutating func addHealthCheck(of port: ServicePortPlan) {
    guard port.healthCheckNodePort != 0 else { return }
    for address in ownAddresses {
      add(FlowDestination(.healthCheck, address, .tcp, port: port.healthCheckNodePort))
    }
  }

  private mutating func addOtherPorts(of address: IPAddress) {
    for transport in TransportProtocol.allCases {
      add(FlowDestination(.otherPort, address, PacketProtocol(transport), port: unusedPort))
    }
    add(FlowDestination(.otherPort, address, .icmp(address.family), port: 0))
  }

  // MARK: - What a few changes touch

  private mutating func addChanged(_ changed: [(old: ServicePortPlan?, new: ServicePortPlan?)]) {
    var frontends: Set<ComparedNode.Frontend> = []
    var endpoints: Set<ComparedNode.LocalEndpoint> = []
    var changedNames: Set<ServicePortName> = []
    for (before, after) in changed {
      for port in [before, after].compactMap({ $0 }) {
        changedNames.insert(port.name)
        frontends.formUnion(port.frontendKeys)
        addFrontends(of: port)
        if before?.healthCheckNodePort != after?.healthCheckNodePort { addHealthCheck(of: port) }
        for backend in port.reachableBackends {
          let endpoint = ComparedNode.LocalEndpoint(
            address: backend.address, port: backend.port, transport: port.transport)
          if old.localEndpoints.contains(endpoint) != new.localEndpoints.contains(endpoint) {
            endpoints.insert(endpoint)
          }
        }
      }
    }
    let clusterIPs = old.clusterIPs.symmetricDifference(new.clusterIPs)
    for address in clusterIPs.sorted() { addOtherPorts(of: address) }

    func isTouched(_ port: ServicePortPlan, on node: ComparedNode) -> Bool {
      for frontend in port.frontendKeys {
        if let address = frontend.address, clusterIPs.contains(address) { return true }
      }
      for backend in port.reachableBackends {
        if clusterIPs.contains(backend.address) { return true }
        let frontend = ComparedNode.Frontend(address: backend.address, port: backend.port, transport: port.transport)
        if frontends.contains(frontend) { return true }
        let nodePort = ComparedNode.Frontend(address: nil, port: backend.port, transport: port.transport)
        if frontends.contains(nodePort), node.environment.isLocal(backend.address) { return true }
        let endpoint = ComparedNode.LocalEndpoint(
          address: backend.address, port: backend.port, transport: port.transport)
        if endpoints.contains(endpoint) { return true }
      }
      return false
    }
    for node in [old, new] {
      for port in node.plan.servicePorts where !changedNames.contains(port.name) && isTouched(port, on: node) {
        addFrontends(of: port)
      }
    }
  }

  // MARK: - Everything

  private mutating func addEverything() {
    for port in new.plan.servicePorts + old.plan.servicePorts {
      addFrontends(of: port)
      addHealthCheck(of: port)
    }
    for node in [old, new] where !node.isCompiled { addFrontends(FoundFrontends.frontends(of: node.rules)) }
    addClusterIPsOfEachKind()
    addUnallocatedOfEachKind()
    if let loopback = ownAddresses.last {
      add(FlowDestination(.loopback, loopback, .tcp, port: unusedPort))
    }
    for state in [ConnectionState.established, .invalid] {
      add(
        FlowDestination(.forwarded, AffectedDestinations.faraway(new.plan.family), .tcp, port: unusedPort, state: state)
      )
    }
  }

  /// Ports without a Service: cluster IPs that both sides tell apart by nothing are looked at once.
  private mutating func addClusterIPsOfEachKind() {
    struct Kind: Hashable {
      var isOld: Bool
      var isNew: Bool
      var isOwnOld: Bool
      var isOwnNew: Bool
      var isInOldRange: Bool
      var isInNewRange: Bool
    }
    var kinds: Set<Kind> = []
    for address in old.clusterIPs.union(new.clusterIPs).sorted() {
      let kind = Kind(
        isOld: old.clusterIPs.contains(address), isNew: new.clusterIPs.contains(address),
        isOwnOld: old.environment.isLocal(address), isOwnNew: new.environment.isLocal(address),
        isInOldRange: old.plan.serviceCIDRs.contains { $0.contains(address) },
        isInNewRange: new.plan.serviceCIDRs.contains { $0.contains(address) })
      if kinds.insert(kind).inserted { addOtherPorts(of: address) }
    }
  }

  /// An address without a Service of each part that the Service ranges of both sides cut one another into.
  private mutating func addUnallocatedOfEachKind() {
    let ranges = old.plan.serviceCIDRs + new.plan.serviceCIDRs
    var starts: Set<IPAddress> = []
    for range in ranges {
      starts.insert(range.address)
      if let next = range.lastAddress.successor { starts.insert(next) }
    }
    for start in starts.sorted() where ranges.contains(where: { $0.contains(start) }) {
      var address: IPAddress? = start
      while let candidate = address, isTaken(candidate) {
        address = candidate.successor.flatMap { starts.contains($0) ? nil : $0 }
      }
      if let address { add(FlowDestination(.unallocated, address, .tcp, port: unusedPort)) }
    }
  }

  private func isTaken(_ address: IPAddress) -> Bool {
    old.clusterIPs.contains(address) || new.clusterIPs.contains(address) || old.environment.isLocal(address)
      || new.environment.isLocal(address)
  }

  private static func faraway(_ family: IPFamily) -> IPAddress {
    family == .ipv4 ? IPAddress(ipv4: 0xcb00_71f0) : IPAddress(ipv6High: 0x2001_0db8_00ff_0000, low: 0xf0)
  }
}
