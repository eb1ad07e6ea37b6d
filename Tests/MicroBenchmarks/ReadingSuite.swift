import Benchmark
import KubernetesObjects

/// From bytes to objects.
enum ReadingSuite {
  static func make(_ sample: SampleCluster) throws -> BenchmarkSuite {
    let service = Array(SampleCluster.service(1).utf8)
    let slice = Array(SampleCluster.slice(1, endpoints: 100).utf8)
    return BenchmarkSuite(name: "read") { suite in
      suite.benchmark("a Service, JSON") { keep(try SampleCluster.read(service, named: "service.json")) }
      // JSON is YAML: the same bytes by the other parser.
      suite.benchmark("a Service, YAML") { keep(try SampleCluster.read(service, named: "service.yaml")) }
      suite.benchmark("a slice of 100 endpoints, JSON") { keep(try SampleCluster.read(slice, named: "slice.json")) }
    }
  }
}
