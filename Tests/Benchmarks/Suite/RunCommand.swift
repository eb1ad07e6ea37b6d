import ArgumentParser
import Foundation
import RuleTargets
import SystemPrograms

/// The whole suite.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Measures everything and prints a table.")

  @Flag(help: "Small sizes and few runs: two minutes on two cores.")
  var quick = false

  @Option(help: ArgumentHelp("Keep all figures in this file.", valueName: "file"))
  var json: String?

  @Option(help: ArgumentHelp("Draw plots into this directory, light and dark.", valueName: "directory"))
  var plots: String?

  @Option(
    help: ArgumentHelp(
      "Measure this kube-proxy instead of quoting published figures of 1.36.", valueName: "path"))
  var kubeProxy: String?

  @Option(help: ArgumentHelp("Only these groups: compiler, loads, updates, start, data-plane.", valueName: "group"))
  var only: [StageCommand.Group] = []

  @Flag(inversion: .prefixedNo, help: "Whether 5 % of the Services have session affinity.")
  var affinity = true

  func run() throws {
    guard geteuid() == 0 else { throw ValidationError("network namespaces take root") }
    let began = ContinuousClock.now
    let sizes = quick ? SuiteSizes.quick : .full
    var run = try SuiteRun(sizes: sizes, hasAffinity: affinity)
    defer { run.removeInputs() }
    var results = Results(machine: .current(), measurements: [], caps: sizes.capLines)
    if !affinity { results.caps.append("no Service has session affinity") }
    let groups = only.isEmpty ? StageCommand.Group.allCases : only
    for group in groups {
      results.measurements += try run.measure(group)
      // What there is by now is not lost if the next group takes the machine down.
      if let json { try results.write(json) }
    }
    if let kubeProxy {
      results.measurements += try run.measureKubeProxy(kubeProxy, quick: quick)
    } else {
      results.measurements += try PublishedFigures.read().measurements
    }
    results.caps += run.failures
    results.duration = (ContinuousClock.now - began) / .seconds(1)
    print(TextReport(results).text)
    if let json { try results.write(json) }
    if let plots { try Charts(results).write(to: plots) }
    if !run.failures.isEmpty { throw ExitCode(1) }
  }
}
