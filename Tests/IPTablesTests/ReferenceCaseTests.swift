import TestSupport
import Testing

@Suite struct ReferenceCaseTests {
  @Test func everyDumpBelongsToACase() throws {
    let cases = try ReferenceCase.dumped(for: .iptables)
    #expect(cases.count == 176)
    #expect(cases.allSatisfy { $0.iptablesDump(.ipv4) != nil && $0.iptablesDump(.ipv6) != nil })
    #expect(cases.allSatisfy { $0.plans.count == 2 })
  }
}
