/// A list of rules; with a hook the kernel enters it by itself, without one it is jumped to.
public struct Chain: Hashable, Sendable {
  public var name: String
  /// Nil: a regular chain.
  public var base: BaseChain?
  /// Needs nft 1.0.1 and kernel 5.10.
  public var comment: String?
  public var rules: [Rule]

  public init(_ name: String, base: BaseChain? = nil, comment: String? = nil, rules: [Rule] = []) {
    self.name = name
    self.base = base
    self.comment = comment
    self.rules = rules
  }
}

/// Where and when the kernel enters a chain. The policy is always accept.
public struct BaseChain: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case filter
    case nat
  }

  public enum Hook: String, Hashable, Sendable, CaseIterable {
    case prerouting
    case input
    case forward
    case output
    case postrouting
  }

  public var kind: Kind
  public var hook: Hook
  /// Lower comes first; see `NF_IP_PRI_*` in linux/netfilter_ipv4.h: dstnat -100, filter 0, srcnat 100.
  public var priority: Int32

  public init(_ kind: Kind, hook: Hook, priority: Int32) {
    self.kind = kind
    self.hook = hook
    self.priority = priority
  }
}
