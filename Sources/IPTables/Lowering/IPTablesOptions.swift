/// How the iptables target differs from its defaults.
public struct IPTablesOptions: Hashable, Sendable {
  /// Whether `nfacct` counters are named, as kube-proxy does where the kernel has them (IPT-12, IPT-22). Such rules load
  /// only where each ``PacketCounter`` exists.
  public var usesAccounting: Bool
  /// Whether masquerading chooses source ports at random (MASQ-6). Needs iptables 1.6.2 and Linux 3.13.
  public var masqueradesFullyRandom: Bool

  public init(usesAccounting: Bool = false, masqueradesFullyRandom: Bool = true) {
    self.usesAccounting = usesAccounting
    self.masqueradesFullyRandom = masqueradesFullyRandom
  }
}
