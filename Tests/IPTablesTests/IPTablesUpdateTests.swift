import IPTables
import NetworkAddresses
import Testing

/// From what a machine has to what it should have, as documents for iptables-restore.
@Suite struct IPTablesUpdateTests {
  private func parse(_ text: String) throws -> IPTablesRuleSet { try IPTablesParser.parse(text, family: .ipv4) }

  @Test func nothingToDoIsNothing() throws {
    let desired = IPTablesLowering.compile(Plans.plan(endpoints: 3))
    let update = IPTablesUpdate(from: desired, to: desired)
    #expect(update.isEmpty)
    #expect(update.document.isEmpty)
    #expect(update.lines.isEmpty)
  }

  @Test func anEmptyMachineGetsEverything() throws {
    let desired = IPTablesLowering.compile(Plans.plan(endpoints: 3))
    let update = IPTablesUpdate(from: IPTablesRuleSet(family: .ipv4), to: desired)
    #expect(update.changes.map(\.table) == [.mangle, .filter, .nat])
    let after = try parse(String(decoding: update.document, as: UTF8.self))
    #expect(IPTablesComparison().differences(expected: desired, actual: after).isEmpty)
    #expect(IPTablesUpdate(from: after, to: desired).isEmpty)
  }

  @Test func onlyChangedChainsAreNamed() throws {
    let before = IPTablesLowering.compile(Plans.plan(endpoints: 3))
    let after = IPTablesLowering.compile(Plans.plan(endpoints: 2))
    let change = try #require(IPTablesUpdate(from: before, to: after).changes.first)
    #expect(change.table == .nat)
    #expect(change.written.count == 1)
    #expect(change.rewritten == Set(change.written.map(\.name)))
    #expect(change.stale.count == 1)
    #expect(change.stale[0].name.hasPrefix("KUBE-SEP-"))
    #expect(change.inserted.isEmpty && change.deleted.isEmpty && change.appended.isEmpty)
  }

  @Test func whatOthersHaveStays() throws {
    let installed = try parse(
      """
      *filter
      :INPUT ACCEPT [0:0]
      :KUBE-FIREWALL - [0:0]
      :KUBE-KUBELET-CANARY - [0:0]
      :KUBE-ROUTER-INPUT - [0:0]
      :KUBE-SERVICES - [0:0]
      -A INPUT -j KUBE-ROUTER-INPUT
      -A INPUT -p tcp --dport 22 -j ACCEPT
      -A INPUT -m conntrack --ctstate NEW -m comment --comment "old" -j KUBE-SERVICES
      -A INPUT -j KUBE-FIREWALL
      -A KUBE-FIREWALL -m mark --mark 0x8000/0x8000 -j DROP
      COMMIT
      """)
    let removal = IPTablesUpdate(from: installed, to: nil)
    #expect(
      String(decoding: removal.document, as: UTF8.self) == """
        *filter
        :KUBE-SERVICES - [0:0]
        -D INPUT -m conntrack --ctstate NEW -m comment --comment old -j KUBE-SERVICES
        -X KUBE-SERVICES
        COMMIT

        """)
    #expect(
      removal.lines == [
        "filter: delete from INPUT -m comment --comment old -m conntrack --ctstate NEW -j KUBE-SERVICES",
        "filter: delete chain KUBE-SERVICES, rules: 0",
      ])
    let update = IPTablesUpdate(from: installed, to: IPTablesLowering.compile(Plans.plan(endpoints: 1)))
    let filter = try #require(update.changes.first { $0.table == .filter })
    #expect(filter.appended.map(\.name) == ["KUBE-FIREWALL"])
    #expect(!filter.written.contains { $0.name == "KUBE-FIREWALL" })
    #expect(filter.deleted.map(\.name) == ["INPUT"])
    #expect(filter.inserted.first { $0.name == "INPUT" }?.rules.count == 3)
  }

  @Test func jumpsAreThereOnce() throws {
    let desired = IPTablesLowering.compile(Plans.plan(endpoints: 1))
    var twice = desired
    for table in twice.tables.indices {
      for chain in twice.tables[table].chains.indices where twice.tables[table].chains[chain].isBuiltIn {
        twice.tables[table].chains[chain].rules += twice.tables[table].chains[chain].rules
      }
    }
    let update = IPTablesUpdate(from: twice, to: desired)
    let deleted = update.changes.flatMap(\.deleted).flatMap(\.rules)
    let jumps = desired.tables.flatMap(\.chains).filter(\.isBuiltIn).flatMap(\.rules)
    #expect(deleted.count == jumps.count)
    #expect(update.changes.allSatisfy { $0.inserted.isEmpty && $0.written.isEmpty })
  }
}
