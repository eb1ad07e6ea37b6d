import NetworkAddresses

/// A `v1` Endpoints object, the older form of slices.
public struct Endpoints: Hashable, Sendable {
  public struct Address: Hashable, Sendable {
    public var address: IPAddress
    public var nodeName: String?
    public var isReady: Bool
    public var position: SourcePosition

    public init(address: IPAddress, nodeName: String?, isReady: Bool, position: SourcePosition) {
      self.address = address
      self.nodeName = nodeName
      self.isReady = isReady
      self.position = position
    }
  }

  public struct Subset: Hashable, Sendable {
    public var addresses: [Address]
    public var ports: [EndpointPort]

    public init(addresses: [Address], ports: [EndpointPort]) {
      self.addresses = addresses
      self.ports = ports
    }
  }

  public var name: NamespacedName
  public var position: SourcePosition
  public var subsets: [Subset] = []
  /// The label `endpointslice.kubernetes.io/skip-mirror: "true"`, or the mark of a leader election.
  public var skipsMirroring = false

  public init(name: NamespacedName, position: SourcePosition) {
    self.name = name
    self.position = position
  }
}
