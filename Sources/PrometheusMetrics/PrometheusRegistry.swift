#if Agent
  import CoreMetrics
  import Synchronization

  /// Keeps metrics of swift-metrics and writes them in the text format of Prometheus (version 0.0.4).
  ///
  /// Metrics that are described have the kind and the buckets of their description. Of others a counter is a counter, a timer a
  /// summary-less histogram of ``defaultBuckets``, and the rest is a gauge. Timers are kept in seconds.
  public final class PrometheusRegistry: MetricsFactory, Sendable {
    /// For what takes time and is not described, in seconds.
    public static let defaultBuckets = MetricDescription.exponentialBuckets(start: 0.001, factor: 2, count: 15)

    private struct Family {
      var description: MetricDescription
      var series: [Labels: Series] = [:]
    }

    private let families: Mutex<[String: Family]>

    /// - Parameter descriptions: those named twice count as the first one says.
    public init(_ descriptions: [MetricDescription] = []) {
      families = Mutex(
        Dictionary(descriptions.map { ($0.name, Family(description: $0)) }, uniquingKeysWith: { first, _ in first }))
    }

    private func series(
      _ label: String, _ dimensions: [(String, String)], _ kind: MetricDescription.Kind
    ) -> Series {
      let labels = Labels(dimensions)
      return families.withLock { families in
        let name = MetricNames.metric(label)
        let description = families[name]?.description ?? MetricDescription(name, kind, "\(name).")
        if let known = families[name]?.series[labels] { return known }
        let series: Series
        if case .histogram(let buckets) = description.kind {
          series = Series(buckets: buckets)
        } else {
          series = Series(buckets: nil)
        }
        families[name, default: Family(description: description)].series[labels] = series
        return series
      }
    }

    /// Forgets one series, so that it is written no more: for labels that name what is gone.
    private func forget(_ handler: AnyObject) {
      families.withLock { families in
        for (name, family) in families {
          for (labels, series) in family.series where series === handler { families[name]?.series[labels] = nil }
        }
      }
    }

    // MARK: - MetricsFactory

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
      series(label, dimensions, .counter)
    }

    public func makeFloatingPointCounter(
      label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
      series(label, dimensions, .counter)
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
      series(label, dimensions, .gauge)
    }

    public func makeRecorder(
      label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
      series(label, dimensions, aggregate ? .histogram(buckets: Self.defaultBuckets) : .gauge)
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
      series(label, dimensions, .histogram(buckets: Self.defaultBuckets))
    }

    public func destroyCounter(_ handler: any CounterHandler) { forget(handler) }
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { forget(handler) }
    public func destroyMeter(_ handler: any MeterHandler) { forget(handler) }
    public func destroyRecorder(_ handler: any RecorderHandler) { forget(handler) }
    public func destroyTimer(_ handler: any TimerHandler) { forget(handler) }

    // MARK: - Text

    /// The value of `Content-Type` for ``text()``.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// All metrics that were ever made, sorted by name and labels.
    public func text() -> String {
      let families = families.withLock { $0 }
      var text = ""
      for (name, family) in families.sorted(by: { $0.key < $1.key }) where !family.series.isEmpty {
        text += "# HELP \(name) \(MetricNames.escapedHelp(family.description.help))\n"
        text += "# TYPE \(name) \(family.description.kind.word)\n"
        for (labels, series) in family.series.sorted(by: { $0.key < $1.key }) { series.write(name, labels, to: &text) }
      }
      return text
    }
  }
#endif
