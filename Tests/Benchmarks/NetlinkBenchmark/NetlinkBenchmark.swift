import Foundation
import KubernetesObjects
import NFTables
import NetworkAddresses
import ServicePlan

/// Times what programming the kernel takes, beside what the kernel itself takes for the same bytes. Run by
/// `scripts/bench-netlink`, in a network namespace of its own.
@main struct NetlinkBenchmark {
  static func main() throws {
    #if Netlink && os(Linux)
      guard CommandLine.arguments.count == 2 else {
        print("usage: netlink-benchmark CLUSTER.json")
        exit(2)
      }
      try NetlinkMeasurements(objects: try read(CommandLine.arguments[1])).run()
    #else
      print("built without netlink")
      exit(2)
    #endif
  }

  private static func read(_ path: String) throws -> ObjectSet {
    let data = try Data(contentsOf: URL(filePath: path))
    var reader = ObjectReader()
    data.withUnsafeBytes { reader.read($0, named: path) }
    return reader.finish()
  }
}
