#if Agent
  import APIServerStandIn
  import KubernetesAPI
  import Synchronization
  import Testing

  /// One kind of trouble after the other.
  struct ObjectWatchTests {
    private static func cluster() -> StandInCluster {
      let cluster = StandInCluster()
      for number in 1...3 {
        cluster.put(.service("web-\(number)", address: "10.96.0.\(number)"))
        cluster.put(.slice("web-\(number)-a", of: "web-\(number)", addresses: ["10.244.0.\(number)"]))
      }
      cluster.put(.range("kubernetes", "10.96.0.0/16"))
      cluster.put(.node("node-1", zone: "a"))
      cluster.put(.node("node-2", zone: "b"))
      return cluster
    }

    private static let all: [WatchedKind] = [
      .services(proxyName: nil), .slices, .serviceCIDRs, .node(name: "node-1"),
    ]

    /// Follows a server that misbehaves, changes something, and expects that all is known in the end.
    ///
    /// - Parameter kinds: what is watched.
    private static func expectTruth(
      _ kinds: [WatchedKind] = all, idleLimit: Duration = .seconds(10),
      misbehave: @escaping @Sendable (StandInRequest) -> Misbehaviour,
      then: (StandInServer, ClusterFollower) async throws -> Void = { _, _ in }
    ) async throws {
      try await serving(cluster()) { server in
        server.misbehave(misbehave)
        try await following(server.access, kinds, idleLimit: idleLimit) { follower in
          try await then(server, follower)
          server.cluster.put(.service("last", address: "10.96.0.99"))
          server.cluster.remove(StandInObject.ID(.endpointslices, "demo", "web-2-a"))
          let truth = server.cluster.truth.store.summary
          let isKnown = try await follower.comes { $0.store.summary == truth }
          #expect(isKnown, "\(follower.state.store.summary) is not \(truth): \(follower.state.notices)")
          #expect(follower.state.early.isEmpty)
        }
      }
    }

    /// Says it of the first requests that match.
    private static func first(
      _ count: Int, _ misbehaviour: Misbehaviour, where matches: @escaping @Sendable (StandInRequest) -> Bool
    ) -> @Sendable (StandInRequest) -> Misbehaviour {
      let left = Mutex(count)
      return { request in
        guard matches(request) else { return Misbehaviour() }
        return left.withLock { left in
          guard left > 0 else { return Misbehaviour() }
          left -= 1
          return misbehaviour
        }
      }
    }

    @Test func theInitialStateComesInAWatch() async throws {
      try await Self.expectTruth(misbehave: { _ in Misbehaviour() }) { server, follower in
        try await follower.expect { $0.complete.count == 4 }
        #expect(server.requests.allSatisfy { $0.isWatchList })
        #expect(follower.state.node?.name == "node-1")
        #expect(Set(follower.state.events) == ["services 3", "endpointslices 3", "servicecidrs 1", "node node-1"])
      }
    }

    @Test func requestsSelectAsKubeProxy() async throws {
      try await serving(Self.cluster()) { server in
        server.cluster.put(.service("theirs", labels: ["service.kubernetes.io/service-proxy-name": "other"]))
        server.cluster.put(.service("headless", address: "None"))
        server.cluster.put(
          .slice("h", of: "headless", addresses: ["10.244.9.9"], labels: ["service.kubernetes.io/headless": ""]))
        try await following(server.access, Self.all) { follower in
          try await follower.expect { $0.complete.count == 4 }
        }
        var queries: [StandInResource: [String: String]] = [:]
        for request in server.requests { queries[try #require(request.resource)] = request.query }
        let services = try #require(queries[.services])
        #expect(services["labelSelector"] == "!service.kubernetes.io/service-proxy-name")
        #expect(services["fieldSelector"] == "spec.clusterIP!=None")
        #expect(services["resourceVersionMatch"] == "NotOlderThan")
        #expect(services["allowWatchBookmarks"] == "true")
        #expect((300...600).contains(services["timeoutSeconds"].flatMap { Int($0) } ?? 0))
        #expect(queries[.endpointslices]?["labelSelector"] == "!service.kubernetes.io/headless")
        #expect(queries[.nodes]?["fieldSelector"] == "metadata.name=node-1")
      }
    }

    /// A canary serves those of its name only.
    @Test func aNameSelectsItsServices() async throws {
      try await serving(Self.cluster()) { server in
        server.cluster.put(.service("ours", labels: ["service.kubernetes.io/service-proxy-name": "svcnat"]))
        try await following(server.access, [.services(proxyName: "svcnat")]) { follower in
          try await follower.expect { $0.events == ["services 1"] }
        }
      }
    }

    @Test(arguments: [Misbehaviour.Refusal.watchListForbidden, .watchListRefusedByStorage])
    func whereWatchListIsForbiddenItLists(refusal: Misbehaviour.Refusal) async throws {
      try await Self.expectTruth(misbehave: { $0.isWatchList ? .refusing(refusal) : Misbehaviour() }) {
        server, follower in
        try await follower.expect { $0.complete.count == 4 }
        #expect(server.requests.contains { $0.isList && $0.query["resourceVersion"] == "0" })
      }
    }

    /// The storage's refusal comes as an event.
    @Test func whereTheStorageRefusesInTheStreamItLists() async throws {
      var wrong = Misbehaviour()
      wrong.eventsUntilEnd = 0
      wrong.errorEvent = .watchListRefusedByStorage
      let misbehaviour = wrong
      try await Self.expectTruth(misbehave: { $0.isWatchList ? misbehaviour : Misbehaviour() })
    }

    /// Servers that do not know `sendInitialEvents` pass it over, and end the initial state with nothing.
    @Test func whereTheInitialStateHasNoEndItLists() async throws {
      var wrong = Misbehaviour()
      wrong.hidesEndOfInitialEvents = true
      let misbehaviour = wrong
      try await Self.expectTruth(misbehave: { $0.isWatchList ? misbehaviour : Misbehaviour() }) { server, follower in
        try await follower.expect { $0.complete.count == 4 }
        #expect(server.requests.contains { $0.isList })
      }
    }

    @Test func listsComeInPages() async throws {
      let cluster = StandInCluster()
      for number in 0..<1203 {
        cluster.put(.service("web-\(number)", address: "10.96.\(number / 250).\(number % 250)"))
      }
      try await serving(cluster) { server in
        server.misbehave { $0.isWatchList ? .refusing(.watchListForbidden) : Misbehaviour() }
        try await following(server.access, [.services(proxyName: nil)]) { follower in
          try await follower.expect { $0.events == ["services 1203"] }
        }
        #expect(server.requests.filter { $0.isList }.count == 3)
      }
    }

    /// A page that came too late: the list begins anew, with what is there then.
    @Test func aListThatChangesBetweenPagesBeginsAnew() async throws {
      let cluster = StandInCluster()
      for number in 0..<700 { cluster.put(.service("web-\(number)", address: "10.96.\(number / 250).\(number % 250)")) }
      try await serving(cluster) { server in
        let expiry = Self.first(1, .refusing(.expired)) { $0.query["continue"] != nil }
        server.misbehave { request in
          if request.isWatchList { return .refusing(.watchListForbidden) }
          if request.query["continue"] != nil { cluster.remove(StandInObject.ID(.services, "demo", "web-5")) }
          return expiry(request)
        }
        try await following(server.access, [.services(proxyName: nil)]) { follower in
          try await follower.expect { $0.events == ["services 699"] }
        }
      }
    }

    /// The place is no longer known: everything is listed, and what vanished meanwhile is gone.
    @Test(arguments: [true, false])
    func whatIsTooOldIsListedAgain(inStream: Bool) async throws {
      try await serving(Self.cluster()) { server in
        // Each watch ends after a while, and so the next one starts too early.
        var short = Misbehaviour()
        short.eventsUntilEnd = 4
        let misbehaviour = short
        server.misbehave(Self.first(1, misbehaviour) { $0.isWatchList })
        try await following(server.access, [.services(proxyName: nil)]) { follower in
          try await follower.expect { $0.events == ["services 3"] }
          server.misbehave { request in
            request.isWatch && !request.isWatchList && !inStream ? .refusing(.expired) : Misbehaviour()
          }
          server.cluster.remove(StandInObject.ID(.services, "demo", "web-1"))
          server.cluster.compact()
          server.cluster.put(.service("web-4", address: "10.96.0.4"))
          server.cluster.compact()
          try await follower.expect { $0.events.contains("services 3") && $0.events.count > 1 }
          let truth = server.cluster.truth.store.summary.filter {
            !$0.hasPrefix("ranges") && !$0.contains("slices only")
          }
          try await follower.expect { $0.store.summary.filter { !$0.hasPrefix("ranges") }.count == truth.count }
        }
      }
    }

    @Test func whenAskedToWaitItWaits() async throws {
      let waits = Mutex<[Duration]>([])
      var timing = ObjectWatch.Timing.hasty
      let sleep = timing.sleep
      timing.sleep = { duration in
        waits.withLock { $0.append(duration) }
        try await sleep(duration)
      }
      let patient = timing
      try await serving(Self.cluster()) { server in
        server.misbehave(
          Self.first(2, .refusing(Misbehaviour.Refusal(429, "TooManyRequests", retryAfter: 47))) { _ in true })
        try await following(server.access, [.slices], timing: patient) { follower in
          try await follower.expect { $0.complete == ["endpointslices"] }
        }
      }
      #expect(waits.withLock { $0 }.count == 2)
      #expect(waits.withLock { $0 }.allSatisfy { $0 >= .seconds(47) })
    }

    @Test(arguments: [500, 502, 503, 504, 403])
    func refusalsPass(code: Int) async throws {
      try await Self.expectTruth(
        misbehave: Self.first(9, .refusing(Misbehaviour.Refusal(code, "Trouble"))) { _ in true })
    }

    /// Each answer breaks after a few bytes more.
    @Test func brokenConnectionsAreMadeAnew() async throws {
      let answers = Mutex(0)
      try await Self.expectTruth(misbehave: { _ in
        var wrong = Misbehaviour()
        let count = answers.withLock { answers in
          answers += 1
          return answers
        }
        if count < 40 { wrong.bytesUntilCut = count * 60 }
        wrong.pieceSize = 17
        return wrong
      })
    }

    @Test func halfAnObjectIsNone() async throws {
      let answers = Mutex(0)
      try await Self.expectTruth(misbehave: { _ in
        var wrong = Misbehaviour()
        let count = answers.withLock { answers in
          answers += 1
          return answers
        }
        if count < 30 { wrong.bytesUntilEnd = count * 70 }
        return wrong
      })
    }

    @Test func repeatedAndLateEventsDoNoHarm() async throws {
      try await Self.expectTruth(misbehave: { _ in
        var wrong = Misbehaviour()
        (wrong.repeated, wrong.late) = (50, 50)
        return wrong
      }) { server, follower in
        try await follower.expect { $0.complete.count == 4 }
        for number in 0..<60 {
          let name = "churn-\(number % 5)"
          if number % 3 == 2 {
            server.cluster.remove(StandInObject.ID(.services, "demo", name))
          } else {
            server.cluster.put(.service(name, address: "10.96.1.\(number)"))
          }
        }
      }
    }

    @Test func silenceEnds() async throws {
      var wrong = Misbehaviour()
      wrong.isSilent = true
      try await Self.expectTruth(
        idleLimit: .milliseconds(300), misbehave: Self.first(4, wrong) { $0.isWatchList })
    }

    /// Some close where they should say 410.
    @Test func watchesThatEndAtOnceLeadToAList() async throws {
      var wrong = Misbehaviour()
      wrong.eventsUntilEnd = 0
      let misbehaviour = wrong
      try await serving(Self.cluster()) { server in
        var short = Misbehaviour()
        short.eventsUntilEnd = 4
        let initial = short
        server.misbehave { $0.isWatchList ? initial : $0.isWatch ? misbehaviour : Misbehaviour() }
        try await following(server.access, [.services(proxyName: nil)]) { follower in
          try await follower.expect { $0.events == ["services 3"] }
          server.cluster.remove(StandInObject.ID(.services, "demo", "web-1"))
          try await follower.expect { $0.events.contains("services 2") }
        }
      }
    }

    /// A server that was set back to an earlier state counts from there: watches from a later version stay silent.
    @Test func aServerThatWasSetBackIsListedAgain() async throws {
      let server = try await StandInServer(StandInCluster(version: 5000))
      server.cluster.put(.service("then", address: "10.96.0.7"))
      let port = server.port
      try await following(server.access, [.services(proxyName: nil)], idleLimit: .milliseconds(300)) { follower in
        try await follower.expect { $0.events == ["services 1"] }
        await server.stop()
        let restored = try await StandInServer(Self.cluster(), port: port)
        try await follower.expect { $0.events.contains("services 3") }
        restored.cluster.put(.service("new", address: "10.96.0.8"))
        try await follower.expect { $0.events.contains("+demo/new") }
        await restored.stop()
      }
    }

    /// What was known stays; when the server is back it goes on where it was, without a list.
    @Test func anOutageKeepsWhatIsKnown() async throws {
      let cluster = Self.cluster()
      let server = try await StandInServer(cluster)
      let port = server.port
      try await following(server.access, [.services(proxyName: nil)]) { follower in
        try await follower.expect { $0.events == ["services 3"] }
        await server.stop()
        cluster.put(.service("meanwhile", address: "10.96.0.8"))
        cluster.remove(StandInObject.ID(.services, "demo", "web-3"))
        try await follower.expect { $0.notices.count > 3 }
        #expect(follower.state.events == ["services 3"])
        let again = try await StandInServer(cluster, port: port)
        try await follower.expect { $0.events == ["services 3", "+demo/meanwhile", "-demo/web-3"] }
        #expect(again.requests.allSatisfy { $0.isWatch && !$0.isWatchList })
        await again.stop()
      }
    }

    /// What is wrong with one object does not stop the others.
    @Test func anInvalidObjectIsReported() async throws {
      try await serving(Self.cluster()) { server in
        server.cluster.put(.service("bad", port: 70000))
        try await following(server.access, [.services(proxyName: nil)]) { follower in
          try await follower.expect { $0.events == ["services 3"] }
          server.cluster.put(.service("web-1", address: "10.96.0.1", port: 99999))
          server.cluster.put(.service("good", address: "10.96.0.9"))
          try await follower.expect { $0.events == ["services 3", "+demo/good"] }
          let invalid = follower.state.invalid
          #expect(invalid.count == 2)
          #expect(invalid.first?.contains("demo/bad") == true && invalid.last?.contains("demo/web-1") == true)
          #expect(follower.state.store.summary.contains { $0.hasPrefix("demo/web-1 ") })
        }
      }
    }

    /// A state that is known and refused over and over is not asked for in a tight loop.
    @Test func repeatedExpiryWaitsLonger() async throws {
      let waits = Mutex<[Duration]>([])
      var timing = ObjectWatch.Timing.hasty
      timing.chance = { 0 }
      let sleep = timing.sleep
      timing.sleep = { duration in
        waits.withLock { $0.append(duration) }
        try await sleep(duration)
      }
      let patient = timing
      try await serving(Self.cluster()) { server in
        server.misbehave { request in
          var wrong = Misbehaviour()
          wrong.eventsUntilEnd = request.isWatchList ? 4 : 0
          wrong.errorEvent = .expired
          return wrong
        }
        try await following(server.access, [.services(proxyName: nil)], timing: patient) { follower in
          try await follower.expect { $0.events.count > 6 }
        }
      }
      let given = waits.withLock { $0 }
      #expect(given.prefix(4) == [.milliseconds(800), .milliseconds(1600), .milliseconds(3200), .milliseconds(6400)])
    }
  }
#endif
