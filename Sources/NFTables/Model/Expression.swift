import NetworkAddresses

/// Something a rule reads or computes for a packet.
public indirect enum Expression: Hashable, Sendable {
  /// `ip saddr`, `ip6 saddr`
  case sourceAddress
  /// `jhash ip6 saddr mod 4294967295 seed 0x1`: the source address in 32 bits.
  case sourceAddressHash
  /// `ip daddr`, `ip6 daddr`
  case destinationAddress
  /// `ip daddr & 0.0.0.0`: an address field that is always zero, so that a key without an address fits a map with one.
  case zeroedDestinationAddress
  /// `meta l4proto`
  case transportProtocol
  /// `th dport`
  case destinationPort
  /// `meta iifname`
  case inputInterfaceName
  /// `meta mark`
  case mark
  /// `meta priority`
  case priority
  /// `meta priority & bits`
  case priorityBits(UInt32)
  /// `ct state`
  case connectionState
  /// `ct status`
  case connectionStatus
  /// `fib saddr type`
  case sourceAddressType
  /// `fib daddr type`
  case destinationAddressType
  /// `numgen random mod N offset K`: K plus a random number below N. With N = 1 it is the constant K, the only way to
  /// write a constant into a concatenation that nft 1.0.6 reads and lists.
  case randomNumber(modulus: UInt32, offset: UInt32)
  /// `a . b . c`
  case concatenation([Expression])
  /// `expression map @name`: what a map holds for the expression.
  case lookup(Expression, map: String)
  /// `expression map { key : value, ... }`: the same with an anonymous map.
  case lookupAnonymous(Expression, [AnonymousMapElement])
}

/// An element of an anonymous `index : address . port` map (NFT-14).
public struct AnonymousMapElement: Hashable, Sendable {
  public var index: UInt32
  public var address: IPAddress
  public var port: UInt16

  public init(index: UInt32, address: IPAddress, port: UInt16) {
    self.index = index
    self.address = address
    self.port = port
  }
}

/// What an expression is compared with.
public enum Operand: Hashable, Sendable {
  case address(IPAddress)
  case prefix(IPPrefix)
  case transportProtocol(TransportProtocol)
  case port(UInt16)
  case interfaceName(String)
  /// `"prefix*"`
  case interfaceNamePrefix(String)
  case connectionStates([ConnectionState])
  case connectionStatus(ConnectionStatus)
  /// `fib ... type local`
  case addressTypeLocal
  case number(UInt32)
  /// `@name`
  case set(String)
  /// `{ a, b/16, c-d }`: sorted, none touching another, see ``AddressRange/merged(_:)``.
  case anonymousSet([AddressRange])

  /// Addresses as nft lists them: one address or prefix stands by itself.
  ///
  /// - Parameter ranges: sorted, none touching another.
  public static func addresses(_ ranges: [AddressRange]) -> Operand {
    guard ranges.count == 1, let prefix = ranges[0].prefix else { return .anonymousSet(ranges) }
    return prefix.length == prefix.family.addressBits ? .address(prefix.address) : .prefix(prefix)
  }
}

/// `ct state`
public enum ConnectionState: String, Hashable, Sendable, CaseIterable {
  case new
  case established
  case related
  case invalid
  case untracked
}

/// `ct status`
public enum ConnectionStatus: String, Hashable, Sendable, CaseIterable {
  case dnat
  case snat
}
