import KubernetesObjects
import NetworkAddresses
import RuleEvaluator
import ServicePlan

/// A packet and what must become of it.
public struct Flow: Sendable {
  public var name: String
  public var position: SourcePosition
  public var packet: Packet
  /// By mode; the same for all modes of the case unless it says otherwise.
  public var expectations: [ProxyMode: FlowExpectation]
  public var affinity: AffinityExpectation?
}

/// What must become of a packet.
public struct FlowExpectation: Hashable, Sendable {
  public var action: Outcome.Class
  /// Exactly these are within reach, each as likely as the others, and whether connections to it are masqueraded.
  /// Empty unless the action is ``/RuleEvaluator/Outcome/Class/dnat``.
  public var backends: [FlowBackend: Bool]

  public init(action: Outcome.Class, backends: [FlowBackend: Bool] = [:]) {
    self.action = action
    self.backends = backends
  }
}

/// After a first connection a client address comes to the same backend in every flow of the case with the same group, as
/// long as the backend belongs to the flow's and connections are no further apart than the timeout.
public struct AffinityExpectation: Hashable, Sendable {
  public var group: String
  /// Seconds.
  public var timeout: UInt64

  public init(group: String, timeout: UInt64) {
    self.group = group
    self.timeout = timeout
  }
}

/// An address and port that a packet is sent on to.
public struct FlowBackend: Hashable, Sendable, Comparable, CustomStringConvertible {
  public var address: IPAddress
  public var port: UInt16

  public init(address: IPAddress, port: UInt16) {
    self.address = address
    self.port = port
  }

  /// `10.0.0.1:80` or `[fd00::1]:80`; nil for anything else.
  public init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":") else { return nil }
    let digits = text[text.index(after: colon)...]
    guard digits.first != "+", let port = UInt16(digits), port > 0 else { return nil }
    var host = text[..<colon]
    let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
    if isBracketed { host = host.dropFirst().dropLast() }
    guard let address = IPAddress(host), (address.family == .ipv6) == isBracketed else { return nil }
    self.init(address: address, port: port)
  }

  /// As it is written in cases.
  public var description: String {
    address.family == .ipv4 ? "\(address):\(port)" : "[\(address)]:\(port)"
  }

  public static func < (a: FlowBackend, b: FlowBackend) -> Bool { (a.address, a.port) < (b.address, b.port) }
}

extension FlowExpectation: CustomStringConvertible {
  /// `dnat to 10.244.1.5:8080, 10.244.7.5:8080, not masqueraded`
  public var description: String {
    guard action == .dnat else { return action.rawValue }
    return DestinationText.text(backends.sorted { $0.key < $1.key }.map { ("\($0.key)", $0.value) })
  }
}

/// Backends in words.
enum DestinationText {
  /// - Parameter backends: each with whether it is masqueraded, nil where that is not known.
  static func text(_ backends: [(name: String, isMasqueraded: Bool?)]) -> String {
    let kinds = Set(backends.map(\.isMasqueraded))
    if kinds.count == 1, let kind = kinds.first {
      return "dnat to " + backends.map(\.name).joined(separator: ", ") + words(kind)
    }
    return "dnat to " + backends.map { "\($0.name)\(words($0.isMasqueraded))" }.joined(separator: "; ")
  }

  private static func words(_ isMasqueraded: Bool?) -> String {
    switch isMasqueraded {
    case true?: ", masqueraded"
    case false?: ", not masqueraded"
    case nil: ""
    }
  }
}
