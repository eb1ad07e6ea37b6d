#if Agent
  import APIServerStandIn
  import Foundation
  import KubernetesAPI
  import Synchronization
  import TestSupport
  import Testing

  /// What a real kube-apiserver 1.36.2 sent is understood, however it is cut into pieces.
  struct RecordingTests {
    private static func recorded(_ name: String) throws -> [UInt8] {
      let file = TestData.directory.appending(path: "KubernetesAPITests/Recordings/\(name).response")
      return [UInt8](try Data(contentsOf: file))
    }

    /// Answers one request after the other; after the last nothing more.
    private static func follow(
      _ kind: WatchedKind, _ names: [String], pieceSize: Int = .max,
      _ body: @Sendable (ClusterFollower, @Sendable () -> [String]) async throws -> Void
    ) async throws {
      let answers = try names.map(recorded)
      let requests = Mutex<[String]>([])
      let server = try await RecordedServer(pieceSize: pieceSize) { request in
        requests.withLock { requests in
          requests.append(request)
          return requests.count > answers.count ? nil : answers[requests.count - 1]
        }
      }
      let access = try APIAccess(server: server.url)
      try await following(access, [kind]) { try await body($0) { requests.withLock { $0 } } }
      await server.stop()
    }

    @Test(arguments: [Int.max, 1000, 97, 7])
    func servicesInAWatch(pieceSize: Int) async throws {
      try await Self.follow(.services(proxyName: nil), ["watchlist-services"], pieceSize: pieceSize) {
        follower, requests in
        // The Service is given a proxy's name, which takes it from us.
        try await follower.expect { $0.events == ["services 14", "+demo/live", "+demo/live", "-demo/live"] }
        try await follower.expect { _ in requests().count == 2 }
        // The last version that was seen was in a bookmark.
        #expect(requests().last?.contains("&resourceVersion=161") == true)
        let known = follower.state
        #expect(known.invalid.isEmpty)
        #expect(known.store.summary.count == 15)
      }
    }

    @Test func slicesInAWatch() async throws {
      try await Self.follow(.slices, ["watchlist-endpointslices"], pieceSize: 333) { follower, requests in
        try await follower.expect { known in
          known.events == ["endpointslices 14", "+demo/live-1", "+demo/live-1", "-demo/live-1"]
        }
        try await follower.expect { _ in requests().last?.contains("&resourceVersion=146") == true }
      }
    }

    /// The storage cannot do it: listed, then watched, then too old, then the same again without the first attempt.
    @Test func listAndWatch() async throws {
      let names = [
        "watchlist-refused-by-storage", "list-services", "watch-services-after-list", "watch-expired", "list-services",
      ]
      try await Self.follow(.services(proxyName: nil), names, pieceSize: 1777) { follower, requests in
        try await follower.expect { known in
          known.events == ["services 14", "+demo/live", "+demo/live", "-demo/live", "services 14"]
        }
        try await follower.expect { _ in requests().count == 6 }
        let lines = requests()
        #expect(lines[0].contains("sendInitialEvents=true") && lines[1].contains("&resourceVersion=0"))
        #expect(lines[2].contains("watch=1") && lines[2].contains("&resourceVersion=127"))
        #expect(lines[3].contains("&resourceVersion=136"))
        // After 410 a cache is not believed.
        #expect(!lines[4].contains("watch=1") && !lines[4].contains("resourceVersion"))
        #expect(lines[5].contains("&resourceVersion=127"))
      }
    }

    @Test func pages() async throws {
      let names = ["watchlist-invalid", "list-services-page-1", "list-services-page-2", "list-services-bad-continue"]
      try await Self.follow(.services(proxyName: nil), names) { follower, requests in
        try await follower.expect { _ in requests().count > 3 }
        #expect(requests()[2].contains("&continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEi"))
        // The third page was refused: nothing is known of the first two.
        try await follower.expect { $0.notices.contains { "\($0)".contains("continue") } }
        #expect(follower.state.events.isEmpty)
      }
    }

    @Test func aVersionOfTheFuture() async throws {
      let names = ["watchlist-invalid", "list-future-version", "unauthorized", "list-endpointslices"]
      try await Self.follow(.slices, names) { follower, _ in
        try await follower.expect { $0.events == ["endpointslices 14"] }
        let notices = follower.state.notices.map(\.description)
        #expect(notices.contains { $0.contains("Too large resource version") })
        #expect(notices.contains { $0.contains("does not know us") })
      }
    }

    @Test func theNodeAndTheRanges() async throws {
      try await Self.follow(.node(name: "node1"), ["watchlist-invalid", "list-node-by-field"]) { follower, _ in
        try await follower.expect { $0.events == ["node node1"] }
      }
      try await Self.follow(.serviceCIDRs, ["watchlist-invalid", "list-servicecidrs"]) { follower, _ in
        try await follower.expect { $0.events == ["servicecidrs 1"] }
        #expect(follower.state.store.summary == ["ranges [10.96.0.0/12, fd00:10:96::/108]"])
      }
    }
  }
#endif
