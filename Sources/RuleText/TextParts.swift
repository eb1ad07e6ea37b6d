import Processors

extension TextBuffer {
  /// Writes many things in parts, several at once where there is more than one processor, and puts the parts behind each other in
  /// their order.
  ///
  /// Rules of thousands of Services are larger than the caches: one processor would wait for memory most of the time.
  ///
  /// - Parameters:
  ///   - count: how many things there are.
  ///   - least: so many of them are worth a part; fewer than two parts are written as one.
  ///   - capacity: bytes that most of them take; a part with more has to grow.
  ///   - write: writes those of a range, by whatever thread.
  public mutating func write(
    inPartsOf least: Int, count: Int, capacity: Int, _ write: @Sendable (Range<Int>, inout TextBuffer) -> Void
  ) {
    if count < 2 * least { return write(0..<count, &self) }
    // Not all at once, so that the text need not be in memory as a whole.
    let most = least * Processors.mostParts
    for start in stride(from: 0, to: count, by: most) {
      let parts = Processors.share(min(most, count - start), atLeast: least) { range in
        TextBuffer.bytes(capacity: range.count * capacity) {
          write(start + range.lowerBound..<start + range.upperBound, &$0)
        }
      }
      for part in parts { passOn(part) }
    }
  }
}
