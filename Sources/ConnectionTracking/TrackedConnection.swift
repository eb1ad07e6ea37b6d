import NetworkAddresses

/// An address and a port: one end of a connection.
public struct ConnectionEnd: Hashable, Sendable, Comparable {
  public var address: IPAddress
  public var port: UInt16

  public init(_ address: IPAddress, _ port: UInt16) {
    self.address = address
    self.port = port
  }

  public static func < (a: ConnectionEnd, b: ConnectionEnd) -> Bool {
    a.address == b.address ? a.port < b.port : a.address < b.address
  }
}

extension ConnectionEnd: CustomStringConvertible {
  /// `10.96.0.10:53`, `[fd00::10]:53`
  public var description: String {
    address.family == .ipv4 ? "\(address):\(port)" : "[\(address)]:\(port)"
  }
}

/// An entry of the kernel's connection tracking table: what is sent, and what is expected to come back.
///
/// The two directions mirror each other unless the connection is translated: then answers come from the backend
/// (``replySource``) and go to an address of the node if it is masqueraded (``replyDestination``).
public struct TrackedConnection: Hashable, Sendable {
  public var transport: TransportProtocol
  public var originalSource: ConnectionEnd
  public var originalDestination: ConnectionEnd
  public var replySource: ConnectionEnd
  public var replyDestination: ConnectionEnd
  /// The conntrack zone; 0 is where all traffic is unless somebody put it elsewhere.
  public var zone: UInt16
  /// What the kernel calls the entry as long as it lives; nil: not known.
  public var id: UInt32?

  public init(
    transport: TransportProtocol, originalSource: ConnectionEnd, originalDestination: ConnectionEnd,
    replySource: ConnectionEnd, replyDestination: ConnectionEnd, zone: UInt16 = 0, id: UInt32? = nil
  ) {
    self.transport = transport
    self.originalSource = originalSource
    self.originalDestination = originalDestination
    self.replySource = replySource
    self.replyDestination = replyDestination
    self.zone = zone
    self.id = id
  }

  public var family: IPFamily { originalSource.address.family }

  /// Whether its destination is rewritten.
  public var isTranslated: Bool { replySource != originalDestination }
}
