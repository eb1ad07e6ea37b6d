extension [Element] {
  /// Sorts by key. Where two elements have one key, they stay in the order they have.
  public mutating func sortByKey() {
    if isAscending { return }
    // Elements are large: they are copied once, when their order is known.
    self = withUnsafeBufferPointer { elements in
      let order = KeyPlace.sorted(elements.count) { elements[$0].key }
      return [Element](unsafeUninitializedCapacity: elements.count) { sorted, count in
        for (place, entry) in order.enumerated() { sorted.initializeElement(at: place, to: elements[entry.index]) }
        count = elements.count
      }
    }
  }

  /// In the order of their keys, each key once: a cluster IP is an element of every port of its Service.
  ///
  /// Where two elements have one key, the one that was added first stays.
  mutating func sortAndUnique() {
    if isAscending { return }
    sortByKey()
    removeRepetitions()
  }

  /// Whether each key is greater than the one before.
  private var isAscending: Bool {
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
    let first = withUnsafeBufferPointer { elements in
      elements.indices.dropFirst().first { elements[$0].key == elements[$0 - 1].key }
    }
    guard var end = first else { return }
    for place in end..<count where self[place].key != self[end - 1].key {
      if place != end { swapAt(place, end) }
      end += 1
    }
    removeLast(count - end)
  }
}

/// Where something with a key is, and as much of the key as mostly decides.
struct KeyPlace {
  private var high: UInt64
  private var low: UInt64
  private(set) var index: Int

  private init(_ key: RegisterBytes, _ index: Int) {
    (high, low) = key.firstWords
    self.index = index
  }

  /// The places of keys in ascending order; equal keys stay in the order they have.
  @inline(__always)
  static func sorted(_ count: Int, _ key: (Int) -> RegisterBytes) -> [KeyPlace] {
    var order = [KeyPlace](unsafeUninitializedCapacity: count) { places, initialized in
      for index in 0..<count { places.initializeElement(at: index, to: KeyPlace(key(index), index)) }
      initialized = count
    }
    order.sort { a, b in
      if a.high != b.high { return a.high < b.high }
      if a.low != b.low { return a.low < b.low }
      let (keyA, keyB) = (key(a.index), key(b.index))
      return keyA != keyB ? keyA < keyB : a.index < b.index
    }
    return order
  }
}
