import KubernetesObjects
import NetworkAddresses

/// Settles which service port owns a frontend that several claim.
///
/// The API server prevents most such clashes, but not two Services with one external IP and port, nor what people write
/// by hand. The winner is the first by namespace, name and position in `spec.ports`, whatever the order of the input, so
/// that all targets agree; the others lose that frontend alone. An external address that is also the cluster IP of its
/// service port is the cluster IP and nothing else: one frontend cannot have the policies of both classes.
public struct FrontendClaims {
  /// A frontend two service ports claim.
  public struct Clash: Hashable, Sendable {
    /// Nil: a node port.
    public var address: IPAddress?
    public var port: UInt16
    public var transport: TransportProtocol
    public var owner: ServicePortName
    public var loser: ServicePortName
    /// Where the owner's port was written.
    public var ownerPosition: SourcePosition
    /// Where the loser's port was written.
    public var position: SourcePosition
  }

  public private(set) var clashes: [Clash] = []
  private var owners: [Frontend: Int] = [:]

  public init() {}

  /// Takes from later service ports the frontends that earlier ones own, and from each what it claims twice.
  public mutating func settle(_ plans: inout [ServicePortPlan]) {
    owners.reserveCapacity(plans.count * 2)
    for index in plans.indices where !ownsAll(index, plans) {
      var plan = plans[index]
      plan.keepFrontends { claim($0, index, plans) }
      plans[index] = plan
    }
  }

  /// Claims all frontends of a service port; nearly always they are nobody else's, and nothing has to be written.
  private mutating func ownsAll(_ index: Int, _ plans: [ServicePortPlan]) -> Bool {
    plans.withUnsafeBufferPointer { plans in
      plans[index].ownsAll { owner(of: $0, claimedBy: index) == index }
    }
  }

  /// The first to claim a frontend owns it.
  private mutating func owner(of frontend: Frontend, claimedBy index: Int) -> Int {
    let owner = owners[frontend, default: index]
    owners[frontend] = owner
    return owner
  }

  private mutating func claim(_ frontend: Frontend, _ index: Int, _ plans: [ServicePortPlan]) -> Bool {
    let owner = owner(of: frontend, claimedBy: index)
    if owner == index { return true }
    let clash = Clash(
      address: frontend.address, port: frontend.port, transport: frontend.transport, owner: plans[owner].name,
      loser: plans[index].name, ownerPosition: plans[owner].position, position: plans[index].position)
    if clashes.last != clash { clashes.append(clash) }
    return false
  }
}

/// What a connection is opened to: the thing that one service port owns.
struct Frontend: Hashable, Sendable {
  /// Nil: a node port. The unspecified address stands for node ports in maps, so that it is one here too.
  var address: IPAddress?
  var port: UInt16
  var transport: TransportProtocol

  init(_ address: IPAddress?, _ port: UInt16, _ transport: TransportProtocol) {
    self.address = address.flatMap { $0.isUnspecified ? nil : $0 }
    self.port = port
    self.transport = transport
  }
}

extension ServicePortPlan {
  /// The frontends it has, each once.
  var frontends: [Frontend] {
    var frontends: [Frontend] = []
    func add(_ frontend: Frontend) {
      if !frontends.contains(frontend) { frontends.append(frontend) }
    }
    if let clusterIP { add(Frontend(clusterIP, port, transport)) }
    for address in externalIPs { add(Frontend(address, port, transport)) }
    for address in loadBalancerIPs { add(Frontend(address, port, transport)) }
    if nodePort != 0 { add(Frontend(nil, nodePort, transport)) }
    return frontends
  }

  /// Whether nothing is to be given up, see ``keepFrontends(where:)``.
  borrowing func ownsAll(where owns: (Frontend) -> Bool) -> Bool {
    if let clusterIP, !owns(Frontend(clusterIP, port, transport)) { return false }
    func keeps(_ address: IPAddress) -> Bool { address != clusterIP && owns(Frontend(address, port, transport)) }
    return externalIPs.allSatisfy(keeps) && loadBalancerIPs.allSatisfy(keeps)
      && (nodePort == 0 || owns(Frontend(nil, nodePort, transport)))
  }

  /// Gives up the frontends that others own, and external addresses that are its cluster IP.
  mutating func keepFrontends(where owns: (Frontend) -> Bool) {
    if let address = clusterIP, !owns(Frontend(address, port, transport)) { clusterIP = nil }
    let (clusterIP, port, transport) = (clusterIP, port, transport)
    func keeps(_ address: IPAddress) -> Bool { address != clusterIP && owns(Frontend(address, port, transport)) }
    if !externalIPs.isEmpty { externalIPs = externalIPs.filter(keeps) }
    if !loadBalancerIPs.isEmpty { loadBalancerIPs = loadBalancerIPs.filter(keeps) }
    if nodePort != 0, !owns(Frontend(nil, nodePort, transport)) { nodePort = 0 }
  }
}
