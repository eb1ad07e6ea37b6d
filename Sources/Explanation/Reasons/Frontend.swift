import NetworkAddresses
import ServicePlan

/// What a destination is to Services.
public struct Frontend: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable {
    case clusterIP = "cluster IP"
    case externalIP = "external IP"
    case loadBalancerIP = "load balancer address"
    case nodePort = "node port"
  }

  public var kind: Kind
  public var plan: ServicePortPlan

  public var servicePort: ServicePortName { plan.name }

  /// Whether externalTrafficPolicy is the one that counts.
  public var isExternal: Bool { kind != .clusterIP }
}

/// The frontends that a destination may be, in the order rules ask for them (FRONT-8).
struct FrontendSearch {
  var byAddress: Frontend?
  /// Where node ports are served on the address.
  var byNodePort: Frontend?
  /// The service port that has this number as its node port, whether or not it is served on the address.
  var nodePortOwner: ServicePortPlan?
  /// Service ports with the address, whatever their port and protocol.
  var sharers: [Frontend] = []
  var healthCheckOwner: ServicePortPlan?

  init(_ plan: NodePlan, _ destination: Destination, acceptsNodePorts: Bool) {
    let address = destination.address
    for port in plan.servicePorts {
      if let kind = FrontendSearch.kind(of: address, in: port) {
        let frontend = Frontend(kind: kind, plan: port)
        sharers.append(frontend)
        if byAddress == nil, port.port == destination.port, port.transport == destination.transport {
          byAddress = frontend
        }
      }
      if port.nodePort == destination.port, port.nodePort != 0, port.transport == destination.transport {
        if nodePortOwner == nil { nodePortOwner = port }
        if acceptsNodePorts, byNodePort == nil { byNodePort = Frontend(kind: .nodePort, plan: port) }
      }
      if healthCheckOwner == nil, port.healthCheckNodePort == destination.port, port.healthCheckNodePort != 0,
        destination.transport == .tcp
      {
        healthCheckOwner = port
      }
    }
  }

  private static func kind(of address: IPAddress, in port: ServicePortPlan) -> Frontend.Kind? {
    if port.clusterIP == address { return .clusterIP }
    if port.loadBalancerIPs.contains(address) { return .loadBalancerIP }
    if port.externalIPs.contains(address) { return .externalIP }
    return nil
  }
}
