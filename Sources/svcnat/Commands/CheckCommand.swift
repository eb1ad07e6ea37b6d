import ArgumentParser
import Foundation
import KubernetesObjects
import ServiceChecks

/// `svcnat check`
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Look for mistakes in Services, and say what to do.",
    discussion: """
      Each mistake has a code, the line it was made in, the reason and advice. What is read may be manifests, of which \
      Deployments and other workloads are read as well, or what kubectl prints of a cluster: the more kinds of objects, \
      the more can be told.

      Exits with 0 if nothing is found that reaches --severity, with 1 if something is, and with 2 if the input cannot be \
      read.

      To leave a finding unsaid, write its code to the annotation svcnat/ignore of the object ("SVC101,SVC202"), or a \
      line `CODE namespace/name reason` to the file of --ignore-file, where * stands for any name.

      Examples:
        svcnat check manifests/
        kubectl get services,endpointslices,pods,nodes,servicecidrs -A -o yaml | svcnat check -
        svcnat check --format sarif manifests/ > svcnat.sarif
        svcnat check --explain SVC101
      """)

  @OptionGroup(title: "Input") var input: InputOptions

  @Option(help: ArgumentHelp("text, json, github or sarif.", valueName: "format"))
  var format = CheckReport.Format.text

  @Option(
    help: ArgumentHelp(
      "The least grave findings to show, and to fail for: error, warning or info.", valueName: "severity"))
  var severity = CheckSeverity.warning

  @Option(help: ArgumentHelp("Findings to leave unsaid: lines `CODE namespace/name reason`.", valueName: "file"))
  var ignoreFile: String?

  @Option(help: ArgumentHelp("Print what a code means, why it matters and what to do, and end.", valueName: "code"))
  var explain: String?

  @Flag(help: "Print all codes, and end.")
  var list = false

  @Flag(help: "Print where the time went to standard error.")
  var timings = false

  func run() throws {
    if let explain {
      guard let check = Check.named(explain) else {
        throw ValidationError("--explain: there is no check \"\(explain)\"; --list prints all of them")
      }
      return try Console.write(Array(check.explanation.utf8))
    }
    if list { return try Console.write(Array(Check.list.utf8)) }

    var timings = Timings()
    var options = ServiceChecker.Options()
    options.serviceCIDRs = try input.serviceCIDRs()
    if let range = try input.nodePorts() { options.nodePortRange = range }
    options.isStrict = input.strict
    options.completion = try input.completion()
    options.ignoreFile = try ignoreFile.map { path in
      IgnoreFile(
        String(decoding: try InputFiles.contents(of: path), as: UTF8.self), named: InputFiles.label(path))
    }
    let objects = try Compilation.read(input, readsPodTemplates: true, timings: &timings)
    let result = timings.measure("check") { ServiceChecker(options: options).check(objects) }
    let report = CheckReport(result, threshold: severity, version: Svcnat.version)
    try timings.measure("write") { try Console.write(Array(report.text(format).utf8)) }
    if self.timings { Console.printError(timings.report) }
    if result.isIncomplete { throw ExitCode.trouble }
    if !result.findings(from: severity).isEmpty { throw ExitCode.failure }
  }
}

extension CheckReport.Format: ExpressibleByArgument {}
extension CheckSeverity: ExpressibleByArgument {}
