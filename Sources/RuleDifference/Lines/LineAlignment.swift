/// Aligns two lists of line numbers.
struct LineAlignment {
  private let old: [Int32]
  private let new: [Int32]
  private(set) var edits: [LineDifference.Edit] = []

  /// Edits within a part before it is cut.
  private static let fewEdits = 128
  /// Edits within a part that cannot be cut before it counts as replaced.
  private static let manyEdits = 2000

  init(_ old: [Int32], _ new: [Int32]) {
    self.old = old
    self.new = new
  }

  /// Appends the edits of two parts, in order.
  mutating func align(_ olds: Range<Int>, _ news: Range<Int>) {
    var (olds, news) = (olds, news)
    while !olds.isEmpty, !news.isEmpty, old[olds.lowerBound] == new[news.lowerBound] {
      olds = olds.dropFirst()
      news = news.dropFirst()
    }
    while !olds.isEmpty, !news.isEmpty, old[olds.upperBound - 1] == new[news.upperBound - 1] {
      olds = olds.dropLast()
      news = news.dropLast()
    }
    if olds.isEmpty || news.isEmpty { return add(olds, news) }
    if let matches = matches(olds, news, limit: LineAlignment.fewEdits) { return add(olds, news, around: matches) }
    let anchors = anchors(olds, news)
    if anchors.isEmpty {
      guard let matches = matches(olds, news, limit: LineAlignment.manyEdits) else { return add(olds, news) }
      return add(olds, news, around: matches)
    }
    var start = (old: olds.lowerBound, new: news.lowerBound)
    for anchor in anchors {
      align(start.old..<anchor.old, start.new..<anchor.new)
      start = (anchor.old + 1, anchor.new + 1)
    }
    align(start.old..<olds.upperBound, start.new..<news.upperBound)
  }

  private mutating func add(_ olds: Range<Int>, _ news: Range<Int>) {
    if olds.isEmpty && news.isEmpty { return }
    if let last = edits.last, last.old.upperBound == olds.lowerBound, last.new.upperBound == news.lowerBound {
      edits[edits.count - 1] = LineDifference.Edit(
        old: last.old.lowerBound..<olds.upperBound, new: last.new.lowerBound..<news.upperBound)
    } else {
      edits.append(LineDifference.Edit(old: olds, new: news))
    }
  }

  /// Adds what lies between runs of common lines.
  private mutating func add(_ olds: Range<Int>, _ news: Range<Int>, around matches: [Match]) {
    var start = (old: olds.lowerBound, new: news.lowerBound)
    for match in matches {
      add(start.old..<match.old, start.new..<match.new)
      start = (match.old + match.count, match.new + match.count)
    }
    add(start.old..<olds.upperBound, start.new..<news.upperBound)
  }

  /// Lines that both have, one after another.
  private struct Match {
    var old: Int
    var new: Int
    var count: Int
  }

  /// The common lines by the greedy algorithm of E. W. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986).
  ///
  /// - Returns: nil where there are more edits than `limit`.
  private func matches(_ olds: Range<Int>, _ news: Range<Int>, limit: Int) -> [Match]? {
    let (oldCount, newCount) = (olds.count, news.count)
    let most = min(limit, oldCount + newCount)
    // The furthest old line on each diagonal, diagonals from -most - 1 to most + 1.
    var furthest = [Int](repeating: 0, count: 2 * most + 3)
    let middle = most + 1
    // Of each round what `furthest` was before it, cut to the diagonals in use.
    var history: [[Int]] = []
    for round in 0...most {
      history.append(Array(furthest[middle - round - 1...middle + round + 1]))
      for diagonal in stride(from: -round, through: round, by: 2) {
        var x: Int
        if diagonal == -round
          || (diagonal != round && furthest[middle + diagonal - 1] < furthest[middle + diagonal + 1])
        {
          x = furthest[middle + diagonal + 1]
        } else {
          x = furthest[middle + diagonal - 1] + 1
        }
        var y = x - diagonal
        while x < oldCount, y < newCount, old[olds.lowerBound + x] == new[news.lowerBound + y] {
          x += 1
          y += 1
        }
        furthest[middle + diagonal] = x
        if x >= oldCount, y >= newCount { return path(olds, news, history) }
      }
    }
    return nil
  }

  /// Walks the rounds backwards from the end of both parts.
  private func path(_ olds: Range<Int>, _ news: Range<Int>, _ history: [[Int]]) -> [Match] {
    var matches: [Match] = []
    var (x, y) = (olds.count, news.count)
    for (round, furthest) in history.enumerated().reversed() {
      let middle = round + 1
      let diagonal = x - y
      let isInsertion =
        diagonal == -round
        || (diagonal != round && furthest[middle + diagonal - 1] < furthest[middle + diagonal + 1])
      let previous = isInsertion ? diagonal + 1 : diagonal - 1
      let fromX = round == 0 ? 0 : furthest[middle + previous]
      let fromY = round == 0 ? 0 : fromX - previous
      let startX = round == 0 ? 0 : isInsertion ? fromX : fromX + 1
      if x > startX {
        matches.append(
          Match(old: olds.lowerBound + startX, new: news.lowerBound + startX - diagonal, count: x - startX))
      }
      (x, y) = (fromX, fromY)
    }
    return matches.reversed()
  }

  private struct Anchor {
    var old: Int
    var new: Int
  }

  /// Lines that occur once in each part, as many as stand in the same order.
  private func anchors(_ olds: Range<Int>, _ news: Range<Int>) -> [Anchor] {
    struct Occurrence {
      var olds = 0
      var news = 0
      var old = 0
    }
    var occurrences: [Int32: Occurrence] = [:]
    for index in olds {
      occurrences[old[index], default: Occurrence()].olds += 1
      occurrences[old[index]]?.old = index
    }
    for index in news { occurrences[new[index]]?.news += 1 }
    let common = news.compactMap { index -> Anchor? in
      guard let line = occurrences[new[index]], line.olds == 1, line.news == 1 else { return nil }
      return Anchor(old: line.old, new: index)
    }
    return LineAlignment.longestRising(common)
  }

  /// The longest list of anchors whose old lines rise, too.
  private static func longestRising(_ anchors: [Anchor]) -> [Anchor] {
    // The last anchor of the best list of each length, and what comes before each anchor.
    var ends: [Int] = []
    var before = [Int](repeating: -1, count: anchors.count)
    for (index, anchor) in anchors.enumerated() {
      var low = 0
      var high = ends.count
      while low < high {
        let middle = (low + high) / 2
        if anchors[ends[middle]].old < anchor.old { low = middle + 1 } else { high = middle }
      }
      if low > 0 { before[index] = ends[low - 1] }
      if low == ends.count { ends.append(index) } else { ends[low] = index }
    }
    var longest: [Anchor] = []
    var index = ends.last ?? -1
    while index >= 0 {
      longest.append(anchors[index])
      index = before[index]
    }
    return longest.reversed()
  }
}
