import ArgumentParser
import Foundation
import NetworkAddresses
import RuleTargets

/// `svcnat compile`
struct CompileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compile",
    abstract: "Write the rules of one node.",
    discussion: """
      Reads manifests or what kubectl prints, and writes the rules of one node to standard output, or a file per target \
      and family with --output. Nothing is written where the input has errors.

      Examples:
        kubectl get services,endpointslices,nodes -A -o yaml | svcnat compile --node-name worker-1 -
        svcnat compile --target iptables --family ipv4 --cluster-cidr 10.244.0.0/16 manifests/
        svcnat compile --allocate --output rules chart.yaml
      """)

  @OptionGroup(title: "Input") var input: InputOptions
  @OptionGroup(title: "Node") var node: NodeOptions
  @OptionGroup(title: "Rules") var rules: RuleOptions

  @Option(
    name: [.short, .long],
    help: ArgumentHelp("Write a file per target and family into this directory.", valueName: "dir"))
  var output: String?

  @Flag(help: "Print where the time went to standard error.")
  var timings = false

  func run() throws {
    var timings = Timings()
    var compilation = try Compilation(
      input: input, node: node, targetIsChosen: !rules.target.isEmpty, timings: &timings)
    let targets = rules.target.isEmpty ? [compilation.defaultTarget] : rules.target
    var documents: [RuleDocument] = []
    for target in targets {
      documents += try compilation.documents(
        target, families: rules.families, options: rules.targetOptions, timings: &timings)
    }
    try compilation.report()
    try timings.measure("emit") {
      if let output {
        try DocumentFiles.write(documents, into: output)
      } else {
        for document in documents { try document.print() }
      }
    }
    if self.timings { Console.printError(timings.report) }
  }
}
