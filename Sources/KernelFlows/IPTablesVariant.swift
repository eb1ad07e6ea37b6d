import NetworkAddresses

/// Which of the two families of iptables programs loads documents.
public enum IPTablesVariant: String, Hashable, Sendable, CaseIterable {
  /// What `iptables-restore` stands for on this machine.
  case asInstalled = "as-installed"
  /// Rules of `ip_tables`.
  case legacy
  /// Rules of `nf_tables`.
  case nft

  /// The name of the program that loads documents.
  func restoreTool(_ family: IPFamily) -> String {
    let prefix = family == .ipv4 ? "iptables" : "ip6tables"
    return self == .asInstalled ? "\(prefix)-restore" : "\(prefix)-\(rawValue)-restore"
  }
}
