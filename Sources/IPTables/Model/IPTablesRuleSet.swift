import NetworkAddresses

/// The rules of one family: what one `iptables-restore` document says, or one `iptables-save` printed.
///
/// Equal meaning is equal value: marks, prefix lengths and implied matches have one form each, whoever wrote the rules.
public struct IPTablesRuleSet: Hashable, Sendable {
  /// IPv4 is loaded by `iptables-restore`, IPv6 by `ip6tables-restore`.
  public var family: IPFamily
  /// No table twice.
  public var tables: [Table]

  public init(family: IPFamily, tables: [Table] = []) {
    self.family = family
    self.tables = tables
  }

  public subscript(name: Table.Name) -> Table? {
    tables.first { $0.name == name }
  }
}
