#if Netlink && os(Linux)
  import NFTables
  import NetworkAddresses
  import NFTablesNetlink
  import RuleTargets

  /// Where rules for Services can be on a node.
  public enum RulePlace: Hashable, Sendable {
    /// The table `svcnat` of the target ``RuleTarget/nftMaps``.
    case mapsTable
    /// The table `kube-proxy`: of the target ``RuleTarget/nftChains``, or of kube-proxy's nftables mode.
    case chainsTable
    /// `KUBE-` chains: of the target ``RuleTarget/iptables``, or of kube-proxy's iptables mode.
    case iptables(IPTablesBackend)

    public static let all: [RulePlace] = [.mapsTable, .chainsTable] + IPTablesBackend.allCases.map { .iptables($0) }

    /// The target that rules at this place look like.
    public var target: RuleTarget {
      switch self {
      case .mapsTable: .nftMaps
      case .chainsTable: .nftChains
      case .iptables: .iptables
      }
    }

    /// The table of nf_tables; nil for iptables.
    public func table(_ family: IPFamily) -> TableIdentity? {
      switch self {
      case .mapsTable: TableIdentity(family, MapsLayout.tableName)
      case .chainsTable: TableIdentity(family, ChainsLayout.tableName)
      case .iptables: nil
      }
    }

    /// `table ip svcnat`, `KUBE- chains of ip6tables-nft`
    public func name(_ family: IPFamily) -> String {
      switch self {
      case .mapsTable, .chainsTable: table(family).map { "table \($0)" } ?? ""
      case .iptables(let backend): "KUBE- chains of \(family == .ipv4 ? "iptables" : "ip6tables")-\(backend.rawValue)"
      }
    }
  }

  /// Who has made rules.
  public enum RuleOwner: Hashable, Sendable {
    case svcnat
    case kubeProxy
  }
#endif
