import NetworkAddresses
import ServicePlan

/// What the kernel knows of the node beside the rules: its own addresses.
public struct NodeEnvironment: Hashable, Sendable {
  /// Addresses of its interfaces; loopback is always local in addition.
  public var addresses: Set<IPAddress>

  public init(addresses: some Sequence<IPAddress>) {
    self.addresses = Set(addresses)
  }

  public init(_ configuration: NodeConfiguration) {
    self.init(addresses: configuration.interfaceAddresses)
  }

  /// `fib ... type local`, `addrtype --dst-type LOCAL`: whether packets to the address are delivered on this node.
  public func isLocal(_ address: IPAddress) -> Bool {
    address.isLoopback || addresses.contains(address)
  }
}
