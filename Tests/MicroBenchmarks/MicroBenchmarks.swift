import Benchmark

/// Small pieces of work by themselves, each for as long as its time is steady: `scripts/bench --micro --help`.
///
/// They show where a change inside of one stage is worth something; whole stages, and what the kernel does, are those of
/// `scripts/bench`.
@main
struct MicroBenchmarks {
  static func main() throws { Benchmark.main(try suites()) }

  static func suites() throws -> [BenchmarkSuite] {
    let sample = try SampleCluster()
    var suites = [
      try ReadingSuite.make(sample), AddressSuite.make(), try CompilingSuite.make(sample),
      try WritingSuite.make(sample),
      try EvaluatingSuite.make(sample),
    ]
    #if Netlink && os(Linux)
      suites.append(try NetlinkSuite.make(sample))
    #endif
    return suites
  }
}

/// Takes a result, so that the compiler cannot leave out what made it.
@inline(never)
@_optimize(none)
func keep<Value>(_ value: Value) {}
