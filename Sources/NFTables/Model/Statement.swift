import NetworkAddresses

/// One step of a rule.
public enum Statement: Hashable, Sendable {
  /// Goes on if the expression equals, lies in, or is a member of the operand; with `negated`, if not.
  case match(Expression, negated: Bool, Operand)
  /// `meta mark & bit != 0`: goes on if the bit is set.
  case matchMarkBit(UInt32)
  /// `meta mark set meta mark | bits`
  case setMarkBits(UInt32)
  /// `meta mark set meta mark ^ bits`
  case flipMarkBits(UInt32)
  /// `meta priority & bit != none`: goes on if the bit is set.
  case matchPriorityBit(UInt32)
  /// `meta priority set expression map @name`. Ends the rule without effect where the map has no element.
  case setPriority(Expression)
  /// `meta priority set none`
  case clearPriority
  case verdict(Verdict)
  /// `expression vmap @name`: goes on where the map has no element.
  case verdictMap(Expression, map: String)
  /// `expression vmap { key : verdict, ... }`
  case verdictMapAnonymous(Expression, [AnonymousVerdictElement])
  /// `dnat ip to address . port`, both from one expression. Ends the rule without effect where a map has no element.
  case destinationNAT(Expression)
  /// `dnat to address:port`
  case destinationNATConstant(IPAddress, port: UInt16)
  /// `masquerade fully-random`
  case masquerade(fullyRandom: Bool)
  /// `update @name { expression timeout T }`: adds the element or restarts its timer; seconds. Ends the rule where the
  /// set is full.
  case updateSet(String, Expression, timeout: UInt32?)
  /// `update @name { key timeout T : data }`: adds the element, or restarts the timer of the one that has the key, which keeps
  /// its data; seconds. Ends the rule where the map is full. Tested with Linux 6.1 and nft 1.0.6.
  case updateMap(String, key: Expression, data: Expression, timeout: UInt32?)
  /// `delete @name { key : data }`: removes the element that has the key, whatever its data. Ends the rule where there is none.
  /// Needs kernel 5.4.
  case deleteElement(String, key: Expression, data: Expression)
  /// `counter`
  case counter
  /// `reject`: ICMP port unreachable, the default of nft for both families.
  case reject
  /// What another wrote and this model does not know, as text. Only ever the last statement of a rule.
  case unknown(String)

  /// `expression operand`, `expression @set`
  public static func match(_ expression: Expression, _ operand: Operand) -> Statement {
    .match(expression, negated: false, operand)
  }

  /// `expression != operand`
  public static func mismatch(_ expression: Expression, _ operand: Operand) -> Statement {
    .match(expression, negated: true, operand)
  }

  public static func jump(_ chain: String) -> Statement { .verdict(.jump(chain)) }

  public static func goto(_ chain: String) -> Statement { .verdict(.goto(chain)) }
}

/// What becomes of a packet.
public enum Verdict: Hashable, Sendable {
  case accept
  case drop
  case `return`
  /// Comes back when the chain ends.
  case jump(String)
  /// Does not come back to this chain, but to the one that jumped to it.
  case goto(String)
}

/// An element of an anonymous `index : verdict` map (NFT-14).
public struct AnonymousVerdictElement: Hashable, Sendable {
  public var index: UInt32
  public var verdict: Verdict

  public init(index: UInt32, verdict: Verdict) {
    self.index = index
    self.verdict = verdict
  }
}
