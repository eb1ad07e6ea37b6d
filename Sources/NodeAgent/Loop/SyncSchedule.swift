#if Agent
  /// When to sync next: changes are gathered for a while, failures are tried again, and now and then everything is looked at
  /// without a reason (SYNC-3).
  ///
  /// Instants are given, so that it can be tested without waiting.
  struct SyncSchedule {
    /// From the end of a sync to the start of the next one.
    var minimum: Duration
    /// From a failed sync to the next try; doubled by each failure in a row up to ``longestRetry``.
    var retry: Duration
    /// Between two verifications of everything that the kernel has.
    var verification: Duration

    private var isWanted = false
    private var lastEnd: ContinuousClock.Instant?
    private var retryAt: ContinuousClock.Instant?
    private var verifyAt: ContinuousClock.Instant?
    private var failures = 0

    static let longestRetry = Duration.seconds(300)

    init(minimum: Duration, retry: Duration, verification: Duration) {
      self.minimum = minimum
      self.retry = retry
      self.verification = verification
    }

    /// Something has changed.
    mutating func request() { isWanted = true }

    /// When there is something to do; nil: not until something changes.
    var next: ContinuousClock.Instant? {
      var instants = [verifyAt, retryAt].compactMap(\.self)
      if isWanted { instants.append(lastEnd.map { $0 + minimum } ?? .now - .seconds(1)) }
      return instants.min()
    }

    enum Reason: Equatable {
      case changes
      case retry
      case verification
    }

    /// What is due; nil: nothing yet.
    func due(_ now: ContinuousClock.Instant) -> Reason? {
      if let retryAt, retryAt <= now { return .retry }
      if let verifyAt, verifyAt <= now { return .verification }
      if isWanted, lastEnd.map({ $0 + minimum <= now }) ?? true { return .changes }
      return nil
    }

    /// A sync has ended.
    ///
    /// - Parameter verified: whether all that the kernel has was looked at.
    mutating func finished(at now: ContinuousClock.Instant, succeeded: Bool, verified: Bool) {
      lastEnd = now
      isWanted = false
      if succeeded {
        failures = 0
        retryAt = nil
        if verified || verifyAt == nil { verifyAt = now + verification }
      } else {
        retryAt = now + min(retry * (1 << min(failures, 10)), Self.longestRetry)
        failures += 1
        verifyAt = verifyAt.map { max($0, now + retry) }
      }
    }
  }
#endif
