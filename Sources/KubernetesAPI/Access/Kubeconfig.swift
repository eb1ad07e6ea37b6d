import Foundation
import KubernetesObjects

/// Reads a kubeconfig file, <https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/>.
public struct Kubeconfig {
  private let file: String
  /// Relative paths start from here.
  private let directory: URL
  private let root: DocumentNode
  private var problems: [Diagnostic] = []

  /// - Parameters:
  ///   - path: of the file.
  ///   - context: nil: the current one.
  ///   - server: instead of that of the cluster.
  /// - Throws: ``AccessError`` with the place of everything that is wrong.
  public static func access(path: String, context: String? = nil, server: String? = nil) throws -> APIAccess {
    let url = URL(filePath: path)
    guard let data = try? Data(contentsOf: url) else { throw AccessError("\(path): cannot be read") }
    return try access(
      text: String(decoding: data, as: UTF8.self), named: path, directory: url.deletingLastPathComponent(),
      context: context, server: server)
  }

  static func access(
    text: String, named file: String, directory: URL, context: String? = nil, server: String? = nil
  ) throws -> APIAccess {
    let (documents, diagnostics) = DocumentTree.read(text, named: file)
    if let error = diagnostics.first { throw AccessError(error.text(files: [file])) }
    guard let root = documents.first?.root, root.kind == .mapping else {
      throw AccessError("\(file): expected a kubeconfig")
    }
    var config = Kubeconfig(file: file, directory: directory, root: root)
    let access = try config.access(context: context, server: server)
    guard config.problems.isEmpty, let access else {
      throw AccessError(config.problems.map { $0.text(files: [file]) }.joined(separator: "\n"))
    }
    return access
  }

  private mutating func access(context: String?, server: String?) throws -> APIAccess? {
    guard let name = context ?? root["current-context"]?.string(&problems), !name.isEmpty else {
      problems.append(root.diagnostic(.error, "current-context is missing: say which context is meant"))
      return nil
    }
    guard let context = entry("contexts", name, "context"),
      let clusterName = required(context, "cluster"), let cluster = entry("clusters", clusterName, "cluster")
    else { return nil }
    if let proxy = cluster["proxy-url"] {
      problems.append(proxy.diagnostic(.error, "proxies are not supported; reach the API server directly"))
    }
    let user = context["user"]?.string(&problems).flatMap { entry("users", $0, "user") }
    let identity = user.flatMap { self.identity($0) } ?? ClientIdentity.none
    let trust = trust(cluster)
    let serverName = cluster["tls-server-name"]?.string(&problems)
    guard let address = server ?? required(cluster, "server"), problems.isEmpty else { return nil }
    do {
      return try APIAccess(server: address, trust: trust, serverName: serverName, identity: identity)
    } catch {
      problems.append((cluster["server"] ?? cluster).diagnostic(.error, "\(error)"))
      return nil
    }
  }

  /// `{name: NAME, kind: {...}}` of a list.
  private mutating func entry(_ list: String, _ name: String, _ kind: String) -> DocumentNode? {
    let entry = root[list]?.elements.first { $0["name"]?.string == name }
    guard let body = entry?[kind] else {
      problems.append((root[list] ?? root).diagnostic(.error, "there is no \(kind) called \"\(name)\""))
      return nil
    }
    return body
  }

  private mutating func required(_ node: DocumentNode, _ key: String) -> String? {
    guard let value = node[key] else {
      problems.append(node.diagnostic(.error, "\(key) is missing"))
      return nil
    }
    return value.string(&problems)
  }

  private mutating func trust(_ cluster: DocumentNode) -> ServerTrust {
    if cluster["insecure-skip-tls-verify"]?.boolean(&problems) == true { return .anything }
    switch document(cluster, "certificate-authority") {
    case .text(let pem): return .authorities(pem)
    case .file(let path): return .authorityFile(path)
    case nil: return .system
    }
  }

  /// The document in a field, in base64 in `KEY-data`, or in the file that it names.
  private mutating func document(_ node: DocumentNode, _ key: String) -> Credential? {
    if let data = node[key + "-data"] {
      guard let text = secret(data) else { return nil }
      guard let decoded = Data(base64Encoded: text, options: .ignoreUnknownCharacters), !decoded.isEmpty else {
        problems.append(data.diagnostic(.error, "expected base64"))
        return nil
      }
      return .text(String(decoding: decoded, as: UTF8.self))
    }
    return node[key]?.string(&problems).map { .file(path($0)) }
  }

  /// Does not show what is there instead of a string.
  private mutating func secret(_ node: DocumentNode) -> String? {
    if node.string == nil { problems.append(node.diagnostic(.error, "expected a string")) }
    return node.string
  }

  private func path(_ text: String) -> String {
    URL(filePath: text, relativeTo: directory).standardizedFileURL.path
  }

  private mutating func identity(_ user: DocumentNode) -> ClientIdentity? {
    for key in ["auth-provider", "as", "as-uid", "as-groups", "username", "password"] {
      if let node = user[key] {
        problems.append(node.diagnostic(.error, "\(key) is not supported; use a token, a certificate or exec"))
      }
    }
    if let program = user["exec"] { return self.program(program).map(ClientIdentity.program) }
    // As kubectl has it, a token file wins over a token.
    if let file = user["tokenFile"]?.string(&problems) { return .token(.file(path(file))) }
    if let token = user["token"].flatMap({ secret($0) }), !token.isEmpty { return .token(.text(token)) }
    switch (document(user, "client-certificate"), document(user, "client-key")) {
    case (let certificate?, let key?): return .certificate(certificate, key: key)
    case (nil, nil): return nil
    case (_?, nil): problems.append(user.diagnostic(.error, "client-key is missing"))
    case (nil, _?): problems.append(user.diagnostic(.error, "client-certificate is missing"))
    }
    return nil
  }

  private mutating func program(_ node: DocumentNode) -> CredentialProgram? {
    guard let version = required(node, "apiVersion"), let command = required(node, "command") else { return nil }
    guard CredentialProgram.versions.contains(version) else {
      problems.append(
        (node["apiVersion"] ?? node).diagnostic(
          .error, "expected one of \(CredentialProgram.versions.joined(separator: ", "))"))
      return nil
    }
    var program = CredentialProgram(
      apiVersion: version,
      // A path is relative to the file, a name is looked for on the search path.
      command: command.contains("/") ? path(command) : command)
    program.arguments = node["args"]?.strings(&problems) ?? []
    program.environment = (node["env"]?.elements ?? []).compactMap { variable in
      guard let name = variable["name"]?.string, let value = variable["value"]?.string else { return nil }
      return CredentialProgram.EnvironmentVariable(name: name, value: value)
    }
    program.installHint = node["installHint"]?.string(&problems)
    return program
  }
}

extension CredentialProgram {
  static let versions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"]
}
