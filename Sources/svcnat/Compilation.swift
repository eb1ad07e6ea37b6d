import ArgumentParser
import ControlPlane
import Foundation
import KubernetesObjects
import NetworkAddresses
import RuleTargets
import ServicePlan

/// From files to rules: what all commands that compile do.
struct Compilation {
  let input: InputOptions
  let node: NodeOptions
  private(set) var objects: ObjectSet
  private let completed: ClusterCompletion.Summary
  private let file: KubeProxyConfigurationReader.Result?
  /// What was found beside reading, each once: targets and families find the same things.
  private var found: [Diagnostic] = []
  private var known: Set<Diagnostic> = []

  /// Reads and completes the objects.
  ///
  /// - Parameters:
  ///   - source: where the inputs are.
  ///   - needsInput: whether no input is an error; otherwise there are no objects then.
  ///   - targetIsChosen: the configuration file need not say which.
  ///   - objects: where they have been read already; nil: they are read here.
  init(
    input: InputOptions, node: NodeOptions, source: some InputSource = WorkingFiles(), needsInput: Bool = true,
    targetIsChosen: Bool, read objects: ObjectSet? = nil, timings: inout Timings
  ) throws {
    self.input = input
    self.node = node
    var completion = try input.completion()
    let clusterCIDRs = try OptionList.prefixes(node.clusterCidr, option: "--cluster-cidr")
    file = try node.config.map {
      try KubeProxyConfigurationReader.read($0, from: source.settings, targetIsChosen: targetIsChosen)
    }
    var objects =
      try objects
      ?? (input.inputs.isEmpty && !needsInput
        ? ObjectSet() : Compilation.read(input, from: source, timings: &timings))
    completion.clusterCIDRs = clusterCIDRs.isEmpty ? file?.configuration.clusterCIDRs ?? [] : clusterCIDRs
    completion.unscheduledNodeName = node.nodeName
    completed = timings.measure("complete") { completion.complete(&objects) }
    self.objects = objects
    // What would be said of the rest is not worth reading before the errors are mended.
    if objects.hasErrors || file?.diagnostics.contains(where: { $0.severity == .error }) ?? false {
      throw InputErrors(text: diagnosticsText().text)
    }
  }

  /// All objects of the input, as they are written.
  ///
  /// - Throws: `ValidationError` where no input is named, ``InputFiles/Failure`` for what cannot be read.
  static func read(
    _ input: InputOptions, from source: some InputSource = WorkingFiles(), readsPodTemplates: Bool = false,
    timings: inout Timings
  ) throws -> ObjectSet {
    if input.inputs.isEmpty {
      throw ValidationError("no input: name files, directories, or - for standard input")
    }
    var reader = ObjectReader(
      options: ObjectReader.Options(skipInvalid: input.skipInvalid, readsPodTemplates: readsPodTemplates))
    for path in try source.find(input.inputs) {
      let data = try timings.measure("read") { try source.contents(of: path) }
      timings.measure("decode") {
        data.withUnsafeBytes { reader.read($0, named: InputFiles.label(path)) }
      }
    }
    return timings.measure("decode") { reader.finish() }
  }

  /// The documents of a target, a family each.
  mutating func documents(
    _ target: RuleTarget, families: [IPFamily], options: RuleTargetOptions, timings: inout Timings
  ) throws -> [RuleDocument] {
    let node = try resolveNode(for: target, families: families)
    return plans(for: node, families: families, timings: &timings).map { plan in
      let compiled = timings.measure("lower") { target.compile(plan, options: options) }
      let header = RuleHeader(
        target: target, family: plan.family, plan: plan, objects: objects, assumptions: assumptions(of: node))
      return RuleDocument(name: target.fileName(plan.family), compiled, header: header.lines, options: options)
    }
  }

  /// The rules of a target, a family each.
  mutating func rules(
    _ target: RuleTarget, families: [IPFamily], options: RuleTargetOptions, _ timings: inout Timings
  ) throws -> [CompiledRules] {
    let node = try resolveNode(for: target, families: families)
    return plans(for: node, families: families, timings: &timings).map { plan in
      timings.measure("lower") { target.compile(plan, options: options) }
    }
  }

  /// What a node must do, a plan for each family.
  mutating func plans(
    for node: NodeResolution.Result, families: [IPFamily], timings: inout Timings
  ) -> [NodePlan] {
    let planned = timings.measure("plan") {
      ClusterPlanner(configuration: node.configuration).plan(objects, families: families)
    }
    add(planned.diagnostics)
    return planned.plans
  }

  /// The node as a target sees it.
  mutating func resolveNode(for target: RuleTarget, families: [IPFamily]) throws -> NodeResolution.Result {
    let node = try NodeResolution(
      options: node, file: file?.configuration, serviceCIDRs: try input.serviceCIDRs(), objects: objects
    ).resolve(for: target.mode, families: families)
    add(node.diagnostics)
    return node
  }

  /// The target where none is named.
  var defaultTarget: RuleTarget { configuredTarget ?? .nftMaps }

  /// The target that `mode` of the configuration file chooses; nil: it does not say.
  var configuredTarget: RuleTarget? { file?.configuration.target }

  /// What is not in the input and had to be assumed, of the objects and of a node.
  func assumptions(of node: NodeResolution.Result) -> [String] { assumptions + node.assumptions }

  private var assumptions: [String] {
    var lines: [String] = []
    if completed.derivedServices > 0 {
      lines.append("endpoints of \(Wording.count(completed.derivedServices, "Service")) are derived from Pods")
    }
    if completed.assumedPods > 0 {
      lines.append(
        "\(Wording.count(completed.assumedPods, "Pod")) without status to run and be ready, at addresses made up for them"
      )
    }
    if completed.mirroredServices > 0 {
      lines.append("endpoints of \(Wording.count(completed.mirroredServices, "Service")) are mirrored from Endpoints")
    }
    if completed.allocatedServices > 0 {
      lines.append(
        "addresses or ports of \(Wording.count(completed.allocatedServices, "Service")) are allocated (--allocate)")
    }
    lines += completed.assumedServiceCIDRs.map { "no ServiceCIDR is known: cluster IPs are allocated from \($0)" }
    lines += completed.assumedPodCIDRs.map { "no pod range is known: Pods have addresses in \($0)" }
    return lines
  }

  /// All that was found, of the configuration file and of the input.
  var diagnostics: [Diagnostic] { (file?.diagnostics ?? []) + objects.diagnostics + found }

  private mutating func add(_ diagnostics: [Diagnostic]) {
    for diagnostic in diagnostics where known.insert(diagnostic).inserted { found.append(diagnostic) }
  }

  /// Says what there is to say about the input.
  ///
  /// - Parameter isShown: chooses among warnings and notes; errors are always shown.
  /// - Throws: `ExitCode.trouble` where there are errors, or with `--strict` warnings.
  func report(where isShown: (Diagnostic) -> Bool = { _ in true }) throws {
    let (text, hasErrors) = diagnosticsText(where: isShown)
    Console.writeError(text)
    if hasErrors { throw ExitCode.trouble }
  }

  /// What ``report(where:)`` says, a line each, and whether there are errors.
  func diagnosticsText(where isShown: (Diagnostic) -> Bool = { _ in true }) -> (text: String, hasErrors: Bool) {
    var text = ""
    var hasErrors = false
    for (diagnostics, files) in [
      (file?.diagnostics ?? [], file.map { [$0.file] } ?? []), (objects.diagnostics + found, objects.files),
    ] {
      let graded = (input.strict ? diagnostics.map(\.strict) : diagnostics)
        .filter { $0.severity == .error || isShown($0) }
      text += Console.text(of: graded, files: files, verbose: input.verbose)
      hasErrors = hasErrors || graded.contains { $0.severity == .error }
    }
    return (text, hasErrors)
  }
}

extension Diagnostic {
  /// A warning as an error, the rest as it is.
  fileprivate var strict: Diagnostic {
    var strict = self
    if severity == .warning { strict.severity = .error }
    return strict
  }
}
