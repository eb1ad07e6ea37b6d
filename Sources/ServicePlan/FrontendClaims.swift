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

  private struct Frontend: Hashable {
    var address: IPAddress?
    var port: UInt16
    var transport: TransportProtocol
  }

  public private(set) var clashes: [Clash] = []
  private var owners: [Frontend: Int] = [:]

  public init() {}

  /// Takes from later service ports the frontends that earlier ones own, and from each what it claims twice.
  public mutating func settle(_ plans: inout [ServicePortPlan]) {
    owners.reserveCapacity(plans.count * 2)
    for index in plans.indices {
      let port = plans[index].port
      if let clusterIP = plans[index].clusterIP, !claim(clusterIP, port, index, plans) {
        plans[index].clusterIP = nil
      }
      let clusterIP = plans[index].clusterIP
      if !plans[index].externalIPs.isEmpty {
        plans[index].externalIPs = plans[index].externalIPs
          .filter { $0 != clusterIP && claim($0, port, index, plans) }
      }
      if !plans[index].loadBalancerIPs.isEmpty {
        plans[index].loadBalancerIPs = plans[index].loadBalancerIPs
          .filter { $0 != clusterIP && claim($0, port, index, plans) }
      }
      if plans[index].nodePort != 0, !claim(nil, plans[index].nodePort, index, plans) {
        plans[index].nodePort = 0
      }
    }
  }

  private mutating func claim(
    _ address: IPAddress?, _ port: UInt16, _ index: Int, _ plans: [ServicePortPlan]
  ) -> Bool {
    let plan = plans[index]
    let owner = owners[
      Frontend(address: address, port: port, transport: plan.transport), default: index]
    owners[Frontend(address: address, port: port, transport: plan.transport)] = owner
    if owner == index { return true }
    let clash = Clash(
      address: address, port: port, transport: plan.transport, owner: plans[owner].name, loser: plan.name,
      ownerPosition: plans[owner].position, position: plan.position)
    if clashes.last != clash { clashes.append(clash) }
    return false
  }
}
