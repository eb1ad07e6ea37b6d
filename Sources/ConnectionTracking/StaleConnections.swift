import NetworkAddresses
import ServicePlan

/// Tells which UDP connections lead to where their Service would not send anybody any more (section CT).
///
/// UDP has no end of a connection: as long as a client keeps sending, the kernel keeps translating its packets to the
/// backend it chose first, or not at all if there was none. Such an entry has to be deleted for the rules to be asked again.
public struct StaleConnections: Sendable {
  /// One UDP service port.
  private struct Port: Sendable {
    var label: String
    var serving: [Backend]
    /// ``serving`` where it is long; nil: the list is short enough to be searched.
    var index: Set<ConnectionEnd>?
    var isRemoved: Bool

    func serves(_ end: ConnectionEnd) -> Bool {
      if let index { return index.contains(end) }
      return serving.contains { $0.address == end.address && $0.port == end.port }
    }
  }

  private struct NodePort: Hashable {
    var family: IPFamily
    var port: UInt16
  }

  private static let shortList = 16

  private var ports: [Port] = []
  private var addresses: [ConnectionEnd: Int] = [:]
  private var nodePorts: [NodePort: Int] = [:]

  /// - Parameters:
  ///   - plans: what is in force now, at most one plan a family. Service ports without a serving endpoint take part
  ///     (CT-5, as kube-proxy does from 1.37 on).
  ///   - removed: service ports that were in force before and are gone, see ``ConntrackSweepTrigger/removed(from:to:)``.
  ///     They count as having no endpoints (CT-6, from 1.38 on); a frontend that has a new owner is its new owner's.
  ///     Their node ports count like their addresses.
  public init(_ plans: [NodePlan], removed: [NodePlan] = []) {
    for plan in removed {
      for port in plan.servicePorts { add(port, plan.family, isRemoved: true) }
    }
    for plan in plans {
      for port in plan.servicePorts { add(port, plan.family, isRemoved: false) }
    }
  }

  private mutating func add(_ plan: ServicePortPlan, _ family: IPFamily, isRemoved: Bool) {
    guard plan.transport == .udp else { return }
    let serving = isRemoved ? [] : plan.servingBackends
    let index =
      serving.count > StaleConnections.shortList ? Set(serving.map { ConnectionEnd($0.address, $0.port) }) : nil
    let number = ports.count
    ports.append(Port(label: plan.label, serving: serving, index: index, isRemoved: isRemoved))
    if let clusterIP = plan.clusterIP { addresses[ConnectionEnd(clusterIP, plan.port)] = number }
    for address in plan.externalIPs { addresses[ConnectionEnd(address, plan.port)] = number }
    for address in plan.loadBalancerIPs { addresses[ConnectionEnd(address, plan.port)] = number }
    if plan.nodePort != 0 { nodePorts[NodePort(family: family, port: plan.nodePort)] = number }
  }

  /// Whether there is no frontend that a connection could be to.
  public var isEmpty: Bool { addresses.isEmpty && nodePorts.isEmpty }

  /// Why a connection is stale; nil: it may stay.
  ///
  /// Either of its two readings is enough to condemn it (CT-3): to an address and port, or to a node port, whatever the
  /// address. Readiness, policies, locality and hints play no part.
  public func reason(_ connection: TrackedConnection) -> StaleReason? {
    guard connection.transport == .udp else { return nil }
    let destination = connection.originalDestination
    if let number = addresses[destination], let cause = cause(connection, ports[number]) {
      return StaleReason(servicePort: ports[number].label, frontend: .address(destination), cause: cause)
    }
    if let number = nodePorts[NodePort(family: connection.family, port: destination.port)],
      let cause = cause(connection, ports[number])
    {
      return StaleReason(servicePort: ports[number].label, frontend: .nodePort(destination.port), cause: cause)
    }
    return nil
  }

  private func cause(_ connection: TrackedConnection, _ port: Port) -> StaleReason.Cause? {
    if port.serves(connection.replySource) { return nil }
    if port.isRemoved { return .serviceRemoved }
    if port.serving.isEmpty { return .noServingEndpoint }
    return connection.isTranslated ? .notServing(connection.replySource) : .untranslated
  }
}

/// Why a connection has to go.
public struct StaleReason: Hashable, Sendable {
  public enum Frontend: Hashable, Sendable {
    case address(ConnectionEnd)
    case nodePort(UInt16)
  }

  public enum Cause: Hashable, Sendable {
    /// It leads to what is no serving endpoint of the service port (CT-3).
    case notServing(ConnectionEnd)
    /// It was opened while there was no endpoint, and is not translated (CT-4).
    case untranslated
    /// No endpoint of the service port serves (CT-5).
    case noServingEndpoint
    /// The service port was there before and is not any more (CT-6).
    case serviceRemoved
  }

  /// `namespace/name:port`, see ``/ServicePlan/ServicePortPlan/label``.
  public var servicePort: String
  public var frontend: Frontend
  public var cause: Cause

  public init(servicePort: String, frontend: Frontend, cause: Cause) {
    self.servicePort = servicePort
    self.frontend = frontend
    self.cause = cause
  }
}
