#if Agent
  import APIServerStandIn
  import Foundation
  import Synchronization
  import Testing

  @testable import KubernetesAPI

  struct CredentialTests {
    /// In a Pod the token in a file is replaced every hour; the server knows the new one only.
    @Test func tokensRotate() async throws {
      try await withTemporaryDirectory { directory in
        try directory.write("first\n", to: "token")
        let access = { (server: StandInServer) in
          try APIAccess(server: server.url, identity: .token(.file(directory.appending(path: "token").path)))
        }
        try await serving { server in
          server.cluster.put(.service("web"))
          server.require(tokens: ["first"])
          // A watch that is open goes on; it ends after some events.
          server.misbehave { request in
            var wrong = Misbehaviour()
            wrong.eventsUntilEnd = request.isWatchList ? nil : 1
            return wrong
          }
          try await following(access(server), [.services(proxyName: nil)]) { follower in
            try await follower.expect { $0.events == ["services 1"] }
            server.require(tokens: ["second"])
            server.cluster.put(.service("a", address: "10.96.0.11"))
            try await follower.expect { $0.events.count == 2 }
          }
          try await following(access(server), [.slices]) { follower in
            try await follower.expect { known in known.notices.contains { "\($0)".contains("401") } }
            try directory.write("second\n", to: "token")
            try await follower.expect { $0.complete == ["endpointslices"] }
          }
          #expect(server.requests.last?.token == "second")
        }
      }
    }

    /// A token is read again after a minute, even if nobody complains, and whatever becomes of the wall clock.
    @Test func filesAreReadAgain() async throws {
      try await withTemporaryDirectory { directory in
        try directory.write("one", to: "token")
        let date = Mutex(Date(timeIntervalSince1970: 1_800_000_000))
        let time = Mutex(ContinuousClock.now)
        let source = CredentialSource(
          .token(.file(directory.appending(path: "token").path)), now: { date.withLock { $0 } },
          instant: { time.withLock { $0 } })
        #expect(try await source.credentials().token == "one")
        try directory.write("two", to: "token")
        time.withLock { $0 += .seconds(30) }
        date.withLock { $0 += 1e9 }
        #expect(try await source.credentials().token == "one")
        time.withLock { $0 += .seconds(31) }
        date.withLock { $0 -= 2e9 }
        #expect(try await source.credentials().token == "two")
      }
    }

    private static func program(_ script: String, in directory: URL) throws -> CredentialProgram {
      try directory.write("#!/bin/sh\n" + script, to: "plugin")
      let path = directory.appending(path: "plugin").path
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
      return CredentialProgram(
        apiVersion: "client.authentication.k8s.io/v1", command: path, arguments: ["get", "token"],
        environment: [CredentialProgram.EnvironmentVariable(name: "REALM", value: "a b")],
        installHint: "apt install plugin")
    }

    /// It is asked again shortly before what it said expires.
    @Test func aProgramKnowsTheToken() async throws {
      try await withTemporaryDirectory { directory in
        let program = try Self.program(
          #"""
          cd "$(dirname "$0")"
          echo x >> calls
          case "$KUBERNETES_EXEC_INFO" in *'"kind":"ExecCredential"'*) ;; *) exit 3;; esac
          echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{'
          echo '"expirationTimestamp":"1970-01-01T01:00:00Z","token":"'"$1 $2 $REALM $(wc -l < calls | tr -d ' ')"'"}}'
          """#, in: directory)
        let time = Mutex(Date(timeIntervalSince1970: 0))
        let source = CredentialSource(.program(program), now: { time.withLock { $0 } })
        #expect(try await source.credentials().token == "get token a b 1")
        time.withLock { $0 += 3500 }
        #expect(try await source.credentials().token == "get token a b 1")
        time.withLock { $0 += 99 }
        #expect(try await source.credentials().token == "get token a b 2")
        await source.forget()
        #expect(try await source.credentials().token == "get token a b 3")
      }
    }

    @Test(arguments: [
      ("echo 'not logged in' >&2; exit 4", "not logged in"),
      ("echo '{}'", "expected an ExecCredential with a status"),
      (#"echo '{"status":{"clientCertificateData":"x"}}'"#, "expected a token, or a certificate and its key"),
    ])
    func aProgramFails(script: String, words: String) async throws {
      try await withTemporaryDirectory { directory in
        let source = CredentialSource(.program(try Self.program(script, in: directory)))
        let error = await #expect(throws: AccessError.self) { try await source.credentials() }
        #expect(error?.description.contains(words) == true)
      }
    }

    @Test func whatCannotBeReadIsNamed() async throws {
      let source = CredentialSource(.token(.file("/nonexistent/token")))
      let error = await #expect(throws: AccessError.self) { try await source.credentials() }
      #expect(error?.description == "/nonexistent/token: cannot be read, or is empty")
    }

    // MARK: - Secrets

    /// Whatever is printed, and whoever prints it.
    @Test func secretsAreNotPrinted() throws {
      let secret = "s3cr3t-value"
      let program = CredentialProgram(
        apiVersion: "client.authentication.k8s.io/v1", command: "plugin", arguments: ["--password", secret],
        environment: [CredentialProgram.EnvironmentVariable(name: "PASSWORD", value: secret)])
      for identity in [
        ClientIdentity.token(.text(secret)), .certificate(.text(secret), key: .text(secret)), .program(program),
      ] {
        let access = try APIAccess(server: "https://192.0.2.1", identity: identity)
        var dumped = ""
        dump(access, to: &dumped)
        for text in ["\(access)", String(reflecting: access), "\(identity)", String(reflecting: identity), dumped] {
          #expect(!text.contains(secret), "\(text)")
        }
      }
      let credentials = CredentialSource.Credentials(token: secret, certificate: secret, key: secret)
      var dumped = ""
      dump(credentials, to: &dumped)
      #expect(!"\(credentials) \(String(reflecting: credentials)) \(dumped)".contains(secret))
    }

    /// Nor are they in what is said of failures.
    @Test func secretsAreNotInNotices() async throws {
      let secret = "s3cr3t-value"
      try await serving { server in
        server.require(tokens: ["other"])
        let access = try APIAccess(server: server.url, identity: .token(.text(secret)))
        try await following(access) { follower in
          try await follower.expect { $0.notices.count > 3 }
          #expect(!"\(follower.state.notices)".contains(secret))
        }
        // Such a token cannot be sent.
        let broken = try APIAccess(server: server.url, identity: .token(.text(secret + "\r\nX: y")))
        try await following(broken) { follower in
          try await follower.expect { $0.notices.count > 3 }
          #expect(!"\(follower.state.notices)".contains(secret))
        }
      }
      try await withTemporaryDirectory { directory in
        for script in [
          #"echo '{"kind":"ExecCredential","status":{"token":"\#(secret)"}}'; exit 1"#,
          #"echo '{"status":{"token":["\#(secret)"]}}'"#,
        ] {
          let source = CredentialSource(.program(try Self.program(script, in: directory)))
          let error = await #expect(throws: AccessError.self) { try await source.credentials() }
          #expect(error.map { "\($0)".contains(secret) } == false)
        }
      }
      let bad = try APIAccess(
        server: "https://127.0.0.1:1", identity: .certificate(.text(secret), key: .text(secret)))
      try await following(bad) { follower in
        try await follower.expect { $0.notices.count > 1 }
        #expect(!"\(follower.state.notices)".contains(secret))
      }
    }
  }
#endif
