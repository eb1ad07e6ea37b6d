#if Agent
  /// When connections are swept again because a sweep has left some.
  struct SweepRetry {
    private var failures = 0
    /// Nil: there is no need to.
    private(set) var next: ContinuousClock.Instant?

    /// A sweep has ended.
    ///
    /// - Parameter pause: from the first failure to the next try; doubled by each one in a row.
    mutating func finished(at now: ContinuousClock.Instant, succeeded: Bool, pause: Duration) {
      if succeeded {
        self = SweepRetry()
      } else {
        next = now + min(pause * (1 << min(failures, 10)), SyncSchedule.longestRetry)
        failures += 1
      }
    }
  }
#endif
