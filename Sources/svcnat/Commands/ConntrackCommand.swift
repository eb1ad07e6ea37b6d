#if Netlink && os(Linux)
  import ArgumentParser
  import ConnectionTracking
  import ConntrackNetlink
  import Netlink
  import NetworkAddresses
  import NodeProgramming
  import RuleTargets

  /// `svcnat conntrack`
  struct ConntrackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "conntrack",
      abstract: "Find connections of this node that lead nowhere any more.",
      discussion: """
        UDP has no end of a connection: while a client keeps sending, the kernel sends its packets where it sent the \
        first one, even if that endpoint is gone. Compares the connections the kernel tracks with the Services of the \
        input, and lists those that a sync would remove, each with the reason. Nothing is removed without --delete.

        Exits with 0 if nothing is stale, with 1 if something is (or was, with --delete), and with 2 for trouble.

        Examples:
          kubectl get services,endpointslices -A -o yaml | svcnat conntrack --stale --node-name worker-1 -
          svcnat conntrack --stale --delete --node-name worker-1 cluster.yaml
          svcnat conntrack --stale --format json --netns node --node-name worker-1 cluster.yaml
        """)

    @OptionGroup(title: "Input") var input: InputOptions
    @OptionGroup(title: "Node") var node: NodeOptions

    @Flag(help: "List stale connections.")
    var stale = false

    @Flag(help: "Remove what is listed.")
    var delete = false

    @Option(help: ArgumentHelp("ipv4 or ipv6 only. Default: both.", valueName: "family"))
    var family: RuleOptions.Family?

    @Option(help: ArgumentHelp("Look into this network namespace of `ip netns`.", valueName: "name"))
    var netns: String?

    @Option(help: ArgumentHelp("text or json.", valueName: "format"))
    var format = Format.text

    enum Format: String, ExpressibleByArgument, CaseIterable {
      case text, json
    }

    func validate() throws {
      guard stale else { throw ValidationError("say what to look for: --stale") }
    }

    func run() throws {
      var timings = Timings()
      var compilation = try Compilation(input: input, node: node, targetIsChosen: true, timings: &timings)
      let families = family.map { [$0.family] } ?? IPFamily.allCases
      let resolved = try compilation.resolveNode(for: compilation.defaultTarget, families: families)
      let plans = compilation.plans(for: resolved, families: families, timings: &timings)
      try compilation.report()
      let report: StaleConnectionsReport
      do {
        if let netns { try NetworkNamespaces.enter(netns) }
        var sweeper = try ConntrackSweeper()
        let stale = StaleConnections(plans)
        let found = try sweeper.find(stale, families)
        // What has become stale since is not listed, so it is not removed either.
        let deletion = delete ? sweeper.delete(found.found.map(\.connection)) : nil
        report = StaleConnectionsReport(found: found.found, isComplete: found.isComplete, deletion: deletion)
      } catch let error as NetlinkError {
        Console.printError("error: \(error)\(error.isNotPermitted ? ": it needs root, or CAP_NET_ADMIN" : "")")
        throw ExitCode.trouble
      } catch let error as ProgrammingError {
        Console.printError("error: \(error)")
        throw ExitCode.trouble
      }
      let text = format == .json ? try report.json : report.text
      try Console.write(Array(text.utf8))
      for problem in report.problems { Console.printError(problem) }
      if report.hasTrouble { throw ExitCode.trouble }
      if !report.found.isEmpty { throw ExitCode.failure }
    }
  }
#endif
