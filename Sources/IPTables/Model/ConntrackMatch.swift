/// The state of a packet's connection, as `conntrack --ctstate` asks for it.
public struct ConntrackMatch: Hashable, Sendable {
  /// States of a connection; DNAT and SNAT hold beside the others.
  public struct States: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) {
      self.rawValue = rawValue
    }

    public static let invalid = States(rawValue: 1)
    public static let new = States(rawValue: 2)
    public static let established = States(rawValue: 4)
    public static let related = States(rawValue: 8)
    public static let untracked = States(rawValue: 16)
    /// Its source was rewritten.
    public static let snat = States(rawValue: 32)
    /// Its destination was rewritten.
    public static let dnat = States(rawValue: 64)

    /// The words of the command line, in the order `iptables-save` prints them.
    static let words: [(States, String)] = [
      (.invalid, "INVALID"), (.new, "NEW"), (.related, "RELATED"), (.established, "ESTABLISHED"),
      (.untracked, "UNTRACKED"), (.snat, "SNAT"), (.dnat, "DNAT"),
    ]
  }

  public var states: States
  /// Holds where none of the states does.
  public var isNegated: Bool

  public init(_ states: States, isNegated: Bool = false) {
    self.states = states
    self.isNegated = isNegated
  }

  /// - Parameter actual: every state that holds for the packet.
  public func matches(_ actual: States) -> Bool {
    states.isDisjoint(with: actual) == isNegated
  }
}
