import ArgumentParser

@main
struct Svcnat: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "svcnat")
}
