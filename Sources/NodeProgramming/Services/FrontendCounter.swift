#if Netlink && os(Linux)
  import NFTables
  import NFTablesNetlink
  import NetworkAddresses

  /// The map that counts connections where ``/NFTables/MapsOptions/countsConnections`` says so: `service-ips`.
  public enum FrontendCounter {
    public static func table(_ family: IPFamily) -> TableIdentity { TableIdentity(family, MapsLayout.tableName) }

    /// Its types, without elements.
    public static func set(_ family: IPFamily) -> NamedSet {
      NamedSet(
        MapsLayout.SharedSet.serviceIPs.name, key: [.address(family), .transportProtocol, .port], data: .verdict,
        countsPackets: true)
    }

    /// Those of both families.
    public static let sets: [TableIdentity: NamedSet] = Dictionary(
      uniqueKeysWithValues: IPFamily.allCases.map { (table($0), set($0)) })
  }
#endif
