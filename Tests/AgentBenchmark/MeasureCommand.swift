#if Agent && os(Linux)
  import ArgumentParser
  import Foundation
  import Glibc

  /// Starts, restarts and changes, in one run.
  struct MeasureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "measure", abstract: "Time starts, restarts and changes; the default.")

    @Option(help: "A tenth of them is measured as well.") var services = 10_000
    @Option(help: "Of each Service.") var endpoints = 10
    @Option(help: "Starts and restarts, each.") var rounds = 3
    @Option(help: "Changes of each kind.") var changes = 1000
    @Flag(inversion: .prefixedNo, help: "Whether 5 % of the Services have session affinity.") var affinity = true
    @Option(help: "The svcnat that is measured.") var program = ".build/release/svcnat"

    func run() throws {
      do {
        try PrivateNetwork.enter()
        Report.header()
        let few = try measure(max(1, services / 10))
        let many = try measure(services)
        Report.line("")
        for (small, large) in zip(few, many) {
          Report.line(
            "\(large.name): processor time per change with \(services) Services: "
              + "\(Figures.text(large.processorMilliseconds / small.processorMilliseconds)) of that with a tenth; "
              + "median latency: \(Figures.text(large.latency.median / small.latency.median)) of it")
        }
      } catch let failure as BenchmarkFailure {
        throw ValidationError("\(failure)")
      }
    }

    private func measure(_ services: Int) throws -> [ChangeFigures] {
      Report.line("\n\(services) Services with \(endpoints) endpoints each")
      let cluster = MadeUpCluster(services: services, endpoints: endpoints, hasAffinity: affinity)
      let laboratory = try Laboratory(cluster, program: program)
      defer { laboratory.end() }
      do {
        try starts(laboratory)
        return try changes(laboratory)
      } catch {
        Report.line(laboratory.log)
        throw error
      }
    }

    // MARK: - Starts

    private func starts(_ laboratory: Laboratory) throws {
      var (first, again, fromExec): ([Double], [Double], [Double]) = ([], [], [])
      var (resident, anonymous, peak): ([Double], [Double], [Double]) = ([], [], [])
      var (listed, processor): ([Double], [Double]) = ([], [])
      var rewritten = 0
      for _ in 0..<rounds {
        try Laboratory.removeRules()
        var agent = try laboratory.startAgent()
        var synced = try agent.waitForFirstSync()
        guard let writes = laboratory.server.writes else { throw BenchmarkFailure("nothing was listed") }
        first.append((synced - writes.first) / .seconds(1))
        listed.append((writes.last - writes.first) / .seconds(1))
        // What is done afterwards counts as well.
        usleep(500_000)
        let memory = agent.memory
        resident.append(Double(memory.resident) / 1e6)
        anonymous.append(Double(memory.anonymous) / 1e6)
        peak.append(Double(memory.peak) / 1e6)
        processor.append(agent.processorSeconds)
        agent.stop()

        let generation = try Laboratory.generation()
        agent = try laboratory.startAgent()
        synced = try agent.waitForFirstSync()
        guard let writes = laboratory.server.writes else { throw BenchmarkFailure("nothing was listed") }
        again.append((synced - writes.first) / .seconds(1))
        fromExec.append((synced - agent.started) / .seconds(1))
        usleep(500_000)
        agent.stop()
        if try Laboratory.generation() != generation { rewritten += 1 }
      }
      let start = Figures(first)
      Report.goal("start on an empty kernel", start.median, 2.5, "s", start.spread("s"))
      Report.line("  the stand-in wrote the lists in \(Figures(listed).spread("s"))")
      Report.line("  processor time of the agent: \(Figures(processor).spread("s"))")
      let restart = Figures(again)
      Report.goal("restart on a programmed kernel", restart.median, 1.5, "s", restart.spread("s"))
      Report.line("  from the start of the process: \(Figures(fromExec).spread("s"))")
      Report.line("  restarts that wrote anything: \(rewritten) of \(rounds)")
      let held = Figures(resident)
      Report.goal("resident after the start", held.median, 150, "MB", held.spread("MB"))
      Report.line("  anonymous: \(Figures(anonymous).spread("MB")), the most there was: \(Figures(peak).spread("MB"))")
    }

    // MARK: - Changes

    struct ChangeFigures {
      var name: String
      /// Milliseconds.
      var latency: Figures
      var processorMilliseconds: Double
    }

    private func changes(_ laboratory: Laboratory) throws -> [ChangeFigures] {
      let agent = try laboratory.startAgent()
      defer { agent.stop() }
      _ = try agent.waitForFirstSync()
      usleep(500_000)
      var listener = try CommitListener()
      // Until all has been used once, memory is still being asked for.
      for round in 0..<100 { _ = try change(.endpointReplaced, round, laboratory, &listener) }
      let replaced = try changes("one endpoint replaced", .endpointReplaced, laboratory, agent, &listener)
      let counted = try changes("number of endpoints changed", .endpointCount, laboratory, agent, &listener)
      Report.line(
        "resident after the changes: \(Figures.text(Double(agent.memory.resident) / 1e6)) MB; "
          + "descriptors: \(agent.descriptors)")
      return [replaced, counted]
    }

    private func changes(
      _ name: String, _ kind: MadeUpCluster.Change, _ laboratory: Laboratory, _ agent: AgentProcess,
      _ listener: inout CommitListener
    ) throws -> ChangeFigures {
      var latencies: [Double] = []
      let committing = agent.metric("svcnat_commit_duration_seconds_sum") ?? 0
      let before = agent.processorSeconds
      for round in 0..<changes { latencies.append(try change(kind, round, laboratory, &listener)) }
      let processor = (agent.processorSeconds - before) * 1000 / Double(changes)
      let committed = ((agent.metric("svcnat_commit_duration_seconds_sum") ?? 0) - committing) * 1000
      let latency = Figures(latencies)
      Report.goal("\(name), from the event's last byte to the commit", latency.median, 3, "ms", latency.tail("ms"))
      Report.line(
        "  p99: goal 15 ms, \(latency.part(0.99) < 15 ? "reached" : "missed"); of it the kernel's commit on average "
          + "\(Figures.text(committed / Double(changes))) ms; processor time per change "
          + "\(Figures.text(processor)) ms")
      return ChangeFigures(name: name, latency: latency, processorMilliseconds: processor)
    }

    /// - Returns: milliseconds.
    private func change(
      _ kind: MadeUpCluster.Change, _ round: Int, _ laboratory: Laboratory, _ listener: inout CommitListener
    ) throws -> Double {
      try listener.drain()
      // From all over the cluster.
      laboratory.cluster.apply(kind, to: round * 7919 % laboratory.cluster.services)
      guard let committed = try listener.waitForChange() else { throw BenchmarkFailure("a change was not programmed") }
      guard let written = laboratory.server.writes?.last else { throw BenchmarkFailure("nothing was written") }
      return (committed - written) / .milliseconds(1)
    }
  }
#endif
