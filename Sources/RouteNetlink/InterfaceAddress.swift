import NetworkAddresses

/// An address of an interface of this node.
public struct InterfaceAddress: Hashable, Sendable {
  public var address: IPAddress
  public var prefixLength: Int
  /// The number of the interface.
  public var interface: UInt32
  /// Whether IPv6 still finds out if somebody else has it, or has found that: it cannot be used.
  public var isTentative: Bool

  public init(_ address: IPAddress, prefixLength: Int, interface: UInt32, isTentative: Bool = false) {
    self.address = address
    self.prefixLength = prefixLength
    self.interface = interface
    self.isTentative = isTentative
  }
}
