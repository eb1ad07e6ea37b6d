/// How large a cluster is.
struct ClusterSize: Hashable, Codable, Sendable, CustomStringConvertible {
  var services: Int
  /// Of each Service.
  var endpoints: Int

  init(_ services: Int, _ endpoints: Int) {
    self.services = services
    self.endpoints = endpoints
  }

  var description: String { "\(services)x\(endpoints)" }
}
