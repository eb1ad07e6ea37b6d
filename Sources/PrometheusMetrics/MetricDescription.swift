#if Agent
  /// What a metric is to Prometheus, beyond what swift-metrics asks of those who count.
  public struct MetricDescription: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
      case counter
      case gauge
      /// - Parameter buckets: upper bounds, ascending; the one without bound is added.
      case histogram(buckets: [Double])

      var word: String {
        switch self {
        case .counter: "counter"
        case .gauge: "gauge"
        case .histogram: "histogram"
        }
      }
    }

    /// The full name, with prefix and unit.
    public var name: String
    /// One sentence.
    public var help: String
    public var kind: Kind

    public init(_ name: String, _ kind: Kind, _ help: String) {
      self.name = name
      self.kind = kind
      self.help = help
    }

    /// Upper bounds that begin with `start` and grow by a factor.
    public static func exponentialBuckets(start: Double, factor: Double, count: Int) -> [Double] {
      var buckets: [Double] = []
      var bound = start
      for _ in 0..<count {
        buckets.append(bound)
        bound *= factor
      }
      return buckets
    }

    /// Upper bounds that begin with `start` and grow by a width.
    public static func linearBuckets(start: Double, width: Double, count: Int) -> [Double] {
      (0..<count).map { start + Double($0) * width }
    }
  }
#endif
