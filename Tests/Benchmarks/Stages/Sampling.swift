/// How often a stage is run.
struct Sampling {
  /// Seconds after which no further run begins, once there are ``least``.
  var budget: Double
  var least = 3
  var most = 25

  /// Times a body, once unmeasured and then as often as there is time for. What it returns is let go after the clock stops.
  func seconds<Value>(_ body: () throws -> Value) rethrows -> [Double] {
    _ = try body()
    var samples: [Double] = []
    var spent = 0.0
    while samples.count < least || (spent < budget && samples.count < most) {
      let (seconds, value) = try timed(body)
      withExtendedLifetime(value) {}
      samples.append(seconds)
      spent += seconds
    }
    return samples
  }
}

/// Wall seconds of a body, and what it returned.
func timed<Value>(_ body: () throws -> Value) rethrows -> (Double, Value) {
  let start = ContinuousClock.now
  let value = try body()
  return ((ContinuousClock.now - start) / .seconds(1), value)
}
