import ArgumentParser
import Foundation

/// Tables and plots of a run that was kept.
struct RenderCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "render", abstract: "Prints the table of an earlier run, draws its plots, and puts it into a page.")

  @Argument(help: "What --json wrote.") var results: String

  @Option(help: ArgumentHelp("Draw plots into this directory.", valueName: "directory"))
  var plots: String?

  @Option(
    help: ArgumentHelp("Put the tables between the two marks of this Markdown page.", valueName: "file"))
  var page: String?

  func run() throws {
    let results = try Results.read(results)
    if let plots { try Charts(results).write(to: plots) }
    if let page {
      try PageTables(results).write(into: page)
    } else {
      print(TextReport(results).text)
    }
  }
}
