import Foundation
import NetworkAddresses

extension APIAccess {
  /// Where a Pod finds its credentials.
  public static let serviceAccountDirectory = "/var/run/secrets/kubernetes.io/serviceaccount"

  /// What a Pod is given to reach its API server; token and authorities are read anew as they rotate.
  ///
  /// The address is a cluster IP, which works only once a service proxy has programmed it.
  ///
  /// - Parameters:
  ///   - server: instead of the address in the environment.
  ///   - environment: has `KUBERNETES_SERVICE_HOST` and `KUBERNETES_SERVICE_PORT`.
  /// - Throws: ``AccessError`` outside a Pod.
  public static func inCluster(
    server: String? = nil, directory: String = serviceAccountDirectory,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws -> APIAccess {
    let token = directory + "/token"
    guard FileManager.default.isReadableFile(atPath: token) else {
      throw AccessError("\(token) cannot be read: outside a Pod give --kubeconfig")
    }
    var address = server
    if address == nil, let host = environment["KUBERNETES_SERVICE_HOST"], !host.isEmpty {
      let port = environment["KUBERNETES_SERVICE_PORT"] ?? "443"
      address = "https://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }
    guard let address else {
      throw AccessError("KUBERNETES_SERVICE_HOST is not set: give --server or --kubeconfig")
    }
    return try APIAccess(
      server: address, trust: .authorityFile(directory + "/ca.crt"), identity: .token(.file(token)))
  }

  /// The address of ``server`` if that is an address and no name: whoever programs cluster IPs must not need one to hear
  /// of them.
  public var address: IPAddress? { (try? ServerURL(server))?.address }

  public var port: Int { (try? ServerURL(server))?.port ?? 443 }
}
