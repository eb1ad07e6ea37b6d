import KubernetesObjects
import NetworkAddresses

/// What identifies a service port (FRONT-2).
public struct ServicePortName: Hashable, Sendable, Comparable, CustomStringConvertible {
  public var service: NamespacedName
  /// The port's name, may be empty.
  public var port: String
  public var transport: TransportProtocol

  public init(service: NamespacedName, port: String, transport: TransportProtocol) {
    self.service = service
    self.port = port
    self.transport = transport
  }

  /// `namespace/name:port`, without the colon where the port has no name (IPT-5).
  public var description: String {
    port.isEmpty ? "\(service)" : "\(service):\(port)"
  }

  public static func < (a: ServicePortName, b: ServicePortName) -> Bool {
    if a.service != b.service { return a.service < b.service }
    if a.port != b.port { return a.port < b.port }
    return a.transport < b.transport
  }
}
