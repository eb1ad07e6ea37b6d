#if Netlink && os(Linux)
  import NFTables

  /// What ranges have to do with those whose place they take, in a set that cannot have two that overlap.
  ///
  /// All lists are sorted by key.
  struct RangeExchange {
    /// Former ranges that overlap no new one.
    private(set) var removed: [Element] = []
    /// New ranges that overlap no former one.
    private(set) var added: [Element] = []
    /// Former ranges that overlap a new one.
    private(set) var overlapped: [Element] = []
    /// New ranges that overlap a former one.
    private(set) var overlapping: [Element] = []

    /// - Parameters:
    ///   - olds: ranges that go; no two overlap.
    ///   - news: ranges that come; no two overlap.
    init(from olds: [Element], to news: [Element]) {
      var (isOverlapped, isOverlapping): (Set<Int>, Set<Int>) = ([], [])
      var (old, new) = (0, 0)
      while old < olds.count, new < news.count {
        let (before, after) = (olds[old], news[new])
        if after.key <= before.lastKey, before.key <= after.lastKey {
          isOverlapped.insert(old)
          isOverlapping.insert(new)
        }
        if before.lastKey < after.lastKey { old += 1 } else { new += 1 }
      }
      for (index, range) in olds.enumerated() {
        if isOverlapped.contains(index) { overlapped.append(range) } else { removed.append(range) }
      }
      for (index, range) in news.enumerated() {
        if isOverlapping.contains(index) { overlapping.append(range) } else { added.append(range) }
      }
    }

    /// What ranges have beyond others.
    static func parts(of ranges: [Element], outside others: [Element]) -> [Element] {
      if others.isEmpty { return ranges }
      var parts: [Element] = []
      var others = others[...]
      for range in ranges {
        var rest: RegisterBytes? = range.key
        others = others.drop { $0.lastKey < range.key }
        for other in others.prefix(while: { $0.key <= range.lastKey }) {
          if let first = rest, first < other.key, let last = other.key.predecessor {
            parts.append(Element(first, upTo: last))
          }
          rest = other.lastKey.successor
        }
        if let first = rest, first <= range.lastKey { parts.append(Element(first, upTo: range.lastKey)) }
      }
      return parts
    }
  }
#endif
