import ArgumentParser
import Explanation
import Foundation
import IPTables
import KubernetesObjects
import NetworkAddresses
import RuleEvaluator
import RuleTargets
import ServicePlan

/// `svcnat explain`
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Say where a packet goes on one node, and why.",
    discussion: """
      Walks the first packet of a connection through the rules of one node: those svcnat compiles from manifests, or \
      with --rules those that a node printed. Says what becomes of the packet, the reasons, and each rule it meets.

      --to is ADDRESS:PORT, [V6]:PORT, SERVICE:PORT, SERVICE.NAMESPACE:PORT, a full cluster DNS name with a port, \
      node:PORT, node/NAME:PORT, localhost:PORT or pod/NAMESPACE/NAME:PORT. A port is a number or the name of a port of \
      the Service; /udp or /sctp behind it, tcp where nothing is said.

      Examples:
        svcnat explain --node-name worker-1 --from external --to web.shop:http cluster.yaml
        svcnat explain --from pod/shop/cart-0 --to dns.kube-system:53/udp --target iptables cluster.yaml
        nft list ruleset | svcnat explain --rules - --node-ip 192.0.2.11 --from 10.244.1.9 --to 10.96.0.10:80
      """)

  @Option(
    help: ArgumentHelp(
      "Where the packet comes from: an address, node, localhost, external, pod/NAME, pod/NAMESPACE/NAME or node/NAME.",
      valueName: "source"))
  var from: String

  @Option(help: ArgumentHelp("Where the connection is opened to, see above.", valueName: "destination"))
  var to: String

  @Option(
    help: ArgumentHelp(
      "The interface the packet comes in by, for detect-local modes that ask for it.", valueName: "interface"))
  var fromInterface: String?

  @Option(
    help: ArgumentHelp(
      """
      Rules of a node instead of compiled ones: what iptables-save, ip6tables-save or nft list ruleset print; may be \
      repeated. Inputs then only give the reasons.
      """, valueName: "file"))
  var rules: [String] = []

  @Option(
    help: ArgumentHelp(
      "nft-maps, nft-chains or iptables; may be repeated. Default: as `mode` of --config, else all three.",
      valueName: "target"))
  var target: [RuleTarget] = []

  @Option(help: ArgumentHelp("ipv4 or ipv6, where source and destination have both.", valueName: "family"))
  var family: RuleOptions.Family?

  @Option(help: ArgumentHelp("text or json.", valueName: "format"))
  var format = Format.text

  @Flag(help: "Print where the time went to standard error.")
  var timings = false

  @OptionGroup(title: "Input") var input: InputOptions
  @OptionGroup(title: "Node") var node: NodeOptions

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
  }

  func validate() throws {
    if !rules.isEmpty, !target.isEmpty {
      throw ValidationError("--rules and --target: rules that are given are not compiled")
    }
  }

  func run() throws {
    var timings = Timings()
    let (explanation, assumptions, compilation) = try explain(&timings)
    try compilation.report { diagnostic in
      input.verbose || diagnostic.object.map(explanation.isAbout) ?? true
    }
    let text = try timings.measure("write") { try self.text(of: explanation, assumptions) }
    try Console.write(Array(text.utf8))
    if self.timings { Console.printError(timings.report) }
  }

  /// - Returns: what had to be assumed, too, and where diagnostics are.
  func explain(
    _ timings: inout Timings
  ) throws -> (explanation: Explanation, assumptions: [String], compilation: Compilation) {
    let source = try SourceQuery(from)
    let destination = try DestinationQuery(to)
    var compilation = try Compilation(
      input: input, node: node, needsInput: rules.isEmpty, targetIsChosen: !target.isEmpty || !rules.isEmpty,
      timings: &timings)
    let targets = chosenTargets(compilation)
    var node = try compilation.resolveNode(
      for: targets[0], families: family.map { [$0.family] } ?? IPFamily.allCases)
    let dump = try timings.measure("rules") { try RuleFiles.read(rules) }
    if !rules.isEmpty { describeUnknownNode(&node) }

    var reader = QuestionReader(objects: compilation.objects, node: node.configuration)
    reader.interface = fromInterface
    reader.family = family?.family
    let question = try timings.measure("explain") { try reader.read(from: source, to: destination) }
    var ruleSets: [RuleSet] = []
    if let family = question.family {
      ruleSets =
        rules.isEmpty
        ? try compiled(targets, family, &compilation, &timings)
        : try dumped(dump, family, node, &compilation, &timings)
    }
    let explanation = timings.measure("explain") {
      Explainer(objects: compilation.objects).explain(question, by: ruleSets)
    }
    return (explanation, compilation.assumptions(of: node), compilation)
  }

  func text(of explanation: Explanation, _ assumptions: [String]) throws -> String {
    switch format {
    case .text: ExplanationText(explanation, assumptions: assumptions).text
    case .json: try ExplanationDocument(explanation, from: from, to: to, assumptions: assumptions).text
    }
  }

  private func chosenTargets(_ compilation: Compilation) -> [RuleTarget] {
    if !target.isEmpty { return target }
    return compilation.configuredTarget.map { [$0] } ?? [.nftMaps, .nftChains, .iptables]
  }

  /// Rules from outside belong to a real node, whatever it is called, and what is not said of it does not shape them.
  private func describeUnknownNode(_ node: inout NodeResolution.Result) {
    if node.configuration.nodeName == NodeResolution.hypotheticalNode { node.configuration.nodeName = "the node" }
    guard input.inputs.isEmpty else { return }
    let addresses = node.configuration.interfaceAddresses
    node.assumptions =
      addresses.isEmpty
      ? ["no address of the node is known (--node-ip): packets to it look like packets to elsewhere"]
      : self.node.interfaceIp.isEmpty
        ? [
          "the node has no other address than \(addresses.map(\.description).joined(separator: ", ")) (--interface-ip)"
        ]
        : []
  }

  private func compiled(
    _ targets: [RuleTarget], _ family: IPFamily, _ compilation: inout Compilation, _ timings: inout Timings
  ) throws -> [RuleSet] {
    var ruleSets: [RuleSet] = []
    for target in targets {
      let node = try compilation.resolveNode(for: target, families: [family])
      for plan in compilation.plans(for: node, families: [family], timings: &timings) {
        let rules = timings.measure("lower") { target.compile(plan) }
        let environment = NodeEnvironment(node.configuration)
        let evaluator = try timings.measure("prepare") {
          switch rules {
          case .iptables(let ruleSet): try PacketEvaluator([ruleSet], environment: environment)
          case .nftables(let table): try PacketEvaluator([table], environment: environment)
          }
        }
        ruleSets.append(
          RuleSet(name: target.rawValue, mode: target.mode, plan: plan, isCompiled: true, evaluator: evaluator))
      }
    }
    return ruleSets
  }

  private func dumped(
    _ dump: RuleDump, _ family: IPFamily, _ node: NodeResolution.Result, _ compilation: inout Compilation,
    _ timings: inout Timings
  ) throws -> [RuleSet] {
    let environment = NodeEnvironment(node.configuration)
    let evaluators = try timings.measure("prepare") { try dump.evaluators(family, environment) }
    if evaluators.isEmpty { throw ValidationError("--rules: the rules have no \(family.rawValue)") }
    var ruleSets: [RuleSet] = []
    for (name, mode, evaluator) in evaluators {
      var plan: NodePlan?
      if !input.inputs.isEmpty {
        let node = try compilation.resolveNode(for: mode == .iptables ? .iptables : .nftChains, families: [family])
        plan = compilation.plans(for: node, families: [family], timings: &timings).first
      }
      ruleSets.append(RuleSet(name: name, mode: mode, plan: plan, isCompiled: false, evaluator: evaluator))
    }
    return ruleSets
  }
}

/// Reads the files of `--rules`.
enum RuleFiles {
  /// - Throws: `InputFiles.Failure`.
  static func read(_ paths: [String]) throws -> RuleDump {
    var dump = RuleDump()
    for path in paths {
      let data = try InputFiles.contents(of: path)
      do throws(RuleDump.Problem) {
        try dump.add(Array(data))
      } catch {
        throw InputFiles.Failure(path: InputFiles.label(path), reason: error.description)
      }
    }
    return dump
  }
}

extension Explanation {
  /// Whether an object of this name has a part in it.
  fileprivate func isAbout(_ object: String) -> Bool {
    question.service?.description == object
      || answers.contains { $0.frontend?.servicePort.service.description == object }
  }
}
