#if Agent && os(Linux)
  import Foundation
  import HealthChecks
  import NetworkAddresses
  import ServicePlan
  import Testing

  @testable import NodeAgent

  #if canImport(FoundationNetworking)
    import FoundationNetworking
  #endif

  /// What is answered over HTTP, on loopback.
  struct HTTPListenerTests {
    private static func get(_ port: Int, _ path: String) async throws -> (status: Int, body: String, type: String) {
      let url = try #require(URL(string: "http://127.0.0.1:\(port)\(path)"))
      let (data, response) = try await URLSession.shared.data(from: url)
      let answer = try #require(response as? HTTPURLResponse)
      return (
        answer.statusCode, String(decoding: data, as: UTF8.self), answer.value(forHTTPHeaderField: "Content-Type") ?? ""
      )
    }

    private static let loopback = SocketBinding(IPAddress(ipv4: 0x7f00_0001), port: 0)

    @Test func theQueryIsNoPartOfThePath() async throws {
      let listener = try await HTTPListener.open(Self.loopback) { path in
        path == "/a" ? HTTPAnswer(200, type: "text/plain", "yes") : .notFound
      }
      let port = try #require(listener.port)
      #expect(try await Self.get(port, "/a?b=c") == (200, "yes", "text/plain"))
      #expect(try await Self.get(port, "/b").status == 404)
      await listener.close()
    }

    /// A client keeps its connection open between requests. Often, because threads decide what comes first.
    @Test func nothingIsAnsweredAfterTheEnd() async throws {
      for _ in 0..<50 {
        let listener = try await HTTPListener.open(Self.loopback) { _ in HTTPAnswer(200, type: "text/plain", "yes") }
        let port = try #require(listener.port)
        #expect(try await Self.get(port, "/").status == 200)
        await listener.close()
        await #expect(throws: (any Error).self) { try await Self.get(port, "/") }
      }
    }

    @Test func anAddressInUseIsRefused() async throws {
      let listener = try await HTTPListener.open(Self.loopback) { _ in .notFound }
      let port = try #require(listener.port.flatMap { UInt16(exactly: $0) })
      let binding = SocketBinding(Self.loopback.address, port: port)
      await #expect(throws: (any Error).self) { try await HTTPListener.open(binding) { _ in .notFound } }
      await listener.close()
    }

    /// Both families have health check ports of the same number (HC-1).
    @Test func familiesShareAPort() async throws {
      let listener = try await HTTPListener.open(SocketBinding(.unspecified(.ipv4), port: 0)) { _ in .notFound }
      let port = try #require(listener.port.flatMap { UInt16(exactly: $0) })
      let other = try await HTTPListener.open(SocketBinding(.unspecified(.ipv6), port: port), onlyIPv6: true) { _ in
        HTTPAnswer(200, type: "text/plain", "six")
      }
      #expect(try await Self.get(Int(port), "/").status == 404)
      await listener.close()
      await other.close()
    }

    /// (HC-5): a change that waits too long makes the proxy unhealthy; a node that goes away is not eligible, and alive.
    @Test func healthAnswers() {
      let health = ProxyHealth([.ipv4, .ipv6], timeout: .seconds(60))
      func answers(_ later: Duration = .zero) -> (healthz: Int, livez: Int) {
        let report = health.report(.now + later)
        return (
          HealthAnswers.answer(report, isLivez: false, time: 0).status,
          HealthAnswers.answer(report, isLivez: true, time: 0).status
        )
      }
      health.nodeIs(known: true, isDeleting: false, taints: [])
      #expect(answers() == (200, 200))
      health.queued(.now)
      #expect(answers(.seconds(59)) == (200, 200))
      #expect(answers(.seconds(61)) == (503, 503))
      health.updated(.ipv4, at: 1)
      // The other family still waits.
      #expect(answers(.seconds(61)) == (503, 503))
      health.updated(.ipv6, at: 1)
      #expect(answers(.seconds(61)) == (200, 200))
      health.nodeIs(known: true, isDeleting: false, taints: ["ToBeDeletedByClusterAutoscaler"])
      #expect(answers() == (503, 200))
      health.nodeIs(known: true, isDeleting: true, taints: [])
      #expect(answers() == (503, 200))
    }

    @Test func theBodyOfHealthz() throws {
      let health = ProxyHealth([.ipv4], timeout: .seconds(60))
      health.nodeIs(known: true, isDeleting: false, taints: [])
      health.updated(.ipv4, at: 1_700_000_000)
      let body = HealthAnswers.answer(health.report(), isLivez: false, time: 1_700_000_100).body
      let object = try #require(try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])
      #expect(object["nodeEligible"] as? Bool == true && object["healthy"] as? Bool == true)
      #expect(object["currentTime"] as? String == "2023-11-14T22:15:00Z")
      let status = try #require(object["status"] as? [String: [String: Any]])
      #expect(status["IPv4"]?["lastUpdated"] as? String == "2023-11-14T22:13:20Z")
    }
  }
#endif
