import KubernetesObjects
import NFTables
import NetworkAddresses
import RuleEvaluator
import ServicePlan

/// Packets for two plans together, chosen without any thought of classes: every address anything in either plan mentions,
/// and some beside them, as a source; every frontend and its neighbours as a destination.
struct FlowProbes {
  struct Destination: Hashable {
    var address: IPAddress
    var transport: PacketProtocol
    var port: UInt16
  }

  let destinations: [Destination]
  private let sources: [(origin: Packet.Origin, address: IPAddress, interface: String)]

  init(_ old: NodePlan, _ new: NodePlan) {
    let family = new.family
    func addresses(_ texts: String...) -> [IPAddress] {
      texts.compactMap { IPAddress($0) }.filter { $0.family == family }
    }
    let ports = old.servicePorts + new.servicePorts
    let loopback = addresses("127.0.0.1", "::1")
    let own = Set(
      (old.configuration.interfaceAddresses + new.configuration.interfaceAddresses)
        .filter { $0.family == family })
    var destinations: Set<Destination> = []
    for port in ports {
      let transport = PacketProtocol(port.transport)
      let fronts = [port.clusterIP].compactMap { $0 } + port.externalIPs + port.loadBalancerIPs
      for address in fronts + own.sorted() + loopback {
        for number in [port.port, port.nodePort, port.healthCheckNodePort] where number != 0 {
          destinations.insert(Destination(address: address, transport: transport, port: number))
          destinations.insert(Destination(address: address, transport: .tcp, port: number))
        }
      }
      for address in fronts {
        destinations.insert(Destination(address: address, transport: .udp, port: 4))
        destinations.insert(Destination(address: address, transport: .icmp(family), port: 0))
      }
    }
    for address in addresses(
      "10.96.0.99", "10.97.9.9", "10.111.0.1", "fd00:96::99", "fd00:96:0:0:1::1", "127.0.0.1", "::1")
    {
      destinations.insert(Destination(address: address, transport: .tcp, port: 4))
    }
    self.destinations = destinations.sorted {
      ($0.address, $0.transport.number, $0.port) < ($1.address, $1.transport.number, $1.port)
    }

    var clients = Set(
      addresses(
        "203.0.113.9", "203.0.113.129", "203.0.113.200", "8.8.8.8", "192.0.2.77", "10.244.1.99", "10.244.9.9",
        "10.245.0.1",
        "2001:db8:c::9", "2001:db8:c:0:8000::7", "2001:db8:d::1", "2001:db8::77", "fd00:244:1::99", "fd00:244:9::9",
        "fd01::1"))
    for port in ports {
      clients.formUnion(port.reachableBackends.map(\.address))
      for range in port.sourceRanges {
        clients.insert(range.lastAddress)
        if let next = range.lastAddress.successor { clients.insert(next) }
      }
    }
    let loadBalancers = Set(ports.filter(\.isFiltered).flatMap(\.loadBalancerIPs))
    clients = clients.filter { !own.contains($0) || loadBalancers.contains($0) }.union(loadBalancers)
    sources =
      clients.sorted().flatMap { client in
        [(.pod, client, "pods0"), (.external, client, "eth0")] as [(Packet.Origin, IPAddress, String)]
      }
      + own.sorted().map { (.node, $0, "") } + loopback.map { (.localhost, $0, "") }
  }

  func packets(to destination: Destination) -> [Packet] {
    sources.map { source in
      Packet(
        from: source.origin, source.address, to: destination.address, destination.transport, port: destination.port,
        inputInterface: source.interface)
    }
  }
}
