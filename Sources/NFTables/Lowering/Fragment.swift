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

extension [Element] {
  /// In the order of their keys, each key once: a cluster IP is an element of every port of its Service.
  ///
  /// Where two elements have one key, the one that was added first stays.
  mutating func sortAndUnique() {
    guard count > 1 else { return }
    var order = Array<(key: RegisterBytes, index: Int)>()
    order.reserveCapacity(count)
    for index in indices { order.append((self[index].key, index)) }
    order.sort { $0.key != $1.key ? $0.key < $1.key : $0.index < $1.index }
    var sorted: [Element] = []
    sorted.reserveCapacity(count)
    for (place, entry) in order.enumerated() where place == 0 || order[place - 1].key != entry.key {
      sorted.append(self[entry.index])
    }
    self = sorted
  }
}
