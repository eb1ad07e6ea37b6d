import Foundation
import NetworkAddresses

/// The address of an API server.
struct ServerURL: Hashable, Sendable {
  let isEncrypted: Bool
  let host: String
  let port: Int
  /// Where it is behind a proxy: `/clusters/one`, empty for most.
  let path: String

  /// - Throws: ``AccessError``
  init(_ text: String) throws {
    guard let parts = URLComponents(string: text.contains("://") ? text : "https://" + text),
      let host = parts.host, !host.isEmpty, let scheme = parts.scheme, ["http", "https"].contains(scheme)
    else { throw AccessError("\(text): expected the address of an API server such as https://192.0.2.1:6443") }
    guard parts.query == nil, parts.fragment == nil, parts.user == nil else {
      throw AccessError("\(text): the address of an API server has no user, query or fragment")
    }
    isEncrypted = scheme == "https"
    // IPv6 addresses are written in brackets.
    self.host = host.trimmingCharacters(in: ["[", "]"])
    port = parts.port ?? (isEncrypted ? 443 : 80)
    var path = parts.path
    while path.hasSuffix("/") { path.removeLast() }
    self.path = path
    guard isEncrypted || isLoopback else {
      throw AccessError("\(text): without TLS only an API server on this machine is spoken to; use https")
    }
  }

  /// Nil for a name.
  var address: IPAddress? { IPAddress(host) }

  private var isLoopback: Bool { host == "localhost" || address?.isLoopback == true }

  var text: String {
    let host = host.contains(":") ? "[\(host)]" : host
    return "\(isEncrypted ? "https" : "http")://\(host):\(port)\(path)"
  }
}
