/// The protocols a Service port can have.
public enum TransportProtocol: String, Hashable, Sendable, CaseIterable, Comparable, Codable {
  case tcp = "TCP"
  case udp = "UDP"
  case sctp = "SCTP"

  /// The lower-case word that rules, chain names and hashes use.
  public var word: String {
    switch self {
    case .tcp: "tcp"
    case .udp: "udp"
    case .sctp: "sctp"
    }
  }

  /// The number in the IP header, as IANA assigns it.
  public var number: UInt8 {
    switch self {
    case .tcp: 6
    case .udp: 17
    case .sctp: 132
    }
  }

  /// The protocol with an IP header number, if it is one a Service port can have.
  public init?(number: UInt8) {
    switch number {
    case 6: self = .tcp
    case 17: self = .udp
    case 132: self = .sctp
    default: return nil
    }
  }

  public static func < (a: TransportProtocol, b: TransportProtocol) -> Bool { a.number < b.number }
}
