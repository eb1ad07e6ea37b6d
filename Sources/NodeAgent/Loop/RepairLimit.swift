#if Agent
  /// Keeps two programs that both want a table from changing it in turns as fast as they can.
  ///
  /// The first repairs come at once; those that follow one another wait longer and longer, until there was quiet.
  struct RepairLimit {
    static let shortest = Duration.milliseconds(100)
    static let longest = Duration.seconds(30)
    /// So many come one after the other without waiting longer.
    static let burst = 5
    /// After so long without a repair all is forgotten.
    static let quiet = Duration.seconds(60)

    private var count = 0
    private var last: ContinuousClock.Instant?

    init() {}

    /// When the next repair may begin, for one that is called for now.
    func earliest(_ now: ContinuousClock.Instant) -> ContinuousClock.Instant {
      guard let last, now - last < Self.quiet else { return now }
      let excess = count - Self.burst
      let pause = excess < 0 ? Self.shortest : min(Self.shortest * (1 << min(excess + 1, 12)), Self.longest)
      return max(now, last + pause)
    }

    mutating func repaired(at now: ContinuousClock.Instant) {
      if let last, now - last >= Self.quiet { count = 0 }
      count += 1
      last = now
    }
  }
#endif
