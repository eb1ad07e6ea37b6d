import Foundation
import KubernetesObjects
import NetworkAddresses
import ServicePlan

/// The made-up cluster a stage works on, as `scripts/generate-cluster` wrote it, and the node it is seen from.
struct BenchmarkCluster {
  var objects: ObjectSet

  init(path: String) throws {
    objects = try BenchmarkCluster.decode(Data(contentsOf: URL(filePath: path), options: .alwaysMapped), path)
  }

  static func decode(_ data: Data, _ path: String) throws -> ObjectSet {
    var reader = ObjectReader()
    data.withUnsafeBytes { reader.read($0, named: path) }
    let objects = reader.finish()
    guard !objects.hasErrors else { throw BenchmarkError.unreadable(path) }
    return objects
  }

  static var configuration: NodeConfiguration {
    var configuration = NodeConfiguration(nodeName: "node-00001")
    configuration.nodeIPs = [IPAddress(ipv4: 0xc000_0201)]
    configuration.interfaceAddresses = configuration.nodeIPs
    configuration.detectLocal = .interfaceNamePrefix("cali")
    return configuration
  }

  func plan() -> NodePlan {
    ClusterPlanner(configuration: BenchmarkCluster.configuration).plan(objects, families: [.ipv4]).plans[0]
  }

  /// Makes all ports UDP ports.
  mutating func useUDP() {
    for service in objects.services.indices {
      for port in objects.services[service].ports.indices { objects.services[service].ports[port].transport = .udp }
    }
    for slice in objects.slices.indices {
      for port in objects.slices[slice].ports.indices { objects.slices[slice].ports[port].transport = .udp }
    }
  }
}

/// What keeps a stage from being measured.
enum BenchmarkError: Error, CustomStringConvertible {
  case unreadable(String)
  case untranslated(target: String)
  case notTheSame
  case needsNetlink
  case notFound(String)

  var description: String {
    switch self {
    case .unreadable(let path): "\(path) is not a cluster as scripts/generate-cluster prints it"
    case .untranslated(let target): "packets to Services are not translated by the rules of \(target)"
    case .notTheSame: "the kernel does not have the table that was committed"
    case .needsNetlink: "this build has no netlink; build with the default traits on Linux"
    case .notFound(let what): "not found: \(what)"
    }
  }
}
