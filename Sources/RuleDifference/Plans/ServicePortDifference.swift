import KubernetesObjects
import NetworkAddresses
import ServicePlan

/// What changes of one service port in one family.
public struct ServicePortDifference: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable {
    case added, removed, changed
  }

  public var name: ServicePortName
  public var family: IPFamily
  /// Nil: added.
  public var old: ServicePortPlan?
  /// Nil: removed.
  public var new: ServicePortPlan?
  /// In the order they are told.
  public var changes: [Change]

  public var kind: Kind { old == nil ? .added : new == nil ? .removed : .changed }

  /// One thing that is not as it was. Of an added or removed service port, what it has or had.
  public enum Change: Hashable, Sendable {
    case frontend(Frontend, isAdded: Bool)
    case backends(BackendSet, [BackendChange])
    /// The policy of one class of traffic.
    case policy(TrafficClass, old: Service.TrafficPolicy?, new: Service.TrafficPolicy?)
    /// Seconds; nil: none.
    case affinity(old: UInt32?, new: UInt32?)
    case sourceRange(IPPrefix, isAdded: Bool)
    /// Whether the load balancer addresses themselves are allowed sources (FW-5).
    case loadBalancerSources(isAllowed: Bool)
    /// Zero: none.
    case healthCheckPort(old: UInt16, new: UInt16)
    /// How traffic that no backend serves is refused; nil: it is served, or there is no such service port.
    case refusal(TrafficClass, old: ServicePortPlan.Refusal?, new: ServicePortPlan.Refusal?)
  }

  public enum TrafficClass: String, Hashable, Sendable {
    /// To the cluster IP.
    case `internal`
    /// To all other frontends.
    case external
  }

  /// Which traffic a set of backends is for (section 6).
  public enum BackendSet: String, Hashable, Sendable {
    case cluster
    /// Those of this node, for Local policies.
    case local
  }

  public enum Frontend: Hashable, Sendable {
    case clusterIP(IPAddress, port: UInt16)
    case externalIP(IPAddress, port: UInt16)
    case loadBalancer(IPAddress, port: UInt16)
    case nodePort(UInt16)
  }

  /// One backend, or many that have the same change.
  public struct BackendChange: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable {
      case added, removed
      /// It stays, and gets another share.
      case share
      /// It stays, and is now on this node, or no more.
      case locality
    }

    public var kind: Kind
    public var backends: [Backend]
    /// How many backends the set had; each has an equal share. Zero: the set was empty.
    public var oldCount: Int
    public var newCount: Int
  }
}

// MARK: - Comparing

extension ServicePortDifference {
  /// Nil where both do the same.
  init?(_ family: IPFamily, from old: ServicePortPlan?, to new: ServicePortPlan?) {
    guard let name = new?.name ?? old?.name else { return nil }
    self.init(name: name, family: family, old: old, new: new, changes: [])
    changes += ServicePortDifference.frontends(old, new)
    for set in [BackendSet.cluster, .local] {
      // A set that is used on one side alone tells of a policy, not of endpoints.
      if let old, let new, old.uses(set) != new.uses(set) { continue }
      let backends = ServicePortDifference.backends(old?.backends(set) ?? [], new?.backends(set) ?? [])
      if !backends.isEmpty { changes.append(.backends(set, backends)) }
    }
    // Of what is added or removed, only what is out of the ordinary is worth a line.
    let (oldInternal, newInternal) = (old?.internalPolicy ?? .cluster, new?.internalPolicy ?? .cluster)
    if oldInternal != newInternal {
      changes.append(.policy(.internal, old: old?.internalPolicy, new: new?.internalPolicy))
    }
    let (oldExternal, newExternal) = (old?.externalPolicy ?? .cluster, new?.externalPolicy ?? .cluster)
    if oldExternal != newExternal {
      changes.append(.policy(.external, old: old?.externalPolicy, new: new?.externalPolicy))
    }
    if old?.affinitySeconds != new?.affinitySeconds {
      changes.append(.affinity(old: old?.affinitySeconds, new: new?.affinitySeconds))
    }
    changes += ServicePortDifference.sourceRanges(old?.sourceRanges ?? [], new?.sourceRanges ?? [])
    if old?.allowsLoadBalancerSources ?? false != new?.allowsLoadBalancerSources ?? false {
      changes.append(.loadBalancerSources(isAllowed: new?.allowsLoadBalancerSources ?? false))
    }
    let healthChecks = (old?.healthCheckNodePort ?? 0, new?.healthCheckNodePort ?? 0)
    if healthChecks.0 != healthChecks.1 { changes.append(.healthCheckPort(old: healthChecks.0, new: healthChecks.1)) }
    if old?.internalRefusal != new?.internalRefusal {
      changes.append(.refusal(.internal, old: old?.internalRefusal, new: new?.internalRefusal))
    }
    // Where no external frontend is, nothing is refused on one.
    let oldRefusal = old.flatMap { $0.isExternallyAccessible ? $0.externalRefusal : nil }
    let newRefusal = new.flatMap { $0.isExternallyAccessible ? $0.externalRefusal : nil }
    if oldRefusal != newRefusal { changes.append(.refusal(.external, old: oldRefusal, new: newRefusal)) }
    if changes.isEmpty, old != nil, new != nil { return nil }
  }

  private static func frontends(_ old: ServicePortPlan?, _ new: ServicePortPlan?) -> [Change] {
    let olds = old?.frontends ?? []
    let news = new?.frontends ?? []
    return olds.filter { !news.contains($0) }.map { .frontend($0, isAdded: false) }
      + news.filter { !olds.contains($0) }.map { .frontend($0, isAdded: true) }
  }

  private static func sourceRanges(_ old: [IPPrefix], _ new: [IPPrefix]) -> [Change] {
    let (olds, news) = (Set(old), Set(new))
    return olds.subtracting(news).sorted().map { .sourceRange($0, isAdded: false) }
      + news.subtracting(olds).sorted().map { .sourceRange($0, isAdded: true) }
  }

  private static func backends(_ old: [Backend], _ new: [Backend]) -> [BackendChange] {
    if old == new { return [] }
    struct Key: Hashable {
      var address: IPAddress
      var port: UInt16
    }
    var olds = Dictionary(
      old.map { (Key(address: $0.address, port: $0.port), $0) }, uniquingKeysWith: { first, _ in first })
    var added: [Backend] = []
    var kept: [Backend] = []
    var moved: [Backend] = []
    for backend in new {
      guard let before = olds.removeValue(forKey: Key(address: backend.address, port: backend.port)) else {
        added.append(backend)
        continue
      }
      kept.append(backend)
      if before.isLocal != backend.isLocal { moved.append(backend) }
    }
    let removed = old.filter { olds[Key(address: $0.address, port: $0.port)] != nil }
    let shares = old.count != new.count ? kept : []
    return [(BackendChange.Kind.removed, removed), (.added, added), (.share, shares), (.locality, moved)]
      .filter { !$0.1.isEmpty }
      .map { BackendChange(kind: $0.0, backends: $0.1, oldCount: old.count, newCount: new.count) }
  }
}

extension ServicePortPlan {
  func uses(_ set: ServicePortDifference.BackendSet) -> Bool {
    set == .cluster ? usesClusterBackends : usesLocalBackends
  }

  func backends(_ set: ServicePortDifference.BackendSet) -> [Backend] {
    set == .cluster ? clusterBackends : localBackends
  }

  var frontends: [ServicePortDifference.Frontend] {
    var frontends: [ServicePortDifference.Frontend] = []
    if let clusterIP { frontends.append(.clusterIP(clusterIP, port: port)) }
    frontends += externalIPs.map { .externalIP($0, port: port) }
    frontends += loadBalancerIPs.map { .loadBalancer($0, port: port) }
    if nodePort != 0 { frontends.append(.nodePort(nodePort)) }
    return frontends
  }
}
