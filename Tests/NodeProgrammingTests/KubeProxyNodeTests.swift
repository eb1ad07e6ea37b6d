#if Netlink && os(Linux)
  import NetworkAddresses
  import NodeProgramming
  import RuleTargets
  import ServicePlan
  import TestSupport
  import Testing

  /// Nodes that a real kube-proxy 1.36 has programmed, as its dumps show them.
  @Suite(.serialized, .enabled(if: ProgrammedNode.isUsable, ProgrammedNode.need))
  struct KubeProxyNodeTests {
    @Test(arguments: try ReferenceCase.dumped(for: .nftables).filter { $0.since == nil })
    func nftablesNodesHaveWhatIsCompiled(_ reference: ReferenceCase) throws {
      guard let dump = reference.nftablesDump() else { return }
      let desired = reference.plans.map { RuleTarget.nftChains.compile($0) }
      let differences = try ProgrammedNode.run { programmer in
        try ProgrammedNode.start("nft", "-f", "-", input: dump)
        return try desired.flatMap { try Self.differences($0, &programmer) }
      }
      #expect(differences.isEmpty, "\(reference): \(differences.joined(separator: "\n"))")
    }

    @Test(arguments: try ReferenceCase.dumped(for: .iptables).filter { $0.since == nil })
    func iptablesNodesHaveWhatIsCompiled(_ reference: ReferenceCase) throws {
      // Half of them in either kind.
      let backend = IPTablesBackend.allCases[(reference.name.utf8.count + reference.step) % 2]
      let desired = reference.plans.map { RuleTarget.iptables.compile($0) }
      let differences = try ProgrammedNode.run { programmer in
        for (program, family) in [("iptables", IPFamily.ipv4), ("ip6tables", .ipv6)] {
          guard let dump = reference.iptablesDump(family) else { continue }
          try ProgrammedNode.start("\(program)-\(backend.rawValue)-restore", "--wait", "60", input: dump)
        }
        return try desired.flatMap { try Self.differences($0, &programmer) }
      }
      #expect(differences.isEmpty, "\(reference): \(differences.joined(separator: "\n"))")
    }

    private static func differences(
      _ desired: CompiledRules, _ programmer: inout NodeProgrammer
    ) throws -> [String] {
      let installed = try programmer.installedRules(desired.family)
      #expect(installed.entries.map(\.owner) == [.kubeProxy])
      #expect(LiveComparison.others(in: installed, than: desired).isEmpty)
      return LiveComparison.differences(from: installed, to: desired)
    }
  }
#endif
