import ArgumentParser

/// One workload, under the program that counts. Started by ``InstructionsCommand``.
struct WorkloadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "workload", abstract: "Runs one fixed workload.", shouldDisplay: false)

  @Argument var name: String
  @Option var json: String
  @Option var yaml: String

  func run() throws {
    guard let workload = Workload(rawValue: name) else { throw ValidationError("\(name) is no workload") }
    let work = try workload.prepared(json: json, yaml: yaml)
    // The first time types are made ready for use, once in a process.
    try work()
    try countedWork(work)
  }
}

/// What callgrind counts begins and ends with this function, which it knows by its name.
@inline(never) func countedWork(_ work: () throws -> Void) throws { try work() }
