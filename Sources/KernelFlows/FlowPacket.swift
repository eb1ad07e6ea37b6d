import NetworkAddresses

/// A packet to be sent through a node: what it is and where it enters.
public struct FlowPacket: Hashable, Sendable {
  /// Where the packet comes from: this decides its path through the hooks, not whether its source counts as local.
  public enum Origin: String, Hashable, Sendable, CaseIterable {
    /// Enters from a pod of the node.
    case pod
    /// Enters by another interface.
    case external
    /// Is made by a process of the node.
    case node
    /// The same, over loopback.
    case localhost

    /// Whether the packet passes the output hook rather than prerouting.
    public var isMadeOnNode: Bool { self == .node || self == .localhost }
  }

  /// What is sent; see ``State`` for which packet of a connection.
  public enum Transport: Hashable, Sendable {
    case tcp
    case udp
    /// Crafted chunks, so that neither side needs a kernel with SCTP sockets.
    case sctp
    /// An echo request of ICMP or ICMPv6.
    case icmpEcho

    public init(_ transport: TransportProtocol) {
      switch transport {
      case .tcp: self = .tcp
      case .udp: self = .udp
      case .sctp: self = .sctp
      }
    }
  }

  /// What connection tracking is to make of the packet.
  public enum State: String, Hashable, Sendable, CaseIterable {
    /// The first packet of a connection.
    case new
    /// The third packet of a connection that was opened before any rules were loaded.
    case established
    /// The first packet of a connection that another one has announced: FTP data, so TCP only.
    case related
    /// A packet that belongs to no connection and cannot open one.
    case invalid
  }

  public var origin: Origin
  public var source: IPAddress
  public var destination: IPAddress
  public var transport: Transport
  /// The destination port; means nothing for ICMP.
  public var port: UInt16
  /// What the packet comes in by; nil: ``NodeLayout/podInterface`` or ``NodeLayout/externalInterface``, as the origin
  /// is. Means nothing for packets made on the node. Must be one of the layout's interfaces.
  public var interface: String?
  public var state: State

  public init(
    from origin: Origin, _ source: IPAddress, to destination: IPAddress, _ transport: Transport, port: UInt16,
    interface: String? = nil, state: State = .new
  ) {
    self.origin = origin
    self.source = source
    self.destination = destination
    self.transport = transport
    self.port = port
    self.interface = interface
    self.state = state
  }

  /// Where the packet is sent to.
  public var frontend: BackendAddress { BackendAddress(destination, port: transport == .icmpEcho ? 0 : port) }

  public var family: IPFamily { destination.family }
}
