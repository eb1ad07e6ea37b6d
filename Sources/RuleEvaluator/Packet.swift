import NFTables
import NetworkAddresses

/// The first packet of a connection, or with ``state`` another one, as it enters the node or leaves a process of it.
public struct Packet: Hashable, Sendable {
  /// Where it comes from: this decides its path through the hooks, not whether its source counts as local.
  public enum Origin: String, Hashable, Sendable, CaseIterable {
    /// A pod of this node.
    case pod
    /// Enters by another interface.
    case external
    /// Made by a process of this node.
    case node
    /// The same, over loopback.
    case localhost

    /// Whether it passes the output hook rather than prerouting.
    public var isMadeOnNode: Bool { self == .node || self == .localhost }
  }

  public var origin: Origin
  public var source: IPAddress
  public var destination: IPAddress
  public var transport: PacketProtocol
  public var sourcePort: UInt16
  /// Zero where the protocol has no ports.
  public var destinationPort: UInt16
  /// Empty for packets the node makes itself, which come in by none (EVAL-5).
  public var inputInterface: String
  public var state: ConnectionState
  public var mark: UInt32

  /// - Parameter inputInterface: nil for a default that fits the origin, see ``defaultInterface(_:)``.
  public init(
    from origin: Origin, _ source: IPAddress, to destination: IPAddress, _ transport: PacketProtocol,
    port destinationPort: UInt16, sourcePort: UInt16 = 40_000, inputInterface: String? = nil,
    state: ConnectionState = .new, mark: UInt32 = 0
  ) {
    self.origin = origin
    self.source = source
    self.destination = destination
    self.transport = transport
    self.sourcePort = sourcePort
    self.destinationPort = destinationPort
    self.inputInterface = origin.isMadeOnNode ? "" : inputInterface ?? Packet.defaultInterface(origin)
    self.state = state
    self.mark = mark
  }

  /// `pods0` for pods, `eth0` for other origins that have an interface.
  public static func defaultInterface(_ origin: Origin) -> String {
    switch origin {
    case .pod: "pods0"
    case .external: "eth0"
    case .node, .localhost: ""
    }
  }

  public var family: IPFamily { destination.family }
}

/// The protocol of a packet: more than Services can have.
public struct PacketProtocol: Hashable, Sendable, CustomStringConvertible {
  /// As in the IP header.
  public var number: UInt8

  public init(number: UInt8) { self.number = number }

  public init(_ transport: TransportProtocol) { number = transport.number }

  public static let tcp = PacketProtocol(.tcp)
  public static let udp = PacketProtocol(.udp)
  public static let sctp = PacketProtocol(.sctp)

  /// ICMP of IPv4, ICMPv6 of IPv6.
  public static func icmp(_ family: IPFamily) -> PacketProtocol {
    PacketProtocol(number: family == .ipv4 ? 1 : 58)
  }

  /// Nil for protocols no Service port can have.
  public var transport: TransportProtocol? { TransportProtocol(number: number) }

  public var description: String {
    switch number {
    case 1: "icmp"
    case 58: "icmpv6"
    default: transport?.word ?? "\(number)"
    }
  }
}
