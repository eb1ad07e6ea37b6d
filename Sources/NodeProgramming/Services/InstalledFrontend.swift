#if Netlink && os(Linux)
  import NetworkAddresses

  /// One address and port that rules serve or refuse, as the rules themselves tell it.
  public struct InstalledFrontend: Hashable, Sendable {
    /// What the rules do with a connection to it.
    public enum Action: String, Hashable, Sendable {
      case translate, reject, drop
    }

    public enum Policy: String, Hashable, Sendable {
      case cluster = "Cluster"
      case local = "Local"
    }

    public struct Backend: Hashable, Sendable, Comparable, CustomStringConvertible {
      public var address: IPAddress
      public var port: UInt16

      public var description: String {
        address.family == .ipv4 ? "\(address):\(port)" : "[\(address)]:\(port)"
      }

      public static func < (a: Backend, b: Backend) -> Bool { (a.address, a.port) < (b.address, b.port) }
    }

    /// `namespace/name:port`, as comments and names of chains say it; nil where nothing does.
    public var servicePort: String?
    /// Nil: a node port, on every address that takes node ports.
    public var address: IPAddress?
    public var transport: TransportProtocol
    public var port: UInt16
    public var action: Action
    /// Which endpoints clients outside the cluster get, or those in it for a cluster IP; nil where the rules do not show
    /// it.
    public var policy: Policy?
    /// Sorted.
    public var backends: [Backend] = []
    /// Sorted. Those that clients outside the cluster get, where that is something else: endpoints of this node. Nil: all
    /// get the same.
    public var outsideBackends: [Backend]?
    /// Whether clients stay with their backend.
    public var hasAffinity = false
    /// How many connections to it came since its rules were programmed, first packets sent again included. Nil: nobody
    /// counts.
    public var connections: UInt64?

    /// `10.96.0.10:80/tcp`, `[fd00::1]:53/udp`, `node port 30080/tcp`
    public var frontend: String {
      let suffix = "\(port)/\(transport.word)"
      guard let address else { return "node port \(suffix)" }
      return address.family == .ipv4 ? "\(address):\(suffix)" : "[\(address)]:\(suffix)"
    }
  }
#endif
