#if Agent && os(Linux)
  import ArgumentParser
  import Foundation
  import Glibc

  /// Changes without end, while memory, descriptors and connections are watched.
  struct SoakCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "soak", abstract: "Change endpoints for minutes, and see that nothing leaks and nothing fails.",
      discussion: """
        Exits 1 where memory grows by more than a tenth after the first quarter, descriptors are left open, a connection to \
        a Service that is not changed fails, a change is not programmed, or the rules are not right at the end.
        """)

    @Option var seconds = 600
    @Option(help: "Changes a second.") var rate = 50
    @Option var services = 10_000
    @Option(help: "Of each Service.") var endpoints = 10
    @Option(help: "The svcnat that is run.") var program = ".build/release/svcnat"

    private struct Sample {
      var second: Double
      var resident: Double
      var descriptors: Int
    }

    func run() throws {
      do {
        try PrivateNetwork.enter()
        Report.header()
        let faults = try soak()
        for fault in faults { Report.line("failed: \(fault)") }
        if !faults.isEmpty { throw ExitCode(1) }
        Report.line("nothing leaked and nothing failed")
      } catch let failure as BenchmarkFailure {
        Report.line("failed: \(failure)")
        throw ExitCode(1)
      }
    }

    private func soak() throws -> [String] {
      let cluster = MadeUpCluster(services: services, endpoints: endpoints)
      let steady = cluster.addSteadyServices()
      let laboratory = try Laboratory(cluster, program: program)
      defer { laboratory.end() }
      Report.line("\(services) Services with \(endpoints) endpoints each, \(rate) changes/s for \(seconds) s")
      do {
        let agent = try laboratory.startAgent()
        defer { agent.stop() }
        _ = try agent.waitForFirstSync()
        let traffic = try SteadyTraffic(steady)
        traffic.start()
        let (samples, latencies) = try churn(laboratory, agent)
        traffic.end()
        var faults = judge(samples, Figures(latencies), traffic.counts)
        agent.stop()
        if try !isRight(laboratory) { faults.append("an agent that started anew had rules to write") }
        return faults
      } catch {
        Report.line(laboratory.log)
        throw error
      }
    }

    /// - Returns: what was seen now and then, and milliseconds from the event of each change to its commit.
    private func churn(_ laboratory: Laboratory, _ agent: AgentProcess) throws -> ([Sample], [Double]) {
      var samples: [Sample] = []
      var latencies: [Double] = []
      var listener = try CommitListener()
      let start = ContinuousClock.now
      let interval = Duration.seconds(max(0.2, Double(seconds) / 200))
      var nextSample = start
      // Without them a watch of what does not change is not trusted, and begins anew with a whole list.
      var nextBookmarks = start + .seconds(60)
      // What can be caught up with; a busy machine is not made busier.
      var next = start
      var round = 0
      while ContinuousClock.now - start < .seconds(seconds) {
        let now = ContinuousClock.now
        if now >= nextSample {
          guard agent.isRunning else { throw BenchmarkFailure("the agent has ended") }
          samples.append(
            Sample(
              second: (now - start) / .seconds(1), resident: Double(agent.memory.resident) / 1e6,
              descriptors: agent.descriptors))
          // As Prometheus does.
          _ = agent.metric("svcnat_repairs_total")
          nextSample = now + interval
        }
        if now >= nextBookmarks {
          laboratory.cluster.sendBookmarks()
          nextBookmarks = now + .seconds(60)
        }
        if now < next {
          usleep(UInt32((next - now) / .microseconds(1)))
          continue
        }
        next = max(next + .seconds(1.0 / Double(rate)), now - .seconds(1))
        try listener.drain()
        let kind: MadeUpCluster.Change =
          round % 20 == 19 ? .slice : round % 5 == 4 ? .endpointCount : .endpointReplaced
        laboratory.cluster.apply(kind, to: round * 7919 % services)
        guard let committed = try listener.waitForChange() else {
          throw BenchmarkFailure("change \(round) was not programmed")
        }
        if let written = laboratory.server.writes?.last {
          latencies.append((committed - written) / .milliseconds(1))
        }
        round += 1
      }
      Report.line("\(round) changes, \(Figures.text(Double(round) / Double(seconds))) a second")
      return (samples, latencies)
    }

    private func judge(_ samples: [Sample], _ latency: Figures, _ counts: SteadyTraffic.Counts) -> [String] {
      var faults: [String] = []
      // The first quarter warms up: the allocator still asks for room.
      let warm = samples.dropFirst(samples.count / 4)
      let early = warm.prefix(max(1, warm.count / 3))
      let late = warm.suffix(max(1, warm.count / 3))
      let (before, after) = (Figures(early.map(\.resident)).median, Figures(late.map(\.resident)).median)
      let growth = (after / before - 1) * 100
      Report.line("latency: \(latency.tail("ms"))")
      Report.line(
        "resident: \(Figures.text(samples.first?.resident ?? 0)) MB at first, \(Figures.text(before)) MB after the first "
          + "quarter, \(Figures.text(after)) MB at last: \(String(format: "%+.1f", growth)) %, "
          + "\(String(format: "%+.2f", slope(warm) * 60)) MB a minute")
      let tenths = (0..<10).map { tenth in
        let part = samples[(samples.count * tenth / 10)..<(samples.count * (tenth + 1) / 10)]
        return Figures.text(Figures(part.map(\.resident)).median)
      }
      Report.line("resident, in tenths of the time: \(tenths.joined(separator: " ")) MB")
      if growth > 10 { faults.append("resident memory grew by \(Figures.text(growth)) %") }
      let open = (early.map(\.descriptors).max() ?? 0, late.map(\.descriptors).max() ?? 0)
      Report.line("descriptors: \(open.0) after the first quarter, \(open.1) at last")
      if open.1 > open.0 { faults.append("\(open.1 - open.0) descriptors were left open") }
      Report.line(
        "\(counts.connections) connections to steady Services and \(counts.exchanges) exchanges over open ones: "
          + "\(counts.failures) failed")
      if let failure = counts.firstFailure { faults.append("\(counts.failures) connections, first \(failure)") }
      if counts.connections == 0 { faults.append("no connection was made") }
      return faults
    }

    /// Megabytes a second, by least squares.
    private func slope(_ samples: some Collection<Sample>) -> Double {
      let count = Double(samples.count)
      let times = samples.reduce(0) { $0 + $1.second } / count
      let sizes = samples.reduce(0) { $0 + $1.resident } / count
      let both = samples.reduce(0) { $0 + ($1.second - times) * ($1.resident - sizes) }
      let squares = samples.reduce(0) { $0 + ($1.second - times) * ($1.second - times) }
      return squares > 0 ? both / squares : 0
    }

    /// Whether one who knows nothing but what the server has would write the same.
    private func isRight(_ laboratory: Laboratory) throws -> Bool {
      let generation = try Laboratory.generation()
      let agent = try laboratory.startAgent()
      _ = try agent.waitForFirstSync()
      usleep(500_000)
      agent.stop()
      return try Laboratory.generation() == generation
    }
  }
#endif
