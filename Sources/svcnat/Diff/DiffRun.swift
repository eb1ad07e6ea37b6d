import ArgumentParser
import Foundation
import KubernetesObjects
import NFTables
import NetworkAddresses
import RuleDifference
import RuleTargets
import ServicePlan

/// From two sides to what differs between them.
struct DiffRun {
  let old: DiffSide
  let new: DiffSide
  let input: InputOptions
  let node: NodeOptions
  /// Nil: as the sides say.
  let family: IPFamily?
  private(set) var targets: (old: RuleTarget, new: RuleTarget)

  private var compilations: (old: Compilation?, new: Compilation?)
  private let rules: RuleTargetOptions
  private var assumptions: [String] = []

  /// Reads both sides.
  ///
  /// - Parameters:
  ///   - target: nil: as the sides say.
  ///   - againstTarget: that of the new side; nil: the same.
  /// - Throws: ``InputErrors`` with the errors of both sides, ``InputFiles/Failure``, `ValidationError`.
  init(
    from old: DiffSide, to new: DiffSide, input: InputOptions, node: NodeOptions, target: RuleTarget?,
    againstTarget: RuleTarget?, family: IPFamily?, timings: inout Timings
  ) throws {
    (self.old, self.new, self.input, self.node) = (old, new, input, node)
    let shared = old.golden ?? new.golden
    let restricted = [old, new].lazy.compactMap { $0.golden?.rules.family }.first
    self.family = family ?? restricted?.family
    rules = shared?.rules.targetOptions ?? RuleTargetOptions()
    var errors = ""
    func compile(_ side: DiffSide) throws -> Compilation? {
      guard case .objects(let source) = side.content else { return nil }
      var (input, node) = (input, node)
      if let options = side.golden ?? shared { (input, node) = (input.over(options.input), node.over(options.node)) }
      input.inputs = [side.name]
      do {
        return try Compilation.open(input, node, source, targetIsChosen: target != nil, &timings)
      } catch let error as InputErrors {
        if errors != error.text { errors += error.text }
        return nil
      }
    }
    compilations = (try compile(old), try compile(new))
    if !errors.isEmpty { throw InputErrors(text: errors) }
    let configured =
      [old, new].lazy.compactMap { $0.rules?.first?.nearestTarget }.first
      ?? shared?.rules.target.first ?? compilations.new?.configuredTarget ?? compilations.old?.configuredTarget
    let first = target ?? configured ?? .nftMaps
    targets = (first, againstTarget ?? first)
  }

  /// The families that are compared: the one that is asked for, those that rules are of, or those that either side has
  /// Services of.
  private func families(_ plans: [NodePlan]) -> [IPFamily] {
    if let family { return [family] }
    let ruled = Set(((old.rules ?? []) + (new.rules ?? [])).map(\.family))
    let found = ruled.isEmpty ? Set(plans.filter { !$0.servicePorts.isEmpty }.map(\.family)) : ruled
    return found.isEmpty ? IPFamily.allCases : IPFamily.allCases.filter(found.contains)
  }

  private mutating func plans(_ timings: inout Timings) throws -> (old: [NodePlan]?, new: [NodePlan]?) {
    let families = family.map { [$0] } ?? IPFamily.allCases
    func plans(_ compilation: inout Compilation?, _ target: RuleTarget) throws -> [NodePlan]? {
      guard var own = compilation else { return nil }
      let node = try own.resolveNode(for: target, families: families)
      for line in own.assumptions(of: node) where !assumptions.contains(line) { assumptions.append(line) }
      let plans = own.plans(for: node, families: families, timings: &timings)
      compilation = own
      return plans
    }
    return (try plans(&compilations.old, targets.old), try plans(&compilations.new, targets.new))
  }

  // MARK: - What Services say

  /// - Throws: `ValidationError` where neither side has Services, or the rules of a side are of two proxies.
  mutating func difference(_ timings: inout Timings) throws -> NodeDifference {
    let plans = try plans(&timings)
    guard let some = plans.new ?? plans.old else {
      throw ValidationError("two rule files have no Services to tell of: use --format unified, or name manifests")
    }
    var nodes: [(old: ComparedNode, new: ComparedNode)] = []
    for family in families((plans.old ?? []) + (plans.new ?? [])) {
      guard let known = some.first(where: { $0.family == family }) else { continue }
      func node(_ plans: [NodePlan]?, _ side: DiffSide, _ target: RuleTarget) throws -> ComparedNode {
        if let rules = side.rules { return try DiffRun.node(known, rules, of: side.name) }
        let plan = plans?.first { $0.family == family } ?? known
        return timings.measure("lower") { ComparedNode(plan, target: target, options: rules) }
      }
      nodes.append((try node(plans.old, old, targets.old), try node(plans.new, new, targets.new)))
    }
    return try timings.measure("compare") {
      try NodeDifference(
        from: side(old, compilations.old, nodes.first?.old.target ?? targets.old),
        to: side(new, compilations.new, nodes.first?.new.target ?? targets.new), nodes: nodes)
    }
  }

  /// Rules as they are, asked about the Services of the other side.
  private static func node(_ plan: NodePlan, _ rules: [CompiledRules], of name: String) throws -> ComparedNode {
    let own = rules.filter { $0.family == plan.family }
    let targets = Set(own.map(\.nearestTarget))
    guard targets.count <= 1 else {
      throw ValidationError(
        "\(name) has the rules of several proxies in \(plan.family.rawValue); give those of one, or use --format unified"
      )
    }
    let target = targets.first ?? rules.first?.nearestTarget ?? .nftMaps
    return ComparedNode(
      plan, target: target, foundRules: own.isEmpty ? [DiffRun.noRules(plan.family, target)] : own)
  }

  /// What a node has that was never programmed.
  static func noRules(_ family: IPFamily, _ target: RuleTarget) -> CompiledRules {
    switch target {
    case .iptables: .iptables(.init(family: family))
    case .nftChains, .nftMaps: .nftables(Table(family: family, name: target == .nftMaps ? "svcnat" : "kube-proxy"))
    }
  }

  private func side(_ side: DiffSide, _ compilation: Compilation?, _ target: RuleTarget) -> NodeDifference.Side {
    let files = compilation?.objects.files ?? []
    return NodeDifference.Side(
      name: side.name, kind: side.kind, target: target,
      files: side.kind == .git ? files.map(GitRevision.path) : files)
  }

  // MARK: - Rules line by line

  /// The rules of both sides, document by document.
  mutating func texts(_ timings: inout Timings) throws -> [RuleTextDifference] {
    let plans = try plans(&timings)
    let families = families((plans.old ?? []) + (plans.new ?? []))
    func rules(_ side: DiffSide, _ plans: [NodePlan]?, _ target: RuleTarget) -> [CompiledRules] {
      if let rules = side.rules { return rules.filter { families.contains($0.family) } }
      return (plans ?? []).filter { families.contains($0.family) }.map { plan in
        timings.measure("lower") { target.compile(plan, options: self.rules) }
      }
    }
    let olds = rules(old, plans.old, targets.old)
    let news = rules(new, plans.new, targets.new)
    return timings.measure("compare") {
      var texts: [RuleTextDifference] = []
      func add(_ before: CompiledRules?, _ after: CompiledRules?) {
        guard let fallback = after ?? before else { return }
        texts.append(
          RuleTextDifference(
            oldName: name(old, before ?? fallback), before, newName: name(new, after ?? fallback), after))
      }
      for before in olds { add(before, news.first { isCounterpart($0, of: before) }) }
      for after in news where !olds.contains(where: { isCounterpart(after, of: $0) }) { add(nil, after) }
      return texts
    }
  }

  private func isCounterpart(_ new: CompiledRules, of old: CompiledRules) -> Bool {
    new.family == old.family
      && (new.nearestTarget == old.nearestTarget
        || (targets.old != targets.new && new.nearestTarget == targets.new && old.nearestTarget == targets.old))
  }

  private func name(_ side: DiffSide, _ rules: CompiledRules) -> String {
    side.kind == .rules ? side.name : "\(side.name) \(rules.fileName)"
  }

  // MARK: - What there is to say of the inputs

  /// Says what is wrong with the inputs, and what was assumed. Of warnings that both sides have nothing is said: they are
  /// no part of the difference.
  ///
  /// - Throws: `ExitCode.trouble` where there are errors.
  func report() throws {
    struct Message: Hashable {
      var object: String?
      var field: String?
      var message: String
    }
    func message(_ diagnostic: Diagnostic) -> Message {
      Message(object: diagnostic.object, field: diagnostic.field, message: diagnostic.message)
    }
    var known: Set<Message> = []
    for diagnostic in compilations.old?.diagnostics ?? [] { known.insert(message(diagnostic)) }
    var text = ""
    var hasErrors = false
    for (compilation, isNew) in [(compilations.old, false), (compilations.new, true)] {
      let own = compilation?.diagnosticsText { diagnostic in
        input.verbose || (isNew && diagnostic.severity == .warning && !known.contains(message(diagnostic)))
      }
      text += own?.text ?? ""
      hasErrors = hasErrors || own?.hasErrors ?? false
    }
    for line in assumptions { text += "note: \(line)\n" }
    let leftOut = [compilations.old, compilations.new].reduce(0) { count, compilation in
      count + (compilation?.objects.services.count { ServicePlanner.exclusion(of: $0) == .notAllocated } ?? 0)
    }
    if leftOut > 0 {
      // Otherwise two charts would look the same, whatever they say.
      text += "warning: \(Wording.count(leftOut, "Service")) of both sides together "
      text += "\(leftOut == 1 ? "has" : "have") no cluster IP and \(leftOut == 1 ? "is" : "are") not compared; "
      text += "--allocate gives them addresses\n"
    }
    Console.writeError(text)
    if hasErrors { throw ExitCode.trouble }
  }
}

extension Compilation {
  /// The same for a source whose type is not known.
  static func open(
    _ input: InputOptions, _ node: NodeOptions, _ source: some InputSource, targetIsChosen: Bool,
    _ timings: inout Timings
  ) throws -> Compilation {
    try Compilation(input: input, node: node, source: source, targetIsChosen: targetIsChosen, timings: &timings)
  }
}
