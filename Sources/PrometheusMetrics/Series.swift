#if Agent
  import CoreMetrics
  import Synchronization

  /// One metric with one set of labels.
  final class Series: Sendable {
    private struct State {
      /// The value, or the sum of what was observed.
      var value = 0.0
      var count = 0
      /// Observations up to each bound that are above the one before.
      var counts: [Int]
    }

    /// Upper bounds; nil: this is no histogram.
    private let buckets: [Double]?
    private let state: Mutex<State>

    init(buckets: [Double]?) {
      self.buckets = buckets
      state = Mutex(State(counts: Array(repeating: 0, count: buckets?.count ?? 0)))
    }

    private func add(_ amount: Double) { state.withLock { $0.value += amount } }

    private func assign(_ value: Double) { state.withLock { $0.value = value } }

    private func observe(_ value: Double) {
      guard let buckets else {
        assign(value)
        return
      }
      let place = buckets.firstIndex { value <= $0 }
      state.withLock { state in
        state.value += value
        state.count += 1
        if let place { state.counts[place] += 1 }
      }
    }

    func write(_ name: String, _ labels: Labels, to text: inout String) {
      let state = state.withLock { $0 }
      guard let buckets else {
        text += "\(name)\(labels.braced()) \(Series.number(state.value))\n"
        return
      }
      var total = 0
      for (bound, count) in zip(buckets, state.counts) {
        total += count
        text += "\(name)_bucket\(labels.braced(and: "le=\"\(Series.number(bound))\"")) \(total)\n"
      }
      text += "\(name)_bucket\(labels.braced(and: "le=\"+Inf\"")) \(state.count)\n"
      text += "\(name)_sum\(labels.braced()) \(Series.number(state.value))\n"
      text += "\(name)_count\(labels.braced()) \(state.count)\n"
    }

    /// Whole numbers without a fraction.
    static func number(_ value: Double) -> String {
      if value.isNaN { return "NaN" }
      if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
      if let whole = Int(exactly: value) { return "\(whole)" }
      return "\(value)"
    }
  }

  extension Series: CounterHandler, FloatingPointCounterHandler, MeterHandler, RecorderHandler, TimerHandler {
    func increment(by amount: Int64) { add(Double(amount)) }
    func increment(by amount: Double) { add(amount) }
    func decrement(by amount: Double) { add(-amount) }
    func set(_ value: Int64) { assign(Double(value)) }
    func set(_ value: Double) { assign(value) }
    func record(_ value: Int64) { observe(Double(value)) }
    func record(_ value: Double) { observe(value) }
    func recordNanoseconds(_ duration: Int64) { observe(Double(duration) / 1e9) }
    func reset() { assign(0) }
  }
#endif
