/// What one service port adds to a table. The table is the fixed part and the sum of all fragments.
///
/// A fragment depends on its service port alone, so an update is the difference of two fragments.
public struct Fragment: Hashable, Sendable {
  /// Chains of the service port alone.
  public var chains: [Chain] = []
  /// Sets of the service port alone.
  public var sets: [NamedSet] = []
  /// Elements of the shared sets, by their place in the fixed part.
  public var elements: [[Element]]

  public init(sharedSets: Int) {
    elements = Array(repeating: [], count: sharedSets)
  }
}
