#if Netlink && os(Linux)
  import ArgumentParser
  import NetworkAddresses
  import NodeProgramming
  import RuleTargets

  /// `svcnat apply`
  struct ApplyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "apply",
      abstract: "Give this node the rules of one node.",
      discussion: """
        Compiles the objects as `svcnat compile` does, compares the rules with those the node has, prints what it will \
        change for which Services (--verbose: with all operations), and changes it: nftables over netlink, iptables through iptables-restore. Nothing else of the node is \
        touched. A second run has nothing to do. The rules of a kube-proxy are only replaced with --take-over.

        Exits with 0 where the rules are now as they should be; with --dry-run 0 if they are and 1 if not; with 2 for \
        trouble, 3 without the privilege, 4 if the kernel cannot, 5 if the rules are somebody else's.

        Examples:
          kubectl get services,endpointslices,nodes -A -o yaml | svcnat apply --node-name worker-1 --dry-run -
          svcnat apply --node-name worker-1 --cluster-cidr 10.244.0.0/16 --rollback-after 60 cluster.yaml
          svcnat apply --target nft-maps --take-over --config kube-proxy.yaml cluster.yaml
        """)

    @OptionGroup(title: "Input") var input: InputOptions
    @OptionGroup(title: "Node") var node: NodeOptions
    @OptionGroup(title: "Rules") var rules: AppliedRules
    @OptionGroup(title: "This node") var access: NodeAccess

    @Flag(help: "Print what would change, and change nothing.")
    var dryRun = false

    @Flag(help: "Have the kernel check the change without making it.")
    var check = false

    @Flag(help: "Replace the rules of a kube-proxy. Stop it first, else it puts them back.")
    var takeOver = false

    @Option(
      help: ArgumentHelp(
        "Put the former rules back after so many seconds, unless `svcnat confirm` comes first.", valueName: "seconds"))
    var rollbackAfter: Int?

    @OptionGroup(title: "Rolling back") var rollback: RollbackDirectory

    @Flag(help: "Print where the time went to standard error.")
    var timings = false

    func validate() throws {
      if let rollbackAfter, rollbackAfter < 1 {
        throw ValidationError("--rollback-after: \(rollbackAfter) is no number of seconds")
      }
    }

    func run() throws {
      var timings = Timings()
      var compilation = try Compilation(
        input: input, node: node, targetIsChosen: rules.target != nil, timings: &timings)
      let target = rules.target ?? compilation.defaultTarget
      if rules.counters, target != .nftMaps {
        Console.printError("error: --counters: the target \(target.rawValue) has nothing that counts; use nft-maps")
        throw ExitCode.trouble
      }
      let desired = try compilation.rules(target, families: rules.families, options: rules.targetOptions, &timings)
      try compilation.report()
      try access.perform { programmer in
        let plan = try timings.measure("compare") {
          try programmer.plan(desired, target: target, takesOver: takeOver)
        }
        warn(plan, target)
        let text = ProgrammingText(plan: plan, isVerbose: input.verbose)
        try Console.write(Array(text.planned.utf8))
        if check { try timings.measure("check") { try programmer.check(plan) } }
        if dryRun || check {
          if dryRun, !plan.isEmpty { throw ExitCode.failure }
          return
        }
        if let rollbackAfter, !plan.isEmpty { try prepareRollback(plan, after: rollbackAfter) }
        let times = try timings.measure("program") { try programmer.carryOut(plan) }
        try Console.write(Array(text.done(times).utf8))
        if let rollbackAfter, !plan.isEmpty {
          let line =
            "the former rules come back in \(Wording.count(rollbackAfter, "second")) unless svcnat confirm is run\n"
          try Console.write(Array(line.utf8))
        }
      }
      if self.timings { Console.printError(timings.report) }
    }

    /// From here on the former rules come back, even if this process ends before it has programmed all of the new ones.
    private func prepareRollback(_ plan: ProgrammingPlan, after seconds: Int) throws {
      let former = try FormerRules.keep(plan.installed, in: rollback.url)
      try RollbackCommand.start(former, after: seconds, in: rollback)
    }

    /// What would keep the rules from working, and is not mended by this plan.
    private func warn(_ plan: ProgrammingPlan, _ target: RuleTarget) {
      let findings = Preflight.findings(
        plan.installed, target: target, servesLocalNodePorts: node.iptablesLocalhostNodeports ?? true)
      for finding in findings where finding.kind != .severalProxies || !takeOver && !plan.left.isEmpty {
        Console.printError("warning: \(finding)")
      }
    }
  }

  /// Which rules a node is to have: those of one target, for a node has one set of them.
  struct AppliedRules: ParsableArguments {
    @Option(
      help: ArgumentHelp(
        "nft-maps, nft-chains or iptables. Default: as `mode` of --config, else nft-maps.", valueName: "target"))
    var target: RuleTarget?

    @Option(help: ArgumentHelp("ipv4 or ipv6 only. Default: both.", valueName: "family"))
    var family: RuleOptions.Family?

    @Flag(help: "iptables: name the nfacct counters kube-proxy uses. They must exist.")
    var nfacct = false

    @Flag(help: "nft-maps: count the connections to each address and port, for svcnat show --counters.")
    var counters = false

    var families: [IPFamily] { family.map { [$0.family] } ?? IPFamily.allCases }

    var targetOptions: RuleTargetOptions {
      var options = RuleTargetOptions()
      options.iptables.usesAccounting = nfacct
      options.maps.countsConnections = counters
      return options
    }
  }
#endif
