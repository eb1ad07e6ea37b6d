import ArgumentParser
import Foundation

/// The command line: each command is a file of its own under Commands.
struct Svcnat: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "svcnat",
    abstract: "Compiles Kubernetes Services and EndpointSlices to the NAT rules of one node.",
    version: version,
    subcommands: [
      CompileCommand.self, ExplainCommand.self, CheckCommand.self, DiffCommand.self, GoldenCommand.self,
      GraphCommand.self, TestCommand.self,
    ] + nodeCommands)

  /// Those that read or change the node they run on.
  private static var nodeCommands: [any ParsableCommand.Type] {
    #if Netlink && os(Linux)
      [
        ApplyCommand.self, ConfirmCommand.self, ShowCommand.self, CleanupCommand.self, PreflightCommand.self,
        RollbackCommand.self,
      ]
    #else
      []
    #endif
  }
}

@main
enum Main {
  static func main() {
    do {
      var command = try Svcnat.parseAsRoot(BooleanOptions.completed(Array(CommandLine.arguments.dropFirst())))
      try command.run()
    } catch let errors as InputErrors {
      Console.writeError(errors.text)
      Foundation.exit(ExitCode.trouble.rawValue)
    } catch {
      let code = Svcnat.exitCode(for: error)
      let message = Svcnat.fullMessage(for: error)
      if code.isSuccess {
        print(message)
      } else if !message.isEmpty {
        Console.printError(message)
      }
      // 0 fine, 1 different or failed, 2 trouble. Only a command itself says 1: any other error is trouble, be it a wrong
      // option or a file that is not there.
      Foundation.exit(code.isSuccess ? 0 : (error as? ExitCode ?? .trouble).rawValue)
    }
  }
}

extension ExitCode {
  /// Bad input, bad options, or something that could not be done.
  static let trouble = ExitCode(2)
}

/// kube-proxy's boolean flags may stand alone or carry a value: `--masquerade-all`, `--masquerade-all=false`.
enum BooleanOptions {
  static func completed(_ arguments: [String]) -> [String] {
    var isOption = true
    return arguments.map { argument in
      if argument == "--" { isOption = false }
      return isOption && NodeOptions.booleans.contains(argument) ? argument + "=true" : argument
    }
  }
}
