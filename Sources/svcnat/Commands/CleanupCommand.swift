#if Netlink && os(Linux)
  import ArgumentParser
  import NodeProgramming

  /// `svcnat cleanup`
  struct CleanupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "cleanup",
      abstract: "Take svcnat's rules off this node.",
      discussion: """
        Deletes the tables and chains that `svcnat apply` made, and says what else serves Services here. Those of a \
        kube-proxy are deleted only with --kube-proxy, and the chain KUBE-FIREWALL, which kubelet shares, never.

        Exits with 0 if nothing of it is left; with --dry-run 0 if nothing is there and 1 if something is; with 2 for \
        trouble, 3 without the privilege, 4 if the kernel cannot, 5 if a table belongs to another process.

        Examples:
          svcnat cleanup --dry-run
          svcnat cleanup --kube-proxy
        """)

    @Flag(help: "Delete kube-proxy's tables and chains, too. Stop it first, else it puts them back.")
    var kubeProxy = false

    @Flag(help: "Print what would be deleted, and delete nothing.")
    var dryRun = false

    @Flag(help: "Print every Service and every operation of the plan.")
    var verbose = false

    @OptionGroup(title: "This node") var access: NodeAccess

    func run() throws {
      try access.perform { programmer in
        let plan = try programmer.planRemoval(kubeProxy: kubeProxy)
        let text = ProgrammingText(plan: plan, isVerbose: verbose)
        try Console.write(Array(text.planned.utf8))
        if dryRun {
          if !plan.isEmpty { throw ExitCode.failure }
          return
        }
        let times = try programmer.carryOut(plan)
        try Console.write(Array(text.done(times).utf8))
      }
    }
  }
#endif
