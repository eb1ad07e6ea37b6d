import Glibc

/// How often a stage is run.
struct Sampling {
  /// Seconds after which no further run begins, once there are ``least``.
  var budget: Double
  var least = 3
  var most = 25

  /// Times a body, once unmeasured and then as often as there is time for. What it returns is let go after the clock stops.
  ///
  /// - Returns: processor seconds of each run. The stages use one thread and wait for nothing, so that on an idle machine they are
  ///   the wall seconds, and on a busy one they are not disturbed.
  func seconds<Value>(_ body: () throws -> Value) rethrows -> [Double] {
    _ = try body()
    var samples: [Double] = []
    var spent = 0.0
    while samples.count < least || (spent < budget && samples.count < most) {
      let start = ThreadClock.now
      let value = try body()
      let seconds = ThreadClock.now - start
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
