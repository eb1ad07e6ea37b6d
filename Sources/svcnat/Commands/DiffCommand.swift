import ArgumentParser
import Foundation
import RuleDifference
import RuleTargets

/// `svcnat diff`
struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Say what a change of Services does to one node, and which connections end elsewhere.",
    usage: """
      svcnat diff [<options>] <old> <new>
      svcnat diff [<options>] --target <target> --against-target <target> <input>
      svcnat diff [<options>] --live <input>
      """,
    discussion: """
      OLD and NEW are each one of these: a file or directory of manifests, or - for standard input; a git revision of \
      one (HEAD~1:deploy/); a golden directory, whose options then hold for both; or a file of rules, as svcnat compile, \
      iptables-save or nft list ruleset print them.

      With --against-target, one input in two targets: which of its Services behave differently. With --live (Linux), the \
      rules this node has against those of the input, also where kube-proxy made them; what packets and time leave behind \
      is no difference.

      Exits with 0 if nothing differs, with 1 if something does, and with 2 if a side cannot be read.

      Examples:
        svcnat diff HEAD:deploy/ deploy/
        helm template . | svcnat diff --allocate --format markdown golden/web -
        svcnat diff --format unified old.yaml new.yaml
        nft list ruleset | svcnat diff --node-name worker-1 - cluster.yaml
        svcnat diff --target iptables --against-target nft-chains cluster.yaml
        svcnat diff --live --target nft-chains --config kube-proxy.yaml cluster.yaml
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case unified, semantic, json, markdown, github, sarif
  }

  @OptionGroup(title: "Input") var input: InputOptions
  @OptionGroup(title: "Node") var node: NodeOptions

  @Option(
    help: ArgumentHelp(
      """
      unified: rules line by line; semantic: what changes for Services; json, markdown, github or sarif: the same for \
      programs, pull requests and code scanning. Default: semantic; of two rule files unified.
      """, valueName: "format"))
  var format: Format?

  @Option(
    help: ArgumentHelp(
      "nft-maps, nft-chains or iptables. Default: that of a rule file, or as `mode` of --config, else nft-maps.",
      valueName: "target"))
  var target: RuleTarget?

  @Option(help: ArgumentHelp("Compare --target with this one, for one input.", valueName: "target"))
  var againstTarget: RuleTarget?

  @Option(help: ArgumentHelp("ipv4 or ipv6 only. Default: those that have Services.", valueName: "family"))
  var family: RuleOptions.Family?

  #if Netlink && os(Linux)
    @Flag(help: "Compare what this node has with the input.")
    var live = false

    @OptionGroup(title: "This node") var access: NodeAccess
  #endif

  @Flag(help: "Print where the time went to standard error.")
  var timings = false

  func validate() throws {
    #if Netlink && os(Linux)
      if live {
        guard againstTarget == nil, input.inputs.count == 1 else {
          throw ValidationError("--live compares this node with one input, and with nothing else")
        }
        return
      }
    #endif
    // Nothing is read before, so that a wrong line is told at once.
    if let againstTarget {
      guard let target else { throw ValidationError("--against-target needs --target, to compare with") }
      guard target != againstTarget else {
        throw ValidationError("--target and --against-target are both \(target.rawValue)")
      }
      guard input.inputs.count == 1 else {
        throw ValidationError(
          "with --against-target there is one input in two targets, not \(input.inputs.count) inputs")
      }
    } else if input.inputs.count != 2 {
      throw ValidationError(
        input.inputs.count == 1
          ? "one input alone: name OLD and NEW, or give --target and --against-target"
          : "name two inputs, OLD and NEW; \(input.inputs.count) are given")
    }
    if input.inputs.filter({ $0 == "-" }).count > 1 {
      throw ValidationError("standard input can be one side only")
    }
  }

  func run() throws {
    var timings = Timings()
    var sides = try timings.measure("read") { try input.inputs.map { try DiffSide($0) } }
    var target = target
    var remarks: [String] = []
    #if Netlink && os(Linux)
      if live {
        let found = try LiveSide(against: sides[0], self, &timings)
        sides.insert(found.side, at: 0)
        target = found.target
        remarks = found.remarks
      }
    #endif
    if againstTarget != nil, sides[0].rules != nil {
      throw ValidationError("\(sides[0].name) is a file of rules: --against-target compiles manifests")
    }
    var run = try DiffRun(
      from: sides[0], to: sides[sides.count - 1], input: input, node: node, target: target,
      againstTarget: againstTarget, family: family?.family, timings: &timings)
    var isDifferent: Bool
    var text: String
    let format = format ?? (sides.allSatisfy { $0.rules != nil } ? .unified : .semantic)
    if let format = DifferenceReport.Format(rawValue: format.rawValue) {
      let difference = try run.difference(&timings)
      isDifferent = !difference.isEmpty
      text = timings.measure("write") {
        DifferenceReport(difference, version: Svcnat.version, isVerbose: input.verbose)
          .text(format, isColored: Console.isColored)
      }
      // What differs comes below.
      if difference.isEmpty, !remarks.isEmpty, format == .semantic { text = "the rules are alike\n" }
    } else {
      let texts = try run.texts(&timings)
      isDifferent = texts.contains { !$0.difference.isEmpty }
      text = timings.measure("write") { texts.map { $0.unified(isColored: Console.isColored) }.joined() }
    }
    try run.report()
    try Console.write(Array(text.utf8))
    for remark in remarks { Console.printError(remark) }
    isDifferent = isDifferent || !remarks.isEmpty
    if self.timings { Console.printError(timings.report) }
    if isDifferent { throw ExitCode.failure }
  }
}
