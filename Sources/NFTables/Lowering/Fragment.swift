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
    guard !isStrictlyAscending else { return }
    let count = count
    // Elements are large: they are moved once, when their order is known.
    withUnsafeMutableBufferPointer { elements in
      guard let base = elements.baseAddress else { return }
      var order: [KeyPlace] = []
      order.reserveCapacity(count)
      for index in 0..<count { order.append(KeyPlace(base[index].key, index)) }
      order.sort { a, b in
        if a.high != b.high { return a.high < b.high }
        if a.low != b.low { return a.low < b.low }
        let (keyA, keyB) = (base[a.index].key, base[b.index].key)
        return keyA != keyB ? keyA < keyB : a.index < b.index
      }
      let sorted = UnsafeMutablePointer<Element>.allocate(capacity: count)
      for (place, entry) in order.enumerated() { (sorted + place).moveInitialize(from: base + entry.index, count: 1) }
      base.moveInitialize(from: sorted, count: count)
      sorted.deallocate()
    }
    removeRepetitions()
  }

  private var isStrictlyAscending: Bool {
    withUnsafeBufferPointer { elements in
      var place = 1
      while place < elements.count {
        guard elements[place - 1].key < elements[place].key else { return false }
        place += 1
      }
      return true
    }
  }

  /// Of a sorted array.
  private mutating func removeRepetitions() {
    var end = 1
    for place in indices.dropFirst() where self[place].key != self[end - 1].key {
      if place != end { swapAt(place, end) }
      end += 1
    }
    removeLast(count - end)
  }
}

/// Where an element is, and as much of its key as mostly decides.
private struct KeyPlace {
  var high: UInt64
  var low: UInt64
  var index: Int

  init(_ key: RegisterBytes, _ index: Int) {
    (high, low) = key.firstWords
    self.index = index
  }
}
