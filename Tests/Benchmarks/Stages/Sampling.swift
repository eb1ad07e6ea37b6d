import Glibc

/// How often a stage is run.
struct Sampling {
  /// Seconds after which no further run begins, once there are ``least``.
  var budget: Double
  var least = 3
  var most = 25

  /// Times a body, once unmeasured and then as often as there is time for. What it returns is let go after the clock stops.
  ///
  /// - Parameter usesThreads: whether it spreads its work over the processors.
  /// - Returns: of each run the processor seconds of its thread, which on an idle machine are the wall seconds, and on a busy one
  ///   are not disturbed; with several threads the wall seconds.
  func seconds<Value>(usesThreads: Bool = false, _ body: () throws -> Value) rethrows -> [Double] {
    _ = try body()
    var samples: [Double] = []
    var spent = 0.0
    while samples.count < least || (spent < budget && samples.count < most) {
      let start = (thread: ThreadClock.now, wall: ContinuousClock.now)
      let value = try body()
      let seconds = usesThreads ? (ContinuousClock.now - start.wall) / .seconds(1) : ThreadClock.now - start.thread
      withExtendedLifetime(value) {}
      samples.append(seconds)
      spent += seconds
    }
    return samples
  }
}

/// Processor time of the calling thread, that in the kernel included.
enum ThreadClock {
  /// Seconds.
  static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}

/// Wall seconds of a body, and what it returned.
func timed<Value>(_ body: () throws -> Value) rethrows -> (Double, Value) {
  let start = ContinuousClock.now
  let value = try body()
  return ((ContinuousClock.now - start) / .seconds(1), value)
}
