/// What the elements of two sets do not have in common.
public struct ElementDifference: Hashable, Sendable {
  /// Keys that only the first set has.
  public var removed: [Element] = []
  /// Elements of the first set whose keys are in both with other data or another comment: the kernel changes no element, it
  /// has to be deleted and added.
  public var replaced: [Element] = []
  /// New ones, and those in the place of ``replaced``.
  public var added: [Element] = []

  public var isEmpty: Bool { removed.isEmpty && replaced.isEmpty && added.isEmpty }

  public init() {}

  /// Both are sorted by key.
  public init(from olds: [Element], to news: [Element]) {
    var (old, new) = (0, 0)
    while old < olds.count, new < news.count {
      if ElementDifference.isBefore(olds[old], news[new]) {
        removed.append(olds[old])
        old += 1
      } else if ElementDifference.isBefore(news[new], olds[old]) {
        added.append(news[new])
        new += 1
      } else {
        if olds[old].data != news[new].data || olds[old].comment != news[new].comment {
          replaced.append(olds[old])
          added.append(news[new])
        }
        old += 1
        new += 1
      }
    }
    removed.append(contentsOf: olds[old...])
    added.append(contentsOf: news[new...])
  }

  /// By key, then by where the range ends.
  private static func isBefore(_ a: Element, _ b: Element) -> Bool {
    if a.key != b.key { return a.key < b.key }
    if a.keyEnd == nil, b.keyEnd == nil { return false }
    return a.lastKey < b.lastKey
  }
}
