import NetworkAddresses

/// A `v1` Service: the fields that shape rules (FRONT-7), and those that advice about Services needs.
public struct Service: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case clusterIP = "ClusterIP"
    case nodePort = "NodePort"
    case loadBalancer = "LoadBalancer"
    case externalName = "ExternalName"
  }

  public enum TrafficPolicy: String, Hashable, Sendable, CaseIterable {
    case cluster = "Cluster"
    case local = "Local"
  }

  public enum FamilyPolicy: String, Hashable, Sendable, CaseIterable {
    case singleStack = "SingleStack"
    case preferDualStack = "PreferDualStack"
    case requireDualStack = "RequireDualStack"
  }

  public var name: NamespacedName
  public var position: SourcePosition
  public var labels: [String: String] = [:]
  /// The annotations that mean something to svcnat; others are not kept.
  public var annotations: [String: Located<String>] = [:]
  public var kind: Kind = .clusterIP

  /// `spec.clusterIP: None`.
  public var isHeadless = false
  /// `spec.clusterIPs`, or `spec.clusterIP` alone where the list is missing. Empty: headless or not allocated.
  public var clusterIPs: [Located<IPAddress>] = []
  /// `spec.ipFamilies` as written, may be empty (FAM-4).
  public var ipFamilies: [IPFamily] = []
  public var ipFamilyPolicy: FamilyPolicy?
  public var ports: [ServicePort] = []
  /// The parsable entries of `spec.externalIPs` (FRONT-4).
  public var externalIPs: [Located<IPAddress>] = []
  public var loadBalancerIngress: [LoadBalancerIngress] = []
  /// The parsable entries of `spec.loadBalancerSourceRanges` (FW-1).
  public var sourceRanges: [Located<IPPrefix>] = []
  /// Whether `spec.allocateLoadBalancerNodePorts` is true, its default.
  public var allocatesNodePorts = true
  public var internalTrafficPolicy: TrafficPolicy = .cluster
  public var externalTrafficPolicy: TrafficPolicy = .cluster
  /// `spec.sessionAffinity: ClientIP`: seconds a client is remembered (default 10800). Nil: no affinity.
  public var affinitySeconds: UInt32?
  /// Zero: none.
  public var healthCheckNodePort: UInt16 = 0
  public var selector: [String: String] = [:]
  public var publishNotReadyAddresses = false
  public var externalName: Located<String>?
  /// No effect on rules: controllers turn it into hints (TOPO-6).
  public var trafficDistribution: Located<String>?
  /// No effect on rules: a wish to the load balancer, deprecated since Kubernetes 1.24.
  public var loadBalancerIP: Located<String>?
  public var fields = FieldPositions()

  /// Where fields are written that have no position in their values. Nil: not written.
  public struct FieldPositions: Hashable, Sendable {
    public var type: SourcePosition?
    public var clusterIP: SourcePosition?
    public var selector: SourcePosition?
    public var sessionAffinity: SourcePosition?
    public var internalTrafficPolicy: SourcePosition?
    public var externalTrafficPolicy: SourcePosition?
    public var healthCheckNodePort: SourcePosition?

    public init() {}
  }

  public init(name: NamespacedName, position: SourcePosition) {
    self.name = name
    self.position = position
  }

  /// The label that hands a Service to another proxy (SEL-1), whatever its value.
  public static let proxyNameLabel = "service.kubernetes.io/service-proxy-name"

  /// An annotation on a Service or EndpointSlice: codes of `svcnat check` to leave unsaid, separated by commas.
  public static let ignoredChecksAnnotation = "svcnat/ignore"

  /// The value of ``proxyNameLabel``; nil: this Service is ours.
  public var proxyName: String? { labels[Service.proxyNameLabel] }
}

/// One entry of `spec.ports`.
public struct ServicePort: Hashable, Sendable {
  /// May be empty.
  public var name: String
  public var transport: TransportProtocol
  /// 1...65535
  public var port: UInt16
  /// Zero: none.
  public var nodePort: UInt16
  /// Nil where it is not written: the same number as `port`. Proxies never read it (FRONT-3); it matters where slices
  /// are derived from Pods.
  public var targetPort: TargetPort?
  public var position: SourcePosition
  /// Where `nodePort` is written. Nil: it is not.
  public var nodePortPosition: SourcePosition?
  /// Where `targetPort` is written. Nil: it is not.
  public var targetPortPosition: SourcePosition?

  public init(
    name: String, transport: TransportProtocol, port: UInt16, nodePort: UInt16 = 0, targetPort: TargetPort? = nil,
    position: SourcePosition
  ) {
    self.name = name
    self.transport = transport
    self.port = port
    self.nodePort = nodePort
    self.targetPort = targetPort
    self.position = position
  }
}

/// `spec.ports[].targetPort`.
public enum TargetPort: Hashable, Sendable {
  case number(UInt16)
  /// The name of a container port.
  case name(String)
}

/// One entry of `status.loadBalancer.ingress`.
public struct LoadBalancerIngress: Hashable, Sendable {
  public enum Mode: String, Hashable, Sendable, CaseIterable {
    case vip = "VIP"
    case proxy = "Proxy"
  }

  /// Nil for an entry that has a hostname only.
  public var address: IPAddress?
  public var hostname: String?
  public var mode: Mode
  public var position: SourcePosition

  public init(address: IPAddress?, hostname: String?, mode: Mode, position: SourcePosition) {
    self.address = address
    self.hostname = hostname
    self.mode = mode
    self.position = position
  }
}
