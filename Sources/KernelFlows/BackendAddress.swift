import NetworkAddresses

/// An address and a port: a frontend, a backend, or one end of a connection.
public struct BackendAddress: Hashable, Sendable, Comparable, CustomStringConvertible {
  public var address: IPAddress
  /// Zero where the protocol has no ports.
  public var port: UInt16

  public init(_ address: IPAddress, port: UInt16) {
    self.address = address
    self.port = port
  }

  /// By address, then by port.
  public static func < (a: BackendAddress, b: BackendAddress) -> Bool {
    a.address != b.address ? a.address < b.address : a.port < b.port
  }

  /// `ip:port`, or `[ip]:port` (EPS-6).
  public var description: String {
    address.family == .ipv4 ? "\(address):\(port)" : "[\(address)]:\(port)"
  }
}
