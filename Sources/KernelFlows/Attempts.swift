#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How many packets show what there is to see.
public enum Attempts {
  /// For what is the same for every packet: chance plays no part, but a second look costs little.
  public static let ofOneKind = 4

  /// Packets after which all of so many equally likely backends have been reached, and one more that nobody expects
  /// would have been, but for a chance below `risk`.
  public static func toReach(backends count: Int, risk: Double = 1e-6) -> Int {
    let ends = Double(max(count, 1) + 1)
    // The chance of missing a given end, times the ends, bounds the chance of missing any.
    return Int((log(risk / ends) / log(1 - 1 / ends)).rounded(.up))
  }
}
