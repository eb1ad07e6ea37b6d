import NetworkAddresses
import ServicePlan

/// Names of the nftables chains and sets of one service port, as kube-proxy gives them (NFT-11).
public struct NFTablesNames: Sendable {
  /// What follows a prefix such as `service-`: `H-namespace/name/protocol/port`.
  public let base: String
  private let path: String

  public init(_ name: ServicePortName) {
    path = "\(name.service.namespace)/\(name.service.name)/\(name.transport.word)/\(name.port)"
    base = NFTablesNames.hashed(path)
  }

  /// The cluster set.
  public var service: String { "service-" + base }
  /// The local set.
  public var local: String { "local-" + base }
  /// External frontends.
  public var external: String { "external-" + base }
  /// Load balancer addresses with source ranges.
  public var firewall: String { "firewall-" + base }

  /// What follows `endpoint-` and `affinity-` for one endpoint of the service port.
  public func endpointBase(_ backend: Backend) -> String {
    let address = backend.address.description
    // The colon is no character of an nftables name.
    let spelled = backend.address.family == .ipv4 ? address : String(address.map { $0 == ":" ? "." : $0 })
    return NFTablesNames.hashed("\(path)__\(spelled)/\(backend.port)")
  }

  /// The longest base; with the longest prefix it stays below the kernel's 256 bytes.
  private static let limit = 240

  private static func hashed(_ path: String) -> String {
    let base = NameHash.text(Array(path.utf8), length: 8) + "-" + path
    guard base.utf8.count > limit else { return base }
    return String(decoding: base.utf8.prefix(limit - 3), as: UTF8.self) + "..."
  }
}
