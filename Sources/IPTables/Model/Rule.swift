import NetworkAddresses

/// One rule: the target acts on a packet that every match holds for.
///
/// Fields that are nil match everything. Matches with an effect (``Match/recent(_:)``, ``Match/accounting(_:)``) have it
/// only on packets all fields and all earlier ``matches`` hold for.
public struct Rule: Hashable, Sendable {
  /// Nothing to packets; in the chains shared by service ports its first word says whose rule it is.
  public var comment: String?
  public var transport: TransportProtocol?
  public var source: PrefixMatch?
  public var destination: PrefixMatch?
  public var inInterface: InterfaceMatch?
  /// In host order. Only with ``transport``.
  public var destinationPort: UInt16?
  /// The other matches, in the order of ``Match/rank``.
  public var matches: [Match]
  /// Nil: packets are counted and go on to the next rule.
  public var target: Target?

  public init(
    comment: String? = nil, transport: TransportProtocol? = nil, source: PrefixMatch? = nil,
    destination: PrefixMatch? = nil, inInterface: InterfaceMatch? = nil, destinationPort: UInt16? = nil,
    matches: [Match] = [], target: Target?
  ) {
    self.comment = comment
    self.transport = transport
    self.source = source
    self.destination = destination
    self.inInterface = inInterface
    self.destinationPort = destinationPort
    self.matches = matches
    self.target = target
  }
}
