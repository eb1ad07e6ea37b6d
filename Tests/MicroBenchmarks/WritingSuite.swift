import Benchmark
import RuleTargets
import RuleText

/// From rules as values to text.
enum WritingSuite {
  static func make(_ sample: SampleCluster) throws -> BenchmarkSuite {
    let comments = (0..<1000).map { "team-\($0 % 7)/service-\($0):http" }
    return BenchmarkSuite(name: "write") { suite in
      for target in RuleTarget.allCases {
        let rules = target.compile(sample.plan)
        suite.benchmark("text of 100 Services, \(target.rawValue)") { keep(rules.text()) }
      }
      suite.benchmark("1,000 comments in quotes") {
        var text = TextBuffer(capacity: 1 << 16)
        for comment in comments { text.write(quoted: comment) }
        keep(text.bytes.count)
      }
      suite.benchmark("1,000 port numbers") {
        var text = TextBuffer(capacity: 1 << 13)
        for port: UInt16 in 30_000..<31_000 { text.write(port) }
        keep(text.bytes.count)
      }
    }
  }
}
