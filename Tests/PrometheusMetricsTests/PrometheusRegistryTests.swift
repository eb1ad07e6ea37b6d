#if Agent
  import CoreMetrics
  import PrometheusMetrics
  import Testing

  struct PrometheusRegistryTests {
    @Test func countersAndGaugesAreWritten() {
      let registry = PrometheusRegistry([
        MetricDescription("requests_total", .counter, "Requests\nby code."),
        MetricDescription("pending", .gauge, "What waits."),
      ])
      Counter(label: "requests_total", dimensions: [("code", "200")], factory: registry).increment(by: 3)
      Counter(label: "requests_total", dimensions: [("code", "a\"b\\c")], factory: registry).increment()
      Counter(label: "requests_total", dimensions: [("code", "200")], factory: registry).increment()
      let meter = Meter(label: "pending", factory: registry)
      meter.set(2.5)
      #expect(
        registry.text() == #"""
          # HELP pending What waits.
          # TYPE pending gauge
          pending 2.5
          # HELP requests_total Requests\nby code.
          # TYPE requests_total counter
          requests_total{code="200"} 4
          requests_total{code="a\"b\\c"} 1

          """#)
    }

    @Test func bucketsCountWhatIsBelow() {
      let registry = PrometheusRegistry([
        MetricDescription("seconds", .histogram(buckets: [0.5, 1, 2]), "Time.")
      ])
      let timer = Timer(label: "seconds", dimensions: [("ip_family", "IPv4")], factory: registry)
      for milliseconds in [100, 500, 501, 1999, 5000] { timer.recordMilliseconds(milliseconds) }
      #expect(
        registry.text() == """
          # HELP seconds Time.
          # TYPE seconds histogram
          seconds_bucket{ip_family="IPv4",le="0.5"} 2
          seconds_bucket{ip_family="IPv4",le="1"} 3
          seconds_bucket{ip_family="IPv4",le="2"} 4
          seconds_bucket{ip_family="IPv4",le="+Inf"} 5
          seconds_sum{ip_family="IPv4"} 8.1
          seconds_count{ip_family="IPv4"} 5

          """)
    }

    @Test func whatIsDestroyedIsWrittenNoMore() {
      let registry = PrometheusRegistry()
      let counter = Counter(label: "svcnat.odd name", factory: registry)
      counter.increment()
      #expect(registry.text().contains("svcnat_odd_name 1\n"))
      counter.destroy()
      #expect(registry.text() == "")
    }
  }
#endif
