#if Agent && os(Linux)
  import Synchronization

  /// How something ended that ran on another thread.
  final class FirstResult: Sendable {
    private let failure = Mutex<(any Error)?>(nil)

    func set(_ error: any Error) { failure.withLock { $0 = $0 ?? error } }

    var error: (any Error)? { failure.withLock { $0 } }
  }
#endif
