import Dispatch
import Synchronization

/// Spreads work over the processors where there is enough of it.
public enum Processors {
  /// Calls `body` with consecutive parts of `0..<count`, on several threads at once where there are several parts.
  ///
  /// - Parameter least: the shortest part that is worth a thread; a shorter range is one part, on the caller's thread.
  /// - Returns: what `body` returned for each part, in the order of the parts.
  public static func share<Result: Sendable>(
    _ count: Int, atLeast least: Int, _ body: @Sendable (Range<Int>) -> Result
  ) -> [Result] {
    let parts = min(count / max(least, 1), mostParts)
    if parts <= 1 { return [body(0..<count)] }
    let results = Mutex([Result?](repeating: nil, count: parts))
    DispatchQueue.concurrentPerform(iterations: parts) { part in
      let result = body(count * part / parts..<count * (part + 1) / parts)
      results.withLock { $0[part] = result }
    }
    return results.withLock { $0.compactMap(\.self) }
  }

  /// More parts than a small machine has processors, so that none waits long for the last.
  public static let mostParts = 8
}
