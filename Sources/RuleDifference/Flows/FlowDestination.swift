import NFTables
import NetworkAddresses
import RuleEvaluator

/// Where connections go.
public struct FlowDestination: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable {
    /// An address and port that a Service has, or had.
    case frontend
    /// A cluster IP, at a port or by a protocol that no Service has there.
    case otherPort
    /// An address of the Service ranges that no Service has.
    case unallocated
    /// A health check node port.
    case healthCheck
    /// A loopback address, at a port no Service has.
    case loopback
    /// Anywhere behind the node, in packets that open no connection.
    case forwarded
  }

  public var kind: Kind
  public var address: IPAddress
  public var transport: PacketProtocol
  /// Zero where the protocol has none.
  public var port: UInt16
  /// ``ConnectionState/new`` but for ``Kind/forwarded``.
  public var state: ConnectionState

  init(
    _ kind: Kind, _ address: IPAddress, _ transport: PacketProtocol, port: UInt16, state: ConnectionState = .new
  ) {
    self.kind = kind
    self.address = address
    self.transport = transport
    self.port = port
    self.state = state
  }

  /// `10.96.0.10:80`, `[fd00::1]:80`
  var endpoint: String { EndpointText.text(address, port) }
}

enum EndpointText {
  static func text(_ address: IPAddress, _ port: UInt16) -> String {
    address.family == .ipv4 ? "\(address):\(port)" : "[\(address)]:\(port)"
  }
}
