import ArgumentParser

/// Measures svcnat. `scripts/bench` builds and starts it.
@main struct Benchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scripts/bench", abstract: "Measures what svcnat costs, beside what else there is.",
    discussion: """
      scripts/bench --quick                         two minutes
      scripts/bench --json full.json --plots plots  everything, a quarter of an hour
      scripts/bench --check-instructions            instruction counts against those in the repository
      scripts/bench --simulate                      what an API server pays for many nodes
      scripts/bench render full.json --page FILE    tables and plots of an earlier run

      Needs root for all that concerns the kernel. It happens in network namespaces that end with the run.
      """,
    subcommands: [
      RunCommand.self, StageCommand.self, RenderCommand.self, InstructionsCommand.self, WorkloadCommand.self,
      SimulateCommand.self,
    ],
    defaultSubcommand: RunCommand.self)
}
