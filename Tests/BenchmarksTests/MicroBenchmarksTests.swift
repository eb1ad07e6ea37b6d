import Benchmark
import Testing

@testable import svcnat_micro_benchmarks

@Suite struct MicroBenchmarksTests {
  /// Each of them works, and is called something of its own.
  @Test func eachRuns() throws {
    var runner = BenchmarkRunner(
      suites: try MicroBenchmarks.suites(), settings: [Iterations(1), WarmupIterations(0), Format(.none), Quiet(true)])
    try runner.run()
    #expect(runner.results.count >= 15)
    #expect(Set(runner.results.map { "\($0.suiteName).\($0.benchmarkName)" }).count == runner.results.count)
    for result in runner.results {
      #expect(
        result.measurements.count == 1 && result.measurements[0] > 0, "\(result.suiteName).\(result.benchmarkName)")
    }
  }

  /// What is compared and evaluated is what its name says.
  @Test func theSampleHasItsServices() throws {
    let sample = try SampleCluster()
    #expect(sample.plan.servicePorts.count == SampleCluster.services)
    let endpoints = try sample.table().sets.first { $0.name == "endpoints" }
    #expect(endpoints?.elements.count == SampleCluster.services * SampleCluster.endpoints)
  }
}
