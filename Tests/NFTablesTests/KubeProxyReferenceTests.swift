import NFTables
import TestSupport
import Testing

/// The chains layout against what kube-proxy itself programmed for the same objects (section 17).
@Suite struct KubeProxyReferenceTests {
  @Test(arguments: try ReferenceCase.dumped(for: .nftables))
  func chainsLayoutIsWhatKubeProxyPrograms(reference: ReferenceCase) throws {
    let dump = try #require(reference.nftablesDump())
    let dumped = try RulesetParser.parse(dump).tables
    let compiled = reference.plans.map { ChainsLayout($0).table() }
    #expect(dumped.count == 2 && compiled.count == 2)
    for (theirs, ours) in zip(dumped, compiled) {
      let differences = TableComparison.differences(from: theirs, to: ours)
      #expect(differences.isEmpty, "\(ours.familyWord): \(differences.map(\.description).joined(separator: "\n"))")
    }
  }
}
