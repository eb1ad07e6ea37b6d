/// Choices that the maps layout leaves.
public struct MapsOptions: Hashable, Sendable {
  /// Whether `service-ips` and `service-nodeports` count. A frontend is looked up there by the first packet of a connection
  /// alone, so that its element counts connections, and what a client sends again while nobody answers.
  ///
  /// The kernel cannot change it in maps that are there: switching it on or off makes the table anew.
  public var countsConnections = false

  public init() {}
}
