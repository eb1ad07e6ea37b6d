#if Netlink && os(Linux)
  import ArgumentParser
  import NetworkAddresses
  import NodeProgramming
  import RuleTargets

  /// What this node has, as a side of a comparison.
  struct LiveSide {
    var side: DiffSide
    var target: RuleTarget
    /// What differs and is no rule, such as objects that somebody has put into our table, a line each.
    var remarks: [String] = []

    /// - Parameter desired: manifests.
    /// - Throws: `ValidationError`, ``InputErrors``, or an exit code once the reason is printed.
    init(against desired: DiffSide, _ command: DiffCommand, _ timings: inout Timings) throws {
      guard case .objects(let source) = desired.content else {
        throw ValidationError("\(desired.name) is a file of rules: --live compares with manifests")
      }
      var (input, node) = (command.input, command.node)
      if let options = desired.golden { (input, node) = (input.over(options.input), node.over(options.node)) }
      input.inputs = [desired.name]
      var compilation = try Compilation.open(input, node, source, targetIsChosen: command.target != nil, &timings)
      let target = command.target ?? desired.golden?.rules.target.first ?? compilation.defaultTarget
      let families = command.family.map { [$0.family] } ?? IPFamily.allCases
      let rules = try compilation.rules(target, families: families, options: RuleTargetOptions(), &timings)
      var found: [CompiledRules] = []
      var lines: [String] = []
      try command.access.perform { programmer in
        for wanted in rules {
          let installed = try programmer.installedRules(wanted.family)
          for other in LiveComparison.others(in: installed, than: wanted) {
            Console.printError("note: this node also has \(other)")
          }
          let differences = LiveComparison.differences(from: installed, to: wanted)
          lines += differences
          // What is equal is shown as equal, whatever run-time state there is.
          found.append(
            differences.isEmpty
              ? wanted
              : LiveComparison.counterpart(in: installed, of: wanted) ?? DiffRun.noRules(wanted.family, target))
        }
      }
      self.target = target
      side = DiffSide(name: "this node", kind: .live, rules: found)
      remarks = lines.filter { line in LiveSide.unseen.contains { line.hasPrefix($0) } }
    }

    /// Beginnings of what is not among the rules.
    private static let unseen = [
      "unexpected elements in set", "unexpected object", "different chain", "different table",
    ]
  }
#endif
