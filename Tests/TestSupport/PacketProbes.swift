import KubernetesObjects
import NFTables
import NetworkAddresses
import RuleEvaluator
import ServicePlan

/// The packets that a cluster is asked about: every frontend from every kind of origin, and what lies next to it.
public struct PacketProbes {
  private struct Sender: Hashable {
    var origin: Packet.Origin
    var address: IPAddress
    var interface: String?
  }

  private struct Target: Hashable {
    var address: IPAddress
    var port: UInt16
    var transport: PacketProtocol
  }

  private let plan: NodePlan
  private let own: [IPAddress]
  private let loopback: IPAddress

  private init(_ plan: NodePlan) {
    self.plan = plan
    own = plan.configuration.interfaceAddresses.filter { $0.family == plan.family }
    loopback = plan.family == .ipv4 ? IPAddress(ipv4: 0x7f00_0001) : IPAddress(ipv6High: 0, low: 1)
  }

  public static func packets(for plan: NodePlan) -> [Packet] {
    let probes = PacketProbes(plan)
    let frontends = probes.frontends()
    let neighbours = probes.neighbours(of: Set(frontends))
    let senders = probes.senders()
    var packets: [Packet] = []
    for target in frontends {
      packets += senders.compactMap { packet($0, target) }
    }
    // A few origins are enough for what is no frontend: in turn, so that all kinds are met.
    for (index, target) in neighbours.enumerated() {
      packets += [senders[index % senders.count], senders[(index + 2) % senders.count]].compactMap {
        packet($0, target)
      }
    }
    // Every backend that may come back to itself.
    for port in plan.servicePorts {
      guard let target = probes.frontends(of: port).first else { continue }
      packets += port.reachableBackends.compactMap { packet(probes.sender($0), target) }
    }
    let uninvolved = Target(address: probes.address("10.244.9.9", "fd00:244:9::9"), port: 80, transport: .tcp)
    for state in [ConnectionState.established, .invalid] {
      for sender in [senders[0], probes.node] {
        packets += ([uninvolved] + frontends.prefix(3)).compactMap { packet(sender, $0, state) }
      }
    }
    return packets
  }

  /// Some of the packets; which ones depends on their number alone.
  public static func sample(_ packets: [Packet], limit: Int) -> [Packet] {
    if packets.count <= limit { return packets }
    var random = SeededNumbers(seed: UInt64(packets.count))
    return Array(packets.shuffled(using: &random).prefix(limit))
  }

  /// Packets that ``packets(for:)`` leaves out: from every origin and every backend to every frontend and neighbour, of
  /// connections in every state.
  public static func strangePackets(for plan: NodePlan) -> [Packet] {
    let probes = PacketProbes(plan)
    let frontends = probes.frontends()
    let targets = frontends + probes.neighbours(of: Set(frontends))
    let backends = plan.servicePorts.flatMap(\.reachableBackends).map(probes.sender)
    return ConnectionState.allCases.flatMap { state in
      (probes.senders() + backends).flatMap { sender in targets.compactMap { packet(sender, $0, state) } }
    }
  }

  private static func packet(_ sender: Sender, _ target: Target, _ state: ConnectionState = .new) -> Packet? {
    // Over loopback only loopback addresses are reached.
    if sender.origin == .localhost, !target.address.isLoopback { return nil }
    return Packet(
      from: sender.origin, sender.address, to: target.address, target.transport, port: target.port,
      inputInterface: sender.interface, state: state)
  }

  private func address(_ ipv4: String, _ ipv6: String) -> IPAddress {
    IPAddress(plan.family == .ipv4 ? ipv4 : ipv6) ?? .unspecified(plan.family)
  }

  private func senders() -> [Sender] {
    var senders = [
      Sender(origin: .external, address: address("203.0.113.9", "2001:db8:c::9")),
      Sender(origin: .external, address: address("203.0.113.200", "2001:db8:d::200")),
      Sender(origin: .pod, address: address("10.244.1.9", "fd00:244:1::9")),
      Sender(origin: .localhost, address: loopback),
    ]
    senders.append(node)
    if own.count > 1 { senders.append(Sender(origin: .node, address: own[1])) }
    // A backend that may reach itself, and a distant one that comes by an interface no pod has.
    let backends = plan.servicePorts.flatMap(\.reachableBackends)
    if let backend = backends.first(where: \.isLocal) { senders.append(sender(backend)) }
    if let backend = backends.first(where: { !$0.isLocal }) { senders.append(sender(backend)) }
    // A load balancer's own address (FW-5).
    if let vip = plan.servicePorts.lazy.filter(\.isFiltered).compactMap(\.loadBalancerIPs.first).first {
      senders.append(Sender(origin: .external, address: vip))
    }
    return senders
  }

  /// The node by its first address; one without addresses has loopback.
  private var node: Sender { Sender(origin: .node, address: own.first ?? loopback) }

  private func sender(_ backend: Backend) -> Sender {
    backend.isLocal
      ? Sender(origin: .pod, address: backend.address)
      : Sender(origin: .external, address: backend.address, interface: "eth1")
  }

  private func unique(_ targets: [Target]) -> [Target] {
    var seen: Set<Target> = []
    return targets.filter { seen.insert($0).inserted }
  }

  private func frontends() -> [Target] { unique(plan.servicePorts.flatMap(frontends)) }

  private func frontends(of port: ServicePortPlan) -> [Target] {
    let transport = PacketProtocol(port.transport)
    let addresses = [port.clusterIP].compactMap { $0 } + port.externalIPs + port.loadBalancerIPs
    let nodePortAddresses = port.nodePort == 0 ? [] : own.prefix(2) + [loopback]
    return addresses.map { Target(address: $0, port: port.port, transport: transport) }
      + nodePortAddresses.map { Target(address: $0, port: port.nodePort, transport: transport) }
  }

  /// Other ports and protocols of the same addresses, and addresses that no Service has.
  private func neighbours(of frontends: Set<Target>) -> [Target] {
    var targets: [Target] = []
    for port in plan.servicePorts {
      let transport = PacketProtocol(port.transport)
      for address in [port.clusterIP, port.loadBalancerIPs.first].compactMap({ $0 }) {
        targets.append(Target(address: address, port: port.port + 1, transport: transport))
        targets.append(Target(address: address, port: port.port, transport: port.transport == .udp ? .tcp : .udp))
        targets.append(Target(address: address, port: 0, transport: .icmp(plan.family)))
        if port.nodePort != 0 { targets.append(Target(address: address, port: port.nodePort, transport: transport)) }
      }
      guard let first = own.first else { continue }
      targets.append(Target(address: first, port: port.port, transport: transport))
      if port.nodePort != 0 { targets.append(Target(address: first, port: port.nodePort + 5, transport: transport)) }
      if port.healthCheckNodePort != 0 {
        targets.append(Target(address: first, port: port.healthCheckNodePort, transport: .tcp))
      }
    }
    targets.append(Target(address: address("10.96.0.99", "fd00:96::99"), port: 80, transport: .tcp))
    targets.append(Target(address: loopback, port: 10249, transport: .tcp))
    return unique(targets).filter { !frontends.contains($0) }
  }
}
