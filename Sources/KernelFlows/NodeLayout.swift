import NetworkAddresses
import ServicePlan

/// The node that packets are sent through: its interfaces, addresses and routes.
///
/// There are always the interfaces ``externalInterface``, with the default routes and the first address of each family,
/// `eth1` with the second ones, and ``podInterface`` with all further ones and the routes to the pods.
public struct NodeLayout: Hashable, Sendable {
  /// Where everything lies that is not on the node.
  public static let externalInterface = "eth0"
  /// Where the node's pods are.
  public static let podInterface = "pods0"
  static let secondInterface = "eth1"

  /// Addresses of the node's interfaces, loopback aside.
  public var addresses: [IPAddress]
  /// Addresses of the node's pods, backends and clients.
  public var podAddresses: Set<IPAddress>
  /// Further interfaces that packets come in by. At most 15 bytes each.
  public var interfaces: Set<String>
  /// Bits of the packet mark that the rules use; the harness takes another one for itself.
  public var usedMarkBits: UInt32

  public init(
    addresses: [IPAddress], podAddresses: Set<IPAddress> = [], interfaces: Set<String> = [],
    usedMarkBits: UInt32 = 1 << 14
  ) {
    self.addresses = addresses
    self.podAddresses = podAddresses
    self.interfaces = interfaces
    self.usedMarkBits = usedMarkBits
  }

  /// A node as configured, with room for all that plans and packets name.
  ///
  /// - Parameters:
  ///   - plans: of both families, and of all states the rules will go through.
  ///   - packets: all that will be sent.
  public init(
    _ configuration: NodeConfiguration, plans: some Sequence<NodePlan>, packets: some Sequence<FlowPacket>
  ) {
    self.init(
      addresses: configuration.interfaceAddresses,
      usedMarkBits: 1 << UInt32(configuration.iptablesMasqueradeBit & 31)
        | 1 << UInt32(configuration.nftablesMasqueradeBit & 31))
    for plan in plans {
      for servicePort in plan.servicePorts {
        for backend in servicePort.reachableBackends where backend.isLocal { podAddresses.insert(backend.address) }
      }
    }
    for packet in packets where !packet.origin.isMadeOnNode {
      if packet.origin == .pod { podAddresses.insert(packet.source) }
      if let interface = packet.interface { interfaces.insert(interface) }
    }
    podAddresses.subtract(configuration.interfaceAddresses)
  }

  /// All interfaces but loopback.
  var interfaceNames: [String] {
    let fixed = [NodeLayout.externalInterface, NodeLayout.secondInterface, NodeLayout.podInterface]
    return fixed + interfaces.subtracting(fixed).sorted()
  }

  /// The interface of the address that comes so many after the first one of its family.
  func interface(ofAddress index: Int) -> String {
    switch index {
    case 0: NodeLayout.externalInterface
    case 1: NodeLayout.secondInterface
    default: NodeLayout.podInterface
    }
  }

  /// A bit of the packet mark that the rules leave alone.
  var probeMarkBit: UInt32 {
    let bit = (0..<32).reversed().map { UInt32(1) << $0 }.first { $0 & usedMarkBits == 0 }
    return bit ?? 0
  }
}
