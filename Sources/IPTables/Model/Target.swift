import NetworkAddresses

/// What a rule does.
public enum Target: Hashable, Sendable {
  /// Tries a chain of the same table and comes back behind this rule at its end.
  case jump(String)
  /// Tries a chain of the same table and at its end goes where this chain would have gone.
  case goto(String)
  /// Ends the walk through this table.
  case accept
  case drop
  /// Leaves the chain as if at its end.
  case `return`
  /// Drops the packet and answers its sender.
  case reject(RejectReply)
  /// Sends the connection to this address and port, and ends the walk through the table (nat only).
  case destinationNAT(IPAddress, UInt16)
  /// Clears the bits of `mask`, then toggles those of `value`; the walk goes on.
  ///
  /// Every way to write a mark is one of these: `--or-mark V` is V/V, `--xor-mark V` is V/0, `--and-mark V` is 0/~V,
  /// `--set-mark V/M` is V/(V|M).
  case setMark(value: UInt32, mask: UInt32)
  /// Gives the connection the address of the interface it leaves by, and ends the walk through the table (nat only).
  ///
  /// - Parameter fullyRandom: source ports are chosen at random.
  case masquerade(fullyRandom: Bool)
  /// A target we do not model, as its words were: `-j LOG --log-level 7`.
  case opaque([String])
}
