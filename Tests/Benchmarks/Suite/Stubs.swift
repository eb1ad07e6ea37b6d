import ArgumentParser
struct InstructionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "instructions")
}
struct WorkloadCommand: ParsableCommand { static let configuration = CommandConfiguration(commandName: "workload") }
struct SimulateCommand: ParsableCommand { static let configuration = CommandConfiguration(commandName: "simulate") }
struct LiveKubeProxy {
  var path: String; var mode: String; func measure(_ size: ClusterSize, input: String) throws -> [Measurement] { [] }
}
