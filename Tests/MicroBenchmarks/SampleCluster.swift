import KubernetesObjects
import NFTables
import NetworkAddresses
import RuleTargets
import ServicePlan

/// A hundred Services with five endpoints each, made by hand so that a figure means the same for ever.
struct SampleCluster {
  static let services = 100
  static let endpoints = 5

  let objects: ObjectSet
  let plan: NodePlan

  init() throws {
    let list = (0..<SampleCluster.services).flatMap { [SampleCluster.service($0), SampleCluster.slice($0)] }
    let text = #"{"apiVersion":"v1","kind":"List","items":["# + list.joined(separator: ",") + "]}"
    objects = try SampleCluster.read(Array(text.utf8), named: "sample.json")
    plan = ClusterPlanner(configuration: SampleCluster.configuration).plan(objects, families: [.ipv4]).plans[0]
  }

  static func read(_ bytes: [UInt8], named name: String) throws -> ObjectSet {
    var reader = ObjectReader()
    bytes.withUnsafeBytes { reader.read($0, named: name) }
    let objects = reader.finish()
    guard !objects.hasErrors else { throw Unreadable(name: name) }
    return objects
  }

  /// A sample that is none: a fault of the benchmark.
  struct Unreadable: Error { var name: String }

  private static var configuration: NodeConfiguration {
    var configuration = NodeConfiguration(nodeName: "node-1")
    configuration.nodeIPs = [IPAddress(ipv4: 0xc000_0201)]
    configuration.interfaceAddresses = configuration.nodeIPs
    configuration.detectLocal = .interfaceNamePrefix("cali")
    return configuration
  }

  static func clusterIP(_ number: Int) -> String { "10.96.\(number / 250).\(number % 250 + 1)" }

  static func service(_ number: Int) -> String {
    """
    {"apiVersion":"v1","kind":"Service","metadata":{"name":"service-\(number)","namespace":"team-\(number % 7)",\
    "uid":"8a6e0804-2bd0-4672-b79d-d97027f9071a","resourceVersion":"\(1000 + number)","labels":{"app":"web"}},\
    "spec":{"clusterIP":"\(clusterIP(number))","clusterIPs":["\(clusterIP(number))"],"ipFamilies":["IPv4"],\
    "ipFamilyPolicy":"SingleStack","selector":{"app":"web"},"sessionAffinity":"None","type":"ClusterIP",\
    "ports":[{"name":"http","port":80,"protocol":"TCP","targetPort":8080}]}}
    """
  }

  static func slice(_ number: Int, endpoints: Int = SampleCluster.endpoints) -> String {
    let list = (0..<endpoints).map { index in
      """
      {"addresses":["10.128.\(number).\(index + 1)"],"conditions":{"ready":true,"serving":true,"terminating":false},\
      "nodeName":"node-\(index % 3)","zone":"zone-a","targetRef":{"kind":"Pod","name":"web-\(index)","namespace":"team"}}
      """
    }
    return """
      {"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice","metadata":{"name":"service-\(number)-x2xkm",\
      "namespace":"team-\(number % 7)","labels":{"kubernetes.io/service-name":"service-\(number)"}},"addressType":"IPv4",\
      "endpoints":[\(list.joined(separator: ","))],"ports":[{"name":"http","port":8080,"protocol":"TCP"}]}
      """
  }

  /// The rules of nft-maps.
  func table() throws -> NFTables.Table {
    guard case .nftables(let table) = RuleTarget.nftMaps.compile(plan) else { throw Unreadable(name: "nft-maps") }
    return table
  }
}
