/// Numbers that are given out one at a time, each chosen by a hash.
///
/// The hash names the first candidate; if that is taken the next free number follows. So one more name leaves the
/// others where they are, unless it hits one of them.
struct NumberPool {
  /// What is given out first. Its upper end is the end of the pool.
  private let preferred: Range<UInt64>
  /// What is given out when `preferred` is used up: the numbers below it.
  private let reserve: Range<UInt64>
  private var taken: Set<UInt64> = []
  private var preferredIsUsedUp: Bool
  private var reserveIsUsedUp: Bool

  /// - Parameter reserveCount: how many of the first numbers are given out only when the others are used up.
  init(_ numbers: Range<UInt64>, reserveCount: UInt64 = 0) {
    let boundary = min(numbers.lowerBound + reserveCount, numbers.upperBound)
    preferred = boundary..<numbers.upperBound
    reserve = numbers.lowerBound..<boundary
    preferredIsUsedUp = preferred.isEmpty
    reserveIsUsedUp = reserve.isEmpty
  }

  /// Keeps a number from being given out; any number may be named.
  mutating func keep(_ number: UInt64) {
    taken.insert(number)
  }

  /// Nil: all numbers are taken.
  mutating func take(hash: UInt64) -> UInt64? {
    if !preferredIsUsedUp {
      if let number = take(from: preferred, hash: hash) { return number }
      preferredIsUsedUp = true
    }
    if !reserveIsUsedUp {
      if let number = take(from: reserve, hash: hash) { return number }
      reserveIsUsedUp = true
    }
    return nil
  }

  private mutating func take(from range: Range<UInt64>, hash: UInt64) -> UInt64? {
    let count = range.upperBound - range.lowerBound
    var offset = hash % count
    for _ in 0..<count {
      let number = range.lowerBound + offset
      if taken.insert(number).inserted { return number }
      offset = offset + 1 == count ? 0 : offset + 1
    }
    return nil
  }
}
