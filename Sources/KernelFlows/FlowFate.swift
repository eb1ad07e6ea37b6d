import NetworkAddresses

/// What became of one packet.
public enum FlowFate: Hashable, Sendable {
  /// It was seen with another destination than it was sent to.
  case translated(Arrival)
  /// It was seen with the destination it was sent to.
  case untouched(Arrival)
  /// The sender was told that it may not.
  case refused(Refusal)
  /// Neither the packet nor an answer was seen.
  case dropped

  /// A packet that got through.
  public struct Arrival: Hashable, Sendable {
    public enum Place: Hashable, Sendable {
      /// Delivered to a process of the node; the kernel rewrites no source of a packet that comes in and ends there.
      case node
      /// Left the node by this interface.
      case interface(String)
    }

    public var destination: BackendAddress
    /// What the receiver takes for the sender.
    public var source: BackendAddress
    /// Whether the source address or port is another one than was sent.
    public var isSourceChanged: Bool
    public var place: Place
    /// Whether an iptables rule has accepted it in the last filter chain on its way; nil where that cannot be seen,
    /// with nftables rules.
    public var isAccepted: Bool?
  }

  public enum Refusal: Hashable, Sendable, CustomStringConvertible {
    /// ICMP or ICMPv6 "destination unreachable".
    case unreachable(type: UInt8, code: UInt8)
    case tcpReset

    public var description: String {
      switch self {
      case .unreachable(let type, let code): "ICMP type \(type) code \(code)"
      case .tcpReset: "TCP reset"
      }
    }
  }

  /// A class of fates, as test cases name them.
  public enum Action: String, Hashable, Sendable, CaseIterable {
    case dnat
    case reject
    case drop
    /// Explicitly accepted, untranslated. Only seen with iptables rules.
    case accept
    /// Neither translated, refused nor, as far as can be seen, accepted.
    case noMatch = "no-match"
    /// Untranslated, but with another source.
    case masqueradeOnly = "masquerade-only"
  }

  public var action: Action {
    switch self {
    case .translated: .dnat
    case .untouched(let arrival):
      arrival.isSourceChanged ? .masqueradeOnly : arrival.isAccepted == true ? .accept : .noMatch
    case .refused: .reject
    case .dropped: .drop
    }
  }
}
