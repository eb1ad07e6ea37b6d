#if Agent
  import KernelParameters
  import KubernetesObjects
  import NetworkAddresses
  import RuleTargets
  import ServicePlan

  /// How a node agent behaves, whatever it was told by: flags, a KubeProxyConfiguration, defaults.
  public struct AgentConfiguration: Sendable {
    public var target: RuleTarget
    /// Whose rules these are: the name of the Node.
    public var nodeName = ""
    /// Where objects come from, for people.
    public var sourceName = ""
    /// Where the API server is, if that is an address: the agent must not need rules of its own to reach it.
    public var apiServer: APIServerAddress?
    public var families: [IPFamily] = IPFamily.allCases
    /// Serve just the Services whose label `service.kubernetes.io/service-proxy-name` is this; nil: those without it (SEL-1).
    public var serviceProxyName: String?
    /// From the end of a sync to the start of the next one (SYNC-3).
    public var minSyncPeriod = Duration.seconds(1)
    /// After a failed sync; and twice this is how long a change may wait before the agent calls itself unhealthy (HC-5).
    public var syncPeriod = Duration.seconds(30)
    /// Between two comparisons of everything that the kernel has.
    public var verificationPeriod = Duration.seconds(3600)
    /// Whether rules of a kube-proxy go once ours are there.
    public var takesOver = false
    /// Whether nobody else can change the tables of nf_tables while the agent runs.
    public var ownsTables = false
    /// Whether rules go when the agent ends.
    public var cleansUpOnExit = false
    /// How many service ports are shown one by one with the connections they got, all others being one sum; nil: connections
    /// are not counted. For ``RuleTarget/nftMaps`` only.
    public var connectionMetricsLimit: Int?
    /// From one look at what the kernel counts to the next one, at least.
    public var counterPeriod = Duration.seconds(15)
    /// What connection tracking is set to at the start (CT-8); nil: it is left alone.
    public var conntrack: ConntrackConfiguration?
    public var faces = FaceConfiguration()
    /// The rules' view of the node, from the flags and what its Node object says.
    ///
    /// - Throws: where the two do not go together, in words.
    public var resolveNode: @Sendable (Node?) throws -> NodeConfiguration

    public init(
      target: RuleTarget = .nftMaps, resolveNode: @escaping @Sendable (Node?) throws -> NodeConfiguration
    ) {
      self.target = target
      self.resolveNode = resolveNode
    }
  }

  extension AgentConfiguration {
    /// Until the next look at counters: the loop spends at most the hundredth part of its time on it, however many there are.
    ///
    /// - Parameter duration: how long the last one took.
    func counterPause(after duration: Duration) -> Duration { max(counterPeriod, duration * 100) }
  }

  /// The address and port at which an API server is reached.
  public struct APIServerAddress: Hashable, Sendable {
    public var address: IPAddress
    public var port: UInt16
    /// Whether it is what a Pod is told: a cluster IP.
    public var isInCluster: Bool

    public init(_ address: IPAddress, port: UInt16, isInCluster: Bool) {
      self.address = address
      self.port = port
      self.isInCluster = isInCluster
    }
  }

  /// Where the agent answers HTTP.
  public struct FaceConfiguration: Hashable, Sendable {
    /// `/healthz` and `/livez`; nil: nowhere.
    public var healthz: SocketBinding? = SocketBinding(.unspecified(.ipv4), port: 10256)
    /// `/metrics`, `/proxyMode`, `/configz`; nil: nowhere.
    public var metrics: SocketBinding? = SocketBinding(IPAddress(ipv4: 0x7f00_0001), port: 10249)
    /// Whether the agent ends where an address cannot be listened on.
    public var failsWithoutAddress = false
    /// The answer to `/proxyMode`.
    public var proxyMode = "nftables"
    /// The answer to `/configz`, JSON.
    public var configuration = "{}"

    public init() {}
  }

  /// An address and a port to listen on.
  public struct SocketBinding: Hashable, Sendable, CustomStringConvertible {
    public var address: IPAddress
    public var port: UInt16

    public init(_ address: IPAddress, port: UInt16) {
      self.address = address
      self.port = port
    }

    /// `0.0.0.0:10256`, `[::]:10256`
    public var description: String {
      address.family == .ipv4 ? "\(address):\(port)" : "[\(address)]:\(port)"
    }
  }

  extension SocketBinding {
    /// An address and a port, or an address alone.
    public init?(_ text: String, defaultPort: UInt16) {
      if let address = IPAddress(text) {
        self.init(address, port: defaultPort)
        return
      }
      guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
        return nil
      }
      var host = text[..<colon]
      if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
      guard let address = host.isEmpty ? .unspecified(.ipv4) : IPAddress(String(host)) else { return nil }
      self.init(address, port: port)
    }
  }
#endif
