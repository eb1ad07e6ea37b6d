import ServicePlan

/// A number the kernel is told by writing a file.
public struct KernelParameter: Hashable, Sendable {
  /// The file, from the root: `/proc/sys/net/netfilter/nf_conntrack_max`. What is below `net` is that of the network
  /// namespace of the thread that reads or writes.
  public var path: String

  public init(path: String) { self.path = path }

  /// `nf_conntrack_max`: entries the table may have.
  public static let conntrackMaximum = KernelParameter(path: "/proc/sys/net/netfilter/nf_conntrack_max")
  /// `nf_conntrack_buckets`: buckets of the table, of which there is one for all namespaces; the first one alone sets it.
  /// Everybody can read it; to be set it takes Linux 4.8.
  public static let conntrackBuckets = KernelParameter(path: "/proc/sys/net/netfilter/nf_conntrack_buckets")
  /// The same number where kube-proxy sets it. Only root can read it, and containers often have `/sys` read-only.
  public static let conntrackHashSize = KernelParameter(path: "/sys/module/nf_conntrack/parameters/hashsize")
  /// Seconds.
  public static let tcpTimeoutEstablished = KernelParameter(
    path: "/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_established")
  /// Seconds.
  public static let tcpTimeoutCloseWait = KernelParameter(
    path: "/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_close_wait")
  /// 1: packets outside the window are not invalid.
  public static let tcpBeLiberal = KernelParameter(path: "/proc/sys/net/netfilter/nf_conntrack_tcp_be_liberal")
  /// Seconds.
  public static let udpTimeout = KernelParameter(path: "/proc/sys/net/netfilter/nf_conntrack_udp_timeout")
  /// Seconds; for connections that were answered.
  public static let udpTimeoutStream = KernelParameter(path: "/proc/sys/net/netfilter/nf_conntrack_udp_timeout_stream")
  /// 1: packets of loopback addresses may leave by other interfaces, which node ports on 127.0.0.1 need.
  public static let routeLocalnet = KernelParameter(path: "/proc/sys/net/ipv4/conf/all/route_localnet")
  /// 1: no interface has IPv6 addresses.
  public static let disableIPv6 = KernelParameter(path: "/proc/sys/net/ipv6/conf/all/disable_ipv6")
}

extension KernelParameter: CustomStringConvertible {
  /// `net.netfilter.nf_conntrack_max` as sysctl(8) writes it; the path of what is no sysctl.
  public var description: String {
    let root = "/proc/sys/"
    guard path.hasPrefix(root) else { return path }
    return path.dropFirst(root.count).split(separator: "/").joined(separator: ".")
  }
}

/// What a parameter should be.
public struct KernelSetting: Hashable, Sendable {
  public enum Wish: Hashable, Sendable {
    case exactly(Int)
    case atLeast(Int)
  }

  public var parameter: KernelParameter
  public var wish: Wish

  public init(_ parameter: KernelParameter, _ wish: Wish) {
    self.parameter = parameter
    self.wish = wish
  }

  /// What to set it to; nil: it is as it should be.
  public func correction(of value: Int) -> Int? {
    switch wish {
    case .exactly(let wanted): value == wanted ? nil : wanted
    case .atLeast(let wanted): value >= wanted ? nil : wanted
    }
  }
}

extension KernelSetting {
  /// Settings that the rules of a node need: route_localnet where node ports are served on loopback addresses (NPA-8).
  public static func forRules(_ configuration: NodeConfiguration, mode: ProxyMode) -> [KernelSetting] {
    guard configuration.acceptedNodePortAddresses(.ipv4, for: mode).loopbackInForce else { return [] }
    return [KernelSetting(.routeLocalnet, .exactly(1))]
  }
}
