import ArgumentParser

/// Measures `svcnat agent` as it runs on nodes: a process of its own beside an API server that is stood in for.
/// `scripts/bench-agent` and `scripts/soak` build and start it.
@main struct AgentBenchmark: ParsableCommand {
  #if Agent && os(Linux)
    static let configuration = CommandConfiguration(
      commandName: "agent-benchmark", abstract: "Measures the node agent beside a stand-in of an API server.",
      discussion: """
        scripts/bench-agent                   starts and changes; a few minutes
        scripts/soak --seconds 600 --rate 50  changes without end, with connections that must not fail

        Needs root. Everything happens in a network namespace that ends with the run.
        """,
      subcommands: [MeasureCommand.self, SoakCommand.self], defaultSubcommand: MeasureCommand.self)
  #else
    static let configuration = CommandConfiguration(commandName: "agent-benchmark")

    func run() throws { throw ValidationError("built without the trait Agent, or not on Linux") }
  #endif
}
