import IPTables
import NetworkAddresses
import TestSupport
import Testing

/// What we compile is what kube-proxy 1.36 programmed for the same objects.
@Suite struct ReferenceDumpTests {
  @Test func everyDumpIsLookedAt() throws {
    #expect(try ReferenceCase.dumped(for: .iptables).count == 176)
  }

  @Test(arguments: try ReferenceCase.dumped(for: .iptables))
  func compilesWhatKubeProxyPrograms(reference: ReferenceCase) throws {
    for plan in reference.plans {
      let dump = try IPTablesParser.parse(try #require(reference.iptablesDump(plan.family)), family: plan.family)
      // Later steps came about by changes, after which stale chains linger.
      let comparison = IPTablesComparison(ignoresEmptyChains: reference.step > 0)
      let differences = comparison.differences(expected: dump, actual: IPTablesLowering.compile(plan))
      #expect(differences.isEmpty, "\(plan.family)\n\(differences.map(\.description).joined(separator: "\n"))")
    }
  }

  @Test(arguments: try ReferenceCase.dumped(for: .iptables))
  func dumpsComeBackAsTheyWere(reference: ReferenceCase) throws {
    for family in IPFamily.allCases {
      let dump = try IPTablesParser.parse(try #require(reference.iptablesDump(family)), family: family)
      #expect(try IPTablesParser.parse(IPTablesDocument().text(dump), family: family) == dump)
      // Everything kube-proxy writes has a meaning of its own in the model.
      #expect(dump.tables.flatMap(\.chains).flatMap(\.rules).filter(\.isOpaque) == [])
    }
  }

  @Test(arguments: try ReferenceCase.dumped(for: .iptables))
  func documentsComeBackAsTheyWere(reference: ReferenceCase) throws {
    for plan in reference.plans {
      let compiled = IPTablesLowering.compile(plan)
      let parsed = try IPTablesParser.parse(IPTablesDocument().text(compiled), family: plan.family)
      #expect(IPTablesComparison().differences(expected: compiled, actual: parsed) == [])
    }
  }
}

extension Rule {
  /// Whether anything in it is kept as words.
  var isOpaque: Bool {
    if case .opaque = target { return true }
    return matches.contains { if case .opaque = $0 { true } else { false } }
  }
}
