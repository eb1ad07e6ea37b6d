/// The `nfacct` counters that rules name with ``IPTablesOptions/usesAccounting`` (IPT-12, IPT-22). Those names are
/// kube-proxy's.
public enum PacketCounter: String, Hashable, Sendable, CaseIterable {
  /// Packets dropped because connection tracking calls them invalid.
  case invalidDropped = "ct_state_invalid_dropped_pkts"
  /// Packets to node ports on loopback addresses.
  case localhostAccepted = "localhost_nps_accepted_pkts"
}
