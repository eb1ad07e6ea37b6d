#if Agent
  /// How connections to service ports are counted and shown.
  public struct ConnectionMetrics: Hashable, Sendable {
    /// Service ports that are shown one by one; all others are one sum.
    public var limit = 1000
    /// From one look at the counters to the next one, at least.
    public var period = Duration.seconds(15)

    public init() {}

    /// The loop spends at most the hundredth part of its time on it, however large the map.
    func pause(after duration: Duration) -> Duration { max(period, duration * 100) }
  }
#endif
