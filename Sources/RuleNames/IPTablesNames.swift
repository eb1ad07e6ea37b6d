import NetworkAddresses
import ServicePlan

/// Names of the iptables chains of one service port, as kube-proxy gives them (IPT-5).
public struct IPTablesNames: Sendable {
  private let prefix: [UInt8]
  private let hash: String

  public init(_ name: ServicePortName) {
    prefix = Array("\(name)\(name.transport.word)".utf8)
    hash = NameHash.text(prefix, length: 16)
  }

  /// The cluster set.
  public var service: String { "KUBE-SVC-" + hash }
  /// The local set.
  public var local: String { "KUBE-SVL-" + hash }
  /// External frontends.
  public var external: String { "KUBE-EXT-" + hash }
  /// Load balancer addresses with source ranges.
  public var firewall: String { "KUBE-FW-" + hash }

  /// One endpoint of the service port.
  public func endpoint(_ backend: Backend) -> String {
    "KUBE-SEP-" + NameHash.text(prefix + Array(backend.key.utf8), length: 16)
  }
}
