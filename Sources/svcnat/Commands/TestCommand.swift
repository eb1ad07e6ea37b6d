import ArgumentParser
import FlowCases
import Foundation
import KernelFlows
import KubernetesObjects
import RuleTargets

/// `svcnat test`
struct TestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Check where packets go, as cases say.",
    discussion: """
      Each case names a node, objects, and flows with what must become of them. The objects are compiled, and the packet \
      of each flow is walked through the compiled rules. Cases may be written in YAML or JSON.

      Exits with 0 if everything passed, with 1 if a flow failed, and with 2 for anything else.

      Examples:
        svcnat test cases/
        svcnat test --target nft-maps --filter 'shop/.*node port' shop.yaml
        svcnat test --format junit cases/ > report.xml
      """)

  @Argument(
    help: ArgumentHelp(
      "Case files, directories (searched for *.yaml, *.yml, *.json) or - for standard input.", valueName: "input"))
  var inputs: [String]

  @Option(
    help: ArgumentHelp("nft-maps, nft-chains or iptables; may be repeated. Default: all.", valueName: "target"))
  var target: [RuleTarget] = []

  @Flag(
    help: """
      Load the rules into a network namespace and send real packets, instead of evaluating. Linux, as root, with nft and \
      iptables-restore.
      """)
  var kernel = false

  @Option(
    help: ArgumentHelp(
      "Only flows whose case/flow, or case/step/flow, has a match of this regular expression.", valueName: "regex"))
  var filter: String?

  @Option(
    help: ArgumentHelp(
      "Skip cases that only later releases of kube-proxy agree with. Default: test them all.", valueName: "1.36"))
  var release: String?

  @Option(help: ArgumentHelp("text, json, junit or tap.", valueName: "format"))
  var format = Format.text

  @Flag(help: "Print what passed, too, and what reading the objects had to say.")
  var verbose = false

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json, junit, tap
  }

  func run() throws {
    var run = FlowRun()
    if !target.isEmpty { run.targets = RuleTarget.allCases.filter(target.contains) }
    if kernel {
      run.observer = { try SentFlows($0, $1) }
      #if Netlink && os(Linux)
        run.sweep = SweptConnections.removed
      #endif
    }
    if let release {
      guard let known = KubeProxyRelease(release) else {
        throw ValidationError("--release: \"\(release)\" is no release such as 1.36")
      }
      run.release = known
    }
    if let filter {
      guard let regex = try? Regex(filter) else {
        throw ValidationError("--filter: \"\(filter)\" is no regular expression")
      }
      run.selects = { $0.firstMatch(of: regex) != nil }
    }
    let cases = try readCases()
    if kernel, let obstacle = KernelNode.obstacle(needsIPTables: run.targets.contains(.iptables)) {
      Console.printError("error: --kernel: \(obstacle)")
      throw ExitCode.trouble
    }
    let results = cases.flatMap { run.results(of: $0) }
    guard !results.isEmpty else {
      throw ValidationError("there is nothing to test" + (filter.map { ": nothing matches --filter \"\($0)\"" } ?? ""))
    }
    let report = FlowReport(results: results)
    try Console.write(Array(try text(of: report).utf8))
    if report.failed > 0 { throw ExitCode.failure }
  }

  private func text(of report: FlowReport) throws -> String {
    switch format {
    case .text: TextReport(report: report, isVerbose: verbose).text
    case .json: try JSONReport(report).text
    case .junit: JUnitReport(report: report).text
    case .tap: TAPReport(report: report).text
    }
  }

  /// - Throws: `ExitCode.trouble` if a file has errors, once all of them were named.
  private func readCases() throws -> [FlowCase] {
    var cases: [FlowCase] = []
    var hasErrors = false
    for path in try InputFiles.find(inputs) {
      let data = try InputFiles.contents(of: path)
      let file = data.withUnsafeBytes { FlowCaseFile.read($0, named: InputFiles.label(path)) }
      // What is odd in an object may be what its case is about.
      let shown = file.diagnostics.filter { $0.severity == .error || $0.object == nil || verbose }
      Console.report(shown, files: [file.name], verbose: verbose)
      hasErrors = hasErrors || file.hasErrors
      cases += file.cases
    }
    if hasErrors { throw ExitCode.trouble }
    return cases
  }
}
