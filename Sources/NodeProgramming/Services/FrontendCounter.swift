#if Netlink && os(Linux)
  import NFTables
  import NFTablesNetlink
  import NetworkAddresses

  /// The maps that count connections where ``/NFTables/MapsOptions/countsConnections`` says so: `service-ips` and
  /// `service-nodeports`. No key is in both.
  public enum FrontendCounter {
    public static func table(_ family: IPFamily) -> TableIdentity { TableIdentity(family, MapsLayout.tableName) }

    /// Their types, without elements.
    public static func sets(_ family: IPFamily) -> [NamedSet] {
      [MapsLayout.SharedSet.serviceIPs, .serviceNodePorts].map { set in
        NamedSet(
          set.name, key: MapsLayout.frontendKey(family), data: .verdict, countsPackets: true)
      }
    }

    /// Those of both families.
    public static let sets: [TableIdentity: [NamedSet]] = Dictionary(
      uniqueKeysWithValues: IPFamily.allCases.map { (table($0), sets($0)) })
  }
#endif
