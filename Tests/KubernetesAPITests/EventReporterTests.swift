#if Agent
  import APIServerStandIn
  import KubernetesObjects
  import Synchronization
  import Testing

  @testable import KubernetesAPI

  struct EventReporterTests {
    private static let service = NamespacedName(namespace: "shop", name: "web")

    private static func report(to answer: String) async throws -> [String] {
      let requests = Mutex<[String]>([])
      let server = try await RecordedServer { request in
        requests.withLock { $0.append(request) }
        return [UInt8](answer.utf8)
      }
      let client = try APIClient(APIAccess(server: server.url))
      let result: Result<Void, any Error>
      do {
        try await EventReporter(client, nodeName: "node-1").warn(service, reason: "FailedToX", note: "y")
        result = .success(())
      } catch {
        result = .failure(error)
      }
      await client.shutdown()
      await server.stop()
      try result.get()
      return requests.withLock { $0 }
    }

    @Test func anEventIsCreatedBesideItsService() async throws {
      let requests = try await Self.report(to: "HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}")
      #expect(requests.first == "POST /apis/events.k8s.io/v1/namespaces/shop/events HTTP/1.1")
    }

    @Test func aRefusalIsSaid() async throws {
      let error = await #expect(throws: APIFailure.self) {
        try await Self.report(to: "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\n{}")
      }
      #expect(error.map { "\($0)".contains("forbids") } == true)
    }
  }
#endif
