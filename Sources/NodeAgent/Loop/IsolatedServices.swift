#if Agent && os(Linux)
  import Glibc
  import KubernetesObjects
  import Netlink
  import NodeProgramming

  /// The Services that are left out because the kernel refuses their rules, and when each is tried again.
  struct IsolatedServices {
    private struct Entry {
      var failures: Int
      var retryAt: ContinuousClock.Instant
      var isReadmitted = false
    }

    private var entries: [NamespacedName: Entry] = [:]

    static let longestRetry = Duration.seconds(600)

    /// Those that are left out now.
    var count: Int { entries.values.count { !$0.isReadmitted } }

    var nextRetry: ContinuousClock.Instant? { entries.values.lazy.filter { !$0.isReadmitted }.map(\.retryAt).min() }

    /// - Returns: how long until it is tried again: longer each time.
    mutating func add(_ service: NamespacedName, retry: Duration, now: ContinuousClock.Instant = .now) -> Duration {
      let failures = (entries[service]?.failures ?? 0) + 1
      let delay = min(retry * (1 << min(failures - 1, 10)), Self.longestRetry)
      entries[service] = Entry(failures: failures, retryAt: now + delay)
      return delay
    }

    /// Those to be tried again.
    mutating func due(_ now: ContinuousClock.Instant) -> [NamespacedName] {
      let due = entries.filter { !$0.value.isReadmitted && $0.value.retryAt <= now }.map(\.key)
      for service in due { entries[service]?.isReadmitted = true }
      return due
    }

    /// - Returns: whether it was left out.
    mutating func forget(_ service: NamespacedName) -> Bool { entries.removeValue(forKey: service) != nil }

    /// Whether an error has nothing to do with what the rules are.
    func isHopeless(_ error: any Error) -> Bool {
      switch error as? ProgrammingError {
      case .refused(let error)?: [ENOMEM, ENOBUFS].contains(error.code)
      case .program?, nil: false
      default: true
      }
    }
  }
#endif
