import NetworkAddresses

/// One entry of `nodePortAddresses`: a CIDR or a keyword (NPA-9).
public enum NodePortAddressEntry: Hashable, Sendable {
  case prefix(IPPrefix)
  /// The node's primary addresses.
  case primary
  /// The loopback addresses.
  case localhost
  /// Every address.
  case all
}

/// On which of a node's addresses node ports are served, for one family and one target.
public struct NodePortAddresses: Hashable, Sendable {
  public enum Accepted: Hashable, Sendable {
    /// Every local address, but loopback only where ``NodePortAddresses/loopbackInForce``.
    case all
    /// These, sorted. Empty: no node ports on this family.
    case addresses([IPAddress])
  }

  public var accepted: Accepted
  /// Whether node ports work on 127.0.0.0/8: only in iptables, only IPv4 (NPA-6).
  public var loopbackInForce: Bool
  /// Loopback addresses that were asked for and cannot be served (NPA-7).
  public var refusedLoopback: [IPAddress]
}

/// The two families of rules, where their behaviour differs (section 24).
public enum ProxyMode: String, Hashable, Sendable, CaseIterable {
  case iptables
  case nftables
}

extension NodeConfiguration {
  /// Resolves ``nodePortAddresses`` for a family as a mode of kube-proxy does (section 15).
  public func acceptedNodePortAddresses(_ family: IPFamily, for mode: ProxyMode) -> NodePortAddresses {
    let prefixes = expandedNodePortAddresses(default: mode == .iptables ? [] : [.primary])
      .filter { $0.family == family }
    let loopback = family == .ipv4 ? IPPrefix(IPAddress(ipv4: 0x7f00_0000), length: 8) : nil
    let canUseLoopback = mode == .iptables && localhostNodePorts && family == .ipv4
    if prefixes.isEmpty || prefixes.contains(where: \.isZeroLength) {
      return NodePortAddresses(accepted: .all, loopbackInForce: canUseLoopback, refusedLoopback: [])
    }
    let coversLoopback = loopback.map { range in prefixes.contains { $0.overlaps(range) } } ?? false
    let loopbackInForce = canUseLoopback && coversLoopback
    let own = Set(interfaceAddresses + [NodeConfiguration.loopbackAddress(family)])
    var addresses: [IPAddress] = []
    var refused: [IPAddress] = []
    for address in own.sorted() where address.family == family {
      guard prefixes.contains(where: { $0.contains(address) }) else { continue }
      if address.isLoopback && !loopbackInForce {
        refused.append(address)
      } else {
        addresses.append(address)
      }
    }
    return NodePortAddresses(
      accepted: .addresses(addresses), loopbackInForce: loopbackInForce, refusedLoopback: refused)
  }

  private func expandedNodePortAddresses(default entries: [NodePortAddressEntry]) -> [IPPrefix] {
    (nodePortAddresses ?? entries).flatMap { entry -> [IPPrefix] in
      switch entry {
      case .prefix(let prefix): [prefix]
      case .primary:
        IPFamily.allCases.compactMap(primaryAddress).filter { !$0.isLoopback }.map { IPPrefix(host: $0) }
      case .localhost:
        [IPPrefix(IPAddress(ipv4: 0x7f00_0000), length: 8), IPPrefix(host: NodeConfiguration.loopbackAddress(.ipv6))]
      case .all:
        IPFamily.allCases.map { IPPrefix(.unspecified($0), length: 0) }
      }
    }
  }

  static func loopbackAddress(_ family: IPFamily) -> IPAddress {
    family == .ipv4 ? IPAddress(ipv4: 0x7f00_0001) : IPAddress(ipv6High: 0, low: 1)
  }
}
