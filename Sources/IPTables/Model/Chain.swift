/// One chain: its rules are tried in order.
///
/// At the end of a chain of ours a packet goes back to the rule behind the jump it came by (after a goto: behind the last
/// jump before); at the end of a built-in chain its policy decides.
public struct Chain: Hashable, Sendable {
  /// What becomes of a packet at the end of a built-in chain.
  public enum Policy: String, Hashable, Sendable {
    case accept = "ACCEPT"
    case drop = "DROP"
  }

  /// At most 28 bytes.
  public var name: String
  /// Nil: not a built-in chain, or one whose policy is left as it is. Compiled rules never have one.
  public var policy: Policy?
  public var rules: [Rule]

  public init(_ name: String, policy: Policy? = nil, rules: [Rule] = []) {
    self.name = name
    self.policy = policy
    self.rules = rules
  }

  /// Whether the kernel calls this chain itself.
  public var isBuiltIn: Bool { Chain.isBuiltIn(name) }

  static func isBuiltIn(_ name: String) -> Bool {
    // Comparing with five names costs more than anything else that is asked of a chain.
    if name.utf8.count > 11 { return false }
    return switch name {
    case "PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING": true
    default: false
    }
  }
}
