/// How long to wait before trying again: longer each time, and not at the same time as everybody else.
public struct Backoff: Sendable {
  public var first: Duration = .milliseconds(800)
  public var factor = 2.0
  public var longest: Duration = .seconds(30)
  /// After so long without a failure it begins anew.
  public var healthyAfter: Duration = .seconds(120)

  private var next: Duration?

  public init() {}

  /// - Parameters:
  ///   - sinceLast: how long ago the last failure was; nil: there was none.
  ///   - chance: in 0..<1. As in client-go up to as much again is added.
  public mutating func delay(sinceLast: Duration?, chance: Double) -> Duration {
    if let sinceLast, sinceLast > healthyAfter { next = nil }
    let delay = next ?? first
    next = min(delay * factor, longest)
    return delay + delay * chance
  }

  /// All is well: the next failure is a first one.
  public mutating func reset() { next = nil }
}
