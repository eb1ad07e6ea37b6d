import Foundation
import NetworkAddresses
import Testing

@testable import KubernetesAPI

struct KubeconfigTests {
  private static func access(
    cluster: String = "{server: 'https://192.0.2.1:6443'}", user: String = "{}", context: String? = nil,
    server: String? = nil
  ) throws -> APIAccess {
    let text = """
      apiVersion: v1
      kind: Config
      current-context: one
      contexts:
      - {name: one, context: {cluster: c, user: u}}
      - {name: two, context: {cluster: other, user: u}}
      clusters:
      - name: c
        cluster: \(cluster)
      - {name: other, cluster: {server: 'https://other.test'}}
      users:
      - name: u
        user: \(user)
      """
    return try Kubeconfig.access(
      text: text, named: "config", directory: URL(filePath: "/etc/kubernetes/"), context: context, server: server)
  }

  @Test func clusters() throws {
    #expect(try Self.access().server == "https://192.0.2.1:6443")
    #expect(try Self.access().trust == .system)
    #expect(try Self.access(context: "two").server == "https://other.test:443")
    #expect(try Self.access(server: "https://[2001:db8::1]:6443").server == "https://[2001:db8::1]:6443")
    #expect(
      try Self.access(cluster: "{server: 'https://a', certificate-authority: pki/ca.crt}").trust
        == .authorityFile("/etc/kubernetes/pki/ca.crt"))
    #expect(
      try Self.access(cluster: "{server: 'https://a', certificate-authority-data: SGVsbG8=}").trust
        == .authorities("Hello"))
    #expect(
      try Self.access(cluster: "{server: 'https://a', insecure-skip-tls-verify: true}").trust == .anything)
    #expect(
      try Self.access(cluster: "{server: 'https://192.0.2.1', tls-server-name: api.test}").serverName == "api.test")
    #expect(try Self.access(cluster: "{server: 'https://a/clusters/one/'}").server == "https://a:443/clusters/one")
  }

  @Test func users() throws {
    #expect(try Self.access().identity == .none)
    #expect(try Self.access(user: "{token: abc}").identity == .token(.text("abc")))
    // As kubectl has it.
    #expect(try Self.access(user: "{token: abc, tokenFile: t}").identity == .token(.file("/etc/kubernetes/t")))
    #expect(
      try Self.access(user: "{client-certificate: /a.crt, client-key-data: SGVsbG8=}").identity
        == .certificate(.file("/a.crt"), key: .text("Hello")))
    #expect(
      try Self.access(
        user: """
          {exec: {apiVersion: client.authentication.k8s.io/v1, command: ./bin/plugin, args: [a, b],
              env: [{name: VARIABLE, value: v}], interactiveMode: Never, provideClusterInfo: false}}
          """
      ).identity
        == .program(
          CredentialProgram(
            apiVersion: "client.authentication.k8s.io/v1", command: "/etc/kubernetes/bin/plugin",
            arguments: ["a", "b"],
            environment: [CredentialProgram.EnvironmentVariable(name: "VARIABLE", value: "v")])))
  }

  @Test(arguments: [
    (
      "{server: 'http://192.0.2.1'}", "{}",
      "config:9:21: error: clusters[0].cluster.server: http://192.0.2.1: without TLS only"
    ),
    ("{}", "{}", "config:9:12: error: clusters[0].cluster: server is missing"),
    (
      "{server: 'https://a', proxy-url: 'http://p'}", "{}",
      "config:9:45: error: clusters[0].cluster.proxy-url: proxies are not supported"
    ),
    ("{server: 'https://a', certificate-authority-data: '%'}", "{}", "certificate-authority-data: expected base64"),
    ("{server: 'https://a?x=y'}", "{}", "has no user, query or fragment"),
    ("{server: 'ftp://a'}", "{}", "expected the address of an API server"),
    ("{server: 'https://a'}", "{client-certificate: a}", "client-key is missing"),
    ("{server: 'https://a'}", "{client-key: a}", "client-certificate is missing"),
    ("{server: 'https://a'}", "{username: a, password: b}", "password is not supported"),
    ("{server: 'https://a'}", "{exec: {command: a}}", "apiVersion is missing"),
    (
      "{server: 'https://a'}", "{exec: {apiVersion: v1, command: a}}", "expected one of client.authentication.k8s.io/v1"
    ),
  ])
  func mistakes(cluster: String, user: String, words: String) throws {
    let error = #expect(throws: AccessError.self) { try Self.access(cluster: cluster, user: user) }
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
  }

  @Test func missingParts() {
    let error = #expect(throws: AccessError.self) { try Self.access(context: "three") }
    #expect(error?.description == "config:5:1: error: contexts: there is no context called \"three\"")
    for text in ["", "[]", "{", "current-context: x"] {
      #expect(throws: AccessError.self) {
        try Kubeconfig.access(text: text, named: "config", directory: URL(filePath: "/"))
      }
    }
    #expect(throws: AccessError("/nonexistent: cannot be read")) { try Kubeconfig.access(path: "/nonexistent") }
  }

  /// Whoever sees the message must not see the token.
  @Test(arguments: ["{token: [s3cr3t]}", "{token: {s3cr3t: 1}}", "{token: 424242}", "{client-key-data: s3cr3t%}"])
  func mistakesInSecretsDoNotShowThem(user: String) {
    let error = #expect(throws: AccessError.self) { try Self.access(user: user) }
    let text = error?.description ?? ""
    #expect(text.contains("users[0].user.") && !text.contains("s3cr3t") && !text.contains("424242"), "\(text)")
  }

  @Test(arguments: [
    ("http://127.0.0.1:8080", "http://127.0.0.1:8080"), ("http://localhost", "http://localhost:80"),
    ("http://[::1]:8001/", "http://[::1]:8001"), ("192.0.2.1:6443", "https://192.0.2.1:6443"),
  ])
  func servers(text: String, server: String) throws {
    #expect(try APIAccess(server: text).server == server)
  }

  @Test(arguments: ["http://192.0.2.1", "http://localhost.example.com", "http://127.0.0.1.example.com", "https://", ""])
  func serversThatAreRefused(text: String) {
    #expect(throws: AccessError.self) { try APIAccess(server: text) }
  }

  @Test func inCluster() throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "svcnat-api-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let environment = ["KUBERNETES_SERVICE_HOST": "10.96.0.1", "KUBERNETES_SERVICE_PORT": "443"]
    #expect(throws: AccessError.self) { try APIAccess.inCluster(directory: directory.path, environment: environment) }
    try "t".write(to: directory.appending(path: "token"), atomically: true, encoding: .utf8)
    let access = try APIAccess.inCluster(directory: directory.path, environment: environment)
    #expect(access.server == "https://10.96.0.1:443")
    #expect(access.identity == .token(.file(directory.path + "/token")))
    #expect(access.trust == .authorityFile(directory.path + "/ca.crt"))
    #expect(access.address == IPAddress("10.96.0.1") && access.port == 443)
    let other = try APIAccess.inCluster(
      server: "https://192.0.2.7:6443", directory: directory.path, environment: environment)
    #expect(other.address == IPAddress("192.0.2.7") && other.port == 6443)
    #expect(throws: AccessError.self) { try APIAccess.inCluster(directory: directory.path, environment: [:]) }
    let six = try APIAccess.inCluster(
      directory: directory.path, environment: ["KUBERNETES_SERVICE_HOST": "fd00::1"])
    #expect(six.server == "https://[fd00::1]:443")
  }
}
