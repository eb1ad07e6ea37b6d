import ArgumentParser
import Foundation
import KubernetesObjects
import RuleTargets
import ServiceChecks
import ServiceGraph

/// `svcnat graph`
struct GraphCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "graph",
    abstract: "Draw where the traffic of Services goes on one node.",
    discussion: """
      Draws each Service with its frontends, the policies of its traffic, and its endpoints with their share, as the node \
      sees them. Problems that svcnat check finds are marked.

      The html page has a list of all Services to search, and the rules of each target beside the picture. It is one \
      file that loads nothing from elsewhere. Its size is bounded: beyond 12 MiB of rules and 24 MiB of pictures, \
      Services have none, and are left out; both are said.

      Examples:
        svcnat graph --node-name worker-1 -o services.html cluster.yaml
        svcnat graph --format mermaid --service shop/web manifests/
        svcnat graph --format dot manifests/ | dot -Tpdf > services.pdf
      """)

  @Option(
    help: ArgumentHelp(
      "mermaid, dot, svg or html. Default: as the name of --output ends, else mermaid.", valueName: "format"))
  var format: Format?

  @Option(help: ArgumentHelp("Only this Service; may be repeated. Default: all.", valueName: "namespace/name"))
  var service: [String] = []

  @Option(name: [.short, .long], help: ArgumentHelp("Write to this file.", valueName: "file"))
  var output: String?

  @Flag(help: "Print where the time went to standard error.")
  var timings = false

  @OptionGroup(title: "Input") var input: InputOptions
  @OptionGroup(title: "Node") var node: NodeOptions

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case mermaid
    case dot
    case svg
    case html

    /// What the name of a file says; nil: nothing.
    init?(fileName: String) {
      switch fileName.split(separator: ".").last?.lowercased() {
      case "mmd", "mermaid": self = .mermaid
      case "dot", "gv": self = .dot
      case "svg": self = .svg
      case "html", "htm": self = .html
      default: return nil
      }
    }
  }

  func run() throws {
    var timings = Timings()
    // The checks see the objects as they were written, the compilation completes them.
    let checks = try check(&timings)
    var compilation = try Compilation(
      input: input, node: node, targetIsChosen: true, read: checks.objects, timings: &timings)
    let names = try chosen(compilation.objects)
    let node = try compilation.resolveNode(for: compilation.defaultTarget, families: [.ipv4, .ipv6])
    let plans = compilation.plans(for: node, families: [.ipv4, .ipv6], timings: &timings)
    let graph = timings.measure("graph") {
      GraphBuilder(objects: compilation.objects, plans: plans, node: node.configuration, checks: checks.result)
        .graph(of: names, assumptions: compilation.assumptions(of: node))
    }
    let text = try text(of: graph, &compilation, &timings)
    try compilation.report { diagnostic in
      input.verbose || names == nil || names?.contains { $0.description == diagnostic.object } ?? true
    }
    try timings.measure("write") {
      if let output {
        try DocumentFiles.write(Array(text.utf8), to: output)
      } else {
        try Console.write(Array(text.utf8))
      }
    }
    if self.timings { Console.printError(timings.report) }
  }

  private func check(_ timings: inout Timings) throws -> (objects: ObjectSet, result: CheckResult) {
    var options = ServiceChecker.Options()
    options.serviceCIDRs = try input.serviceCIDRs()
    if let range = try input.nodePorts() { options.nodePortRange = range }
    options.completion = try input.completion()
    let objects = try Compilation.read(input, readsPodTemplates: true, timings: &timings)
    return (objects, timings.measure("check") { ServiceChecker(options: options).check(objects) })
  }

  /// - Throws: `ValidationError` for a Service that is not there, with the nearest name.
  private func chosen(_ objects: ObjectSet) throws -> Set<NamespacedName>? {
    guard !service.isEmpty else { return nil }
    let known = objects.services.map(\.name.description)
    var names: Set<NamespacedName> = []
    for text in OptionList.split(service) {
      let name = text.contains("/") ? text : "default/\(text)"
      guard let found = objects.services.first(where: { $0.name.description == name }) else {
        let sameName = known.filter { $0.split(separator: "/").last == name.split(separator: "/").last }.sorted()
        let near = sameName.first ?? nearestWord(to: name, among: known.sorted())
        throw ValidationError(
          "--service: there is no Service \"\(name)\" in the input" + (near.map { "; did you mean \($0)?" } ?? ""))
      }
      names.insert(found.name)
    }
    return names
  }

  private func text(
    of graph: ServiceGraph, _ compilation: inout Compilation, _ timings: inout Timings
  ) throws -> String {
    switch format ?? output.flatMap(Format.init(fileName:)) ?? .mermaid {
    case .mermaid:
      let edges = MermaidText.edgeCount(of: graph)
      if edges > MermaidText.edgeLimit {
        Console.printError(
          "note: \(edges) lines; Mermaid draws \(MermaidText.edgeLimit) unless maxEdges is raised: choose with --service"
        )
      }
      return timings.measure("draw") { MermaidText.text(of: graph) }
    case .dot: return timings.measure("draw") { DOTText.text(of: graph) }
    case .svg: return timings.measure("draw") { SVGText.text(of: graph) }
    case .html:
      let targets: [RuleTarget] = [.nftMaps, .nftChains, .iptables]
      let rules = try targets.map { target in
        let node = try compilation.resolveNode(for: target, families: [.ipv4, .ipv6])
        return ServiceRules(
          target, plans: compilation.plans(for: node, families: [.ipv4, .ipv6], timings: &timings))
      }
      let page = timings.measure("draw") {
        PageText(graph, targets: targets.map(\.rawValue), version: Svcnat.version) { name in
          rules.map { $0.text(of: name, limit: PageText.lineLimit) }
        }
      }
      if page.withoutRules > 0 {
        Console.printError(
          "note: the page has no rules of \(Wording.count(page.withoutRules, "Service")), to stay small; choose with --service"
        )
      }
      if page.leftOut > 0 {
        Console.printError(
          "note: \(Wording.count(page.leftOut, "Service")) left out of the page, to keep it small; choose with --service"
        )
      }
      return page.text
    }
  }
}
