import KubernetesObjects
import NetworkAddresses
import RuleEvaluator
import RuleTargets
import ServicePlan

/// One side of a comparison: a node in one family, its rules, and what finds a frontend's owner.
public struct ComparedNode: Sendable {
  public let plan: NodePlan
  /// Whose rules these are, or are most like.
  public let target: RuleTarget
  /// Several where a node has those of more than one proxy.
  public let rules: [CompiledRules]
  /// Whether the rules are what the plan compiles to. Otherwise every frontend of the plan has to be looked at.
  public let isCompiled: Bool

  /// A frontend, whoever owns it.
  struct Frontend: Hashable {
    /// Nil: a node port.
    var address: IPAddress?
    var port: UInt16
    var transport: TransportProtocol
  }

  struct LocalEndpoint: Hashable {
    var address: IPAddress
    var port: UInt16
    var transport: TransportProtocol
  }

  private let owners: [Frontend: Int]
  let clusterIPs: Set<IPAddress>
  /// Endpoints of this node that rules know, of whatever service port (NFT-17).
  let localEndpoints: Set<LocalEndpoint>
  let detector: LocalTrafficDetector?
  /// Addresses of the node, loopback aside. One that stands in where none is known.
  let addresses: [IPAddress]
  let environment: NodeEnvironment

  public init(_ plan: NodePlan, target: RuleTarget, options: RuleTargetOptions = RuleTargetOptions()) {
    self.init(plan, target: target, rules: [target.compile(plan, options: options)], isCompiled: true)
  }

  /// A node with rules from elsewhere, such as those a kernel has. They are asked about the frontends of the plan.
  public init(_ plan: NodePlan, target: RuleTarget, foundRules: [CompiledRules]) {
    self.init(plan, target: target, rules: foundRules, isCompiled: false)
  }

  private init(_ plan: NodePlan, target: RuleTarget, rules: [CompiledRules], isCompiled: Bool) {
    self.plan = plan
    self.target = target
    self.rules = rules
    self.isCompiled = isCompiled
    var owners: [Frontend: Int] = [:]
    var clusterIPs: Set<IPAddress> = []
    var localEndpoints: Set<LocalEndpoint> = []
    owners.reserveCapacity(plan.servicePorts.count * 2)
    for (index, port) in plan.servicePorts.enumerated() {
      for frontend in port.frontendKeys { owners[frontend] = index }
      if let clusterIP = port.clusterIP { clusterIPs.insert(clusterIP) }
      for backend in port.reachableBackends where backend.isLocal {
        localEndpoints.insert(
          LocalEndpoint(address: backend.address, port: backend.port, transport: port.transport))
      }
    }
    self.owners = owners
    self.clusterIPs = clusterIPs
    self.localEndpoints = localEndpoints
    detector = plan.detector
    let own = plan.configuration.interfaceAddresses.filter { $0.family == plan.family }
    addresses = own.isEmpty ? [ComparedNode.standIn(plan.family)] : own
    environment = NodeEnvironment(addresses: addresses)
  }

  /// An address of documentation (RFC 5737, RFC 3849), so that node ports of a node without known addresses are looked at.
  static func standIn(_ family: IPFamily) -> IPAddress {
    family == .ipv4 ? IPAddress(ipv4: 0xc000_02fe) : IPAddress(ipv6High: 0x2001_0db8_0000_0000, low: 0xfe)
  }

  func evaluator() throws(EvaluationError) -> PacketEvaluator {
    try PacketEvaluator(rules, environment: environment)
  }

  /// The service ports that may decide about a destination: the owner of the address, then that of a node port.
  func owners(of destination: FlowDestination) -> [ServicePortPlan] {
    guard destination.kind == .frontend, let transport = destination.transport.transport else { return [] }
    let keys = [
      Frontend(address: destination.address, port: destination.port, transport: transport),
      Frontend(address: nil, port: destination.port, transport: transport),
    ]
    return (environment.isLocal(destination.address) ? keys : [keys[0]])
      .compactMap { owners[$0].map { plan.servicePorts[$0] } }
  }

  func owns(_ frontend: Frontend) -> Bool { owners[frontend] != nil }

  /// What decides about every packet, whatever the Services.
  struct Circumstances: Hashable {
    var target: RuleTarget
    var isCompiled: Bool
    var configuration: NodeConfiguration
  }

  var circumstances: Circumstances {
    var configuration = plan.configuration
    // These shape the plan alone, or do not show.
    configuration.nodeName = ""
    configuration.zone = nil
    configuration.iptablesMasqueradeBit = 0
    configuration.nftablesMasqueradeBit = 0
    // Of the other family nothing matters here.
    configuration.interfaceAddresses = configuration.interfaceAddresses.filter { $0.family == plan.family }.sorted()
    configuration.nodeIPs = configuration.primaryAddress(plan.family).map { [$0] } ?? []
    configuration.serviceCIDRs = plan.serviceCIDRs
    configuration.detectLocal =
      switch detector {
      case .source(let prefix): .clusterCIDR([prefix])
      case .interface(let name): .bridgeInterface(name)
      case .interfacePrefix(let prefix): .interfaceNamePrefix(prefix)
      case nil: .none
      }
    return Circumstances(target: target, isCompiled: isCompiled, configuration: configuration)
  }
}

extension ServicePortPlan {
  var frontendKeys: [ComparedNode.Frontend] {
    let addresses = [clusterIP].compactMap { $0 } + externalIPs + loadBalancerIPs
    let keys = addresses.map { ComparedNode.Frontend(address: $0, port: port, transport: transport) }
    return nodePort == 0 ? keys : keys + [ComparedNode.Frontend(address: nil, port: nodePort, transport: transport)]
  }
}
