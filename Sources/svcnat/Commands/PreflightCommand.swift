#if Netlink && os(Linux)
  import ArgumentParser
  import NetworkAddresses
  import NodeProgramming
  import RuleTargets

  /// `svcnat preflight`
  struct PreflightCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "preflight",
      abstract: "Look for what would keep Services from working on this node.",
      discussion: """
        Rules alone forward no packet: the kernel has to forward, nobody may drop what is forwarded, and no other proxy \
        should be at work. Each finding says what is so and what to do. Nothing is changed.

        Exits with 0 if nothing was found, 1 if something was, 2 for trouble, 3 without the privilege, 4 if the kernel \
        cannot.

        Examples:
          svcnat preflight
          svcnat preflight --target iptables --family ipv4
        """)

    @Option(
      help: ArgumentHelp("The target that is to be used: nft-maps, nft-chains or iptables.", valueName: "target"))
    var target = RuleTarget.nftMaps

    @Option(help: ArgumentHelp("ipv4 or ipv6 only. Default: both.", valueName: "family"))
    var family: RuleOptions.Family?

    @OptionGroup(title: "This node") var access: NodeAccess

    func run() throws {
      try access.perform { programmer in
        let families = family.map { [$0.family] } ?? IPFamily.allCases
        let findings = Preflight.findings(
          try families.map { try programmer.installedRules($0) }, target: target,
          servesLocalNodePorts: target == .iptables)
        try Console.write(Array(findings.map { "\($0)\n" }.joined().utf8))
        if !findings.isEmpty { throw ExitCode.failure }
        try Console.write(Array("nothing found\n".utf8))
      }
    }
  }
#endif
