import NetworkAddresses

/// A `v1` Pod: what deriving slices and advice about selectors need.
public struct Pod: Hashable, Sendable {
  public enum Phase: String, Hashable, Sendable, CaseIterable {
    case pending = "Pending"
    case running = "Running"
    case succeeded = "Succeeded"
    case failed = "Failed"
    case unknown = "Unknown"
  }

  public struct ContainerPort: Hashable, Sendable {
    /// May be empty.
    public var name: String
    public var transport: TransportProtocol
    public var port: UInt16
    public var position: SourcePosition

    public init(name: String, transport: TransportProtocol, port: UInt16, position: SourcePosition) {
      self.name = name
      self.transport = transport
      self.port = port
      self.position = position
    }
  }

  public var name: NamespacedName
  public var position: SourcePosition
  public var labels: [String: String] = [:]
  /// `status.podIPs`, or `status.podIP` alone.
  public var addresses: [Located<IPAddress>] = []
  /// Nil where the status has none.
  public var phase: Phase?
  /// The status condition Ready.
  public var isReady = false
  /// `metadata.deletionTimestamp` is set.
  public var isDeleting = false
  public var usesHostNetwork = false
  public var nodeName: String?
  public var hostname: String?
  public var subdomain: String?
  /// Ports of `spec.containers` and of restartable `spec.initContainers`, in order.
  public var containerPorts: [ContainerPort] = []
  /// Whether each of `spec.containers` names a port; one that names none may listen on any.
  public var declaresAllPorts = false

  public init(name: NamespacedName, position: SourcePosition) {
    self.name = name
    self.position = position
  }
}
