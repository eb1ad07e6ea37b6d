import NetworkAddresses

/// A `discovery.k8s.io/v1` EndpointSlice, or what stands in for one.
public struct EndpointSlice: Hashable, Sendable {
  public enum AddressType: String, Hashable, Sendable, CaseIterable {
    case ipv4 = "IPv4"
    case ipv6 = "IPv6"
    case fqdn = "FQDN"

    /// Nil for names.
    public var family: IPFamily? {
      switch self {
      case .ipv4: .ipv4
      case .ipv6: .ipv6
      case .fqdn: nil
      }
    }
  }

  /// How the slice came about.
  public enum Origin: Hashable, Sendable {
    case written
    /// From Pods and a Service's selector, as the EndpointSlice controller would.
    case derivedFromPods
    /// From a `v1` Endpoints object, as the mirroring controller would.
    case mirroredFromEndpoints
  }

  public var name: NamespacedName
  public var position: SourcePosition
  /// The label `kubernetes.io/service-name` (EPS-1). Nil: missing or empty, the slice is ignored.
  public var serviceName: String?
  /// The label `service.kubernetes.io/headless` is present (EPS-11).
  public var isHeadless = false
  public var addressType: AddressType
  public var ports: [EndpointPort] = []
  public var endpoints: [Endpoint] = []
  public var origin: Origin = .written
  /// The annotation `endpoints.kubernetes.io/last-change-trigger-time` (MET-5).
  public var lastChangeTriggerTime: String?
  /// The annotation ``Service/ignoredChecksAnnotation``.
  public var ignoredChecks: Located<String>?

  public init(name: NamespacedName, position: SourcePosition, addressType: AddressType) {
    self.name = name
    self.position = position
    self.addressType = addressType
  }

  public static let serviceNameLabel = "kubernetes.io/service-name"
  public static let headlessLabel = "service.kubernetes.io/headless"

  /// The Service it belongs to.
  public var owner: NamespacedName? {
    serviceName.map { NamespacedName(namespace: name.namespace, name: $0) }
  }
}

/// One entry of a slice's `ports`.
public struct EndpointPort: Hashable, Sendable {
  /// Nil where the name is null: such a port is skipped (EPS-4). A missing name is "".
  public var name: String?
  public var transport: TransportProtocol
  /// Nil where the number is null or zero: such a port is skipped (EPS-4).
  public var port: UInt16?
  public var position: SourcePosition

  public init(name: String?, transport: TransportProtocol, port: UInt16?, position: SourcePosition) {
    self.name = name
    self.transport = transport
    self.port = port
    self.position = position
  }
}

/// One entry of a slice's `endpoints`, with its first address (EPS-5). Entries without an address are not kept.
public struct Endpoint: Hashable, Sendable {
  public var address: IPAddress
  /// The conditions as given, unset ones with their defaults (EPC-1).
  public var isReady = true
  public var isServing = true
  public var isTerminating = false
  /// Nil: never local (EPS-7).
  public var nodeName: String?
  public var zone: String?
  /// Nil where the endpoint has no `hints`.
  public var hints: EndpointHints?
  public var position: SourcePosition

  public init(address: IPAddress, position: SourcePosition) {
    self.address = address
    self.position = position
  }
}

/// `hints` of an endpoint: who should use it.
public struct EndpointHints: Hashable, Sendable {
  public var forNodes: [String]
  public var forZones: [String]

  public init(forNodes: [String] = [], forZones: [String] = []) {
    self.forNodes = forNodes
    self.forZones = forZones
  }
}
