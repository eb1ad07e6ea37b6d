#if Agent
  import APIServerStandIn
  import Foundation
  import KubernetesAPI
  import Testing

  /// Who is believed, and who we are.
  struct EncryptionTests {
    /// A server with a certificate, and a Service in it.
    private static func serving(
      _ pair: TestCertificates.Pair, port: Int = 0, clients: TestCertificates.Pair? = nil,
      _ body: (StandInServer) async throws -> Void
    ) async throws {
      let server = try await StandInServer(port: port, tls: pair.server(clients: clients))
      server.cluster.put(.service("web"))
      do {
        try await body(server)
      } catch {
        await server.stop()
        throw error
      }
      await server.stop()
    }

    private static func expectService(_ access: APIAccess) async throws {
      try await following(access, [.services(proxyName: nil)]) { follower in
        try await follower.expect { $0.events == ["services 1"] }
      }
    }

    private static func expectRefusal(_ access: APIAccess, _ words: String) async throws {
      try await following(access, [.services(proxyName: nil)]) { follower in
        try await follower.expect { known in known.notices.contains { "\($0)".contains(words) } }
        #expect(follower.state.events.isEmpty)
      }
    }

    @Test func aKnownAuthorityIsBelieved() async throws {
      try await withTemporaryDirectory { directory in
        let certificates = try TestCertificates(in: directory)
        try await Self.serving(certificates.pair("server")) { server in
          try await Self.expectService(
            APIAccess(server: server.url, trust: .authorities(certificates.authority.certificate)))
          try await Self.expectRefusal(APIAccess(server: server.url), "CERTIFICATE_VERIFY_FAILED")
          try await Self.expectService(APIAccess(server: server.url, trust: .anything))
        }
      }
    }

    @Test func expiredCertificatesAreRefused() async throws {
      try await withTemporaryDirectory { directory in
        let certificates = try TestCertificates(in: directory)
        try await Self.serving(certificates.pair("server", days: -1)) { server in
          try await Self.expectRefusal(
            APIAccess(server: server.url, trust: .authorities(certificates.authority.certificate)),
            "CERTIFICATE_VERIFY_FAILED")
        }
      }
    }

    @Test func theNameMustBeRight() async throws {
      try await withTemporaryDirectory { directory in
        let certificates = try TestCertificates(in: directory)
        let trust = ServerTrust.authorities(certificates.authority.certificate)
        try await Self.serving(certificates.pair("server", names: ["DNS:api.test", "IP:192.0.2.1"])) { server in
          try await Self.expectRefusal(APIAccess(server: server.url, trust: trust), "TLS")
          try await Self.expectRefusal(APIAccess(server: server.url, trust: trust, serverName: "other.test"), "TLS")
          try await Self.expectService(APIAccess(server: server.url, trust: trust, serverName: "api.test"))
        }
      }
    }

    @Test func clientsShowTheirCertificate() async throws {
      try await withTemporaryDirectory { directory in
        let certificates = try TestCertificates(in: directory)
        let trust = ServerTrust.authorities(certificates.authority.certificate)
        let client = try certificates.pair("client", names: [])
        try await Self.serving(certificates.pair("server"), clients: certificates.authority) { server in
          try await Self.expectRefusal(APIAccess(server: server.url, trust: trust), "trying again")
          try await Self.expectService(
            APIAccess(
              server: server.url, trust: trust,
              identity: .certificate(.text(client.certificate), key: .text(client.key))))
        }
      }
    }

    /// Authority and certificate are replaced while we watch.
    @Test func authoritiesRotate() async throws {
      try await withTemporaryDirectory { directory in
        let (old, new) = (directory.appending(path: "old"), directory.appending(path: "new"))
        for directory in [old, new] {
          try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        }
        let (former, later) = (try TestCertificates(in: old), try TestCertificates(in: new))
        try directory.write(former.authority.certificate, to: "ca.crt")
        let server = try await StandInServer(tls: former.pair("server").server())
        server.cluster.put(.service("web"))
        let trust = ServerTrust.authorityFile(directory.appending(path: "ca.crt").path)
        try await following(APIAccess(server: server.url, trust: trust), [.services(proxyName: nil)]) { follower in
          try await follower.expect { $0.events == ["services 1"] }
          await server.stop()
          let rotated = try await StandInServer(
            server.cluster, port: server.port, tls: later.pair("server").server())
          try await follower.expect { known in
            known.notices.contains { "\($0)".contains("CERTIFICATE_VERIFY_FAILED") }
          }
          try directory.write(later.authority.certificate, to: "ca.crt")
          server.cluster.put(.service("later", address: "10.96.0.44"))
          try await follower.expect { $0.events == ["services 1", "+demo/later"] }
          await rotated.stop()
        }
      }
    }
  }
#endif
