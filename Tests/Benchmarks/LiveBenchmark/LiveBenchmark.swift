import Foundation
import KubernetesObjects

/// Times what a change of a cluster costs a node that knows the rest of it. Run by `scripts/bench-live`, in a network
/// namespace of its own.
@main struct LiveBenchmark {
  static func main() throws {
    #if Netlink && os(Linux)
      guard CommandLine.arguments.count == 2 else {
        print("usage: live-benchmark CLUSTER.json")
        exit(2)
      }
      var measurements = LiveMeasurements(objects: try read(CommandLine.arguments[1]))
      try measurements.run()
    #else
      print("built without netlink")
      exit(2)
    #endif
  }

  private static func read(_ path: String) throws -> ObjectSet {
    let data = try Data(contentsOf: URL(filePath: path), options: .alwaysMapped)
    var reader = ObjectReader()
    data.withUnsafeBytes { reader.read($0, named: path) }
    return reader.finish()
  }
}
