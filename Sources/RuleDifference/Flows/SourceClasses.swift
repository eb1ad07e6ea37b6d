import NetworkAddresses
import RuleEvaluator
import ServicePlan

/// Cuts all possible clients of a destination into classes, so that rules of either side treat a class alike.
///
/// Rules look at nothing of a client but this: whether the node itself sends, the interface, whether the address is the
/// node's own, lies in the range of local pods or in source ranges, or is that of a backend. Each combination that some
/// address has is a class. Left out is what no network delivers: the node's own addresses and loopback from outside.
struct SourceClasses {
  private struct Signature: Hashable {
    var kind: FlowSource.Kind
    var isLocalPod: FlowSource.Both
    var isAllowed: FlowSource.Both?
    var isOwnAddress: FlowSource.Both
    var roles: [Role]
  }

  /// What an address is as a backend of the destination.
  private struct Role: Hashable {
    var isNew: Bool
    /// Whether it is in the cluster set and in the local set.
    var isInCluster: Bool
    var isInLocal: Bool
    /// Whether nftables knows that it may reach itself.
    var isHairpin: Bool
  }

  private let old: ComparedNode
  private let new: ComparedNode
  private let family: IPFamily
  private let interfaces: [String]

  init(_ old: ComparedNode, _ new: ComparedNode) {
    self.old = old
    self.new = new
    family = new.plan.family
    interfaces = SourceClasses.interfaces([old.detector, new.detector].compactMap { $0 })
  }

  /// One interface for each that a detector tells from others, and one that none means.
  private static func interfaces(_ detectors: [LocalTrafficDetector]) -> [String] {
    var names: [String] = []
    for detector in detectors {
      switch detector {
      case .source: break
      case .interface(let name): names.append(name)
      case .interfacePrefix(let prefix): names.append(prefix.utf8.count < 15 ? prefix + "0" : prefix)
      }
    }
    let strangers = ["eth0", "ens3", "uplink0", "wan0", "0"]
    let stranger = strangers.first { name in
      !detectors.contains { detector in
        switch detector {
        case .source: false
        case .interface(let own): own == name
        case .interfacePrefix(let prefix): name.hasPrefix(prefix)
        }
      }
    }
    var seen: Set<String> = []
    return (names + [stranger].compactMap { $0 }).filter { seen.insert($0).inserted }
  }

  /// The classes of a destination's clients, the most telling first.
  func classes(of destination: FlowDestination, oldOwners: [ServicePortPlan], newOwners: [ServicePortPlan])
    -> [FlowSource]
  {
    let filters = (
      SourceClasses.filters(destination, oldOwners), SourceClasses.filters(destination, newOwners)
    )
    let isFiltered = !filters.0.isEmpty || !filters.1.isEmpty
    let roles = roles(oldOwners, newOwners)
    let loadBalancers = Set((oldOwners + newOwners).filter(\.isFiltered).flatMap(\.loadBalancerIPs))
    let own = Set(old.addresses).union(new.addresses)

    var seen: Set<Signature> = []
    var sources: [FlowSource] = []
    func add(_ address: IPAddress, _ interface: String?) {
      let isLoopback = address.isLoopback
      if interface != nil, isLoopback || (own.contains(address) && !loadBalancers.contains(address)) { return }
      let roles = roles[address] ?? []
      let isLocalPod = FlowSource.Both(
        old: SourceClasses.isLocalPod(old.detector, address, interface),
        new: SourceClasses.isLocalPod(new.detector, address, interface))
      let kind: FlowSource.Kind
      if interface == nil {
        kind = isLoopback ? .loopback : .node
      } else if loadBalancers.contains(address) {
        kind = .loadBalancer
      } else if !roles.isEmpty {
        kind = .endpoint
      } else {
        kind = isLocalPod.old || isLocalPod.new ? .pods : .outside
      }
      let isAllowed =
        isFiltered
        ? FlowSource.Both(
          old: SourceClasses.admits(filters.0, address), new: SourceClasses.admits(filters.1, address)) : nil
      let signature = Signature(
        kind: kind, isLocalPod: isLocalPod, isAllowed: isAllowed,
        isOwnAddress: FlowSource.Both(
          old: old.environment.isLocal(address), new: new.environment.isLocal(address)),
        roles: roles)
      guard seen.insert(signature).inserted else { return }
      sources.append(
        FlowSource(
          kind: kind, isLocalPod: isLocalPod, isAllowed: isAllowed, address: address,
          inputInterface: interface ?? ""))
    }

    let ranges = filters.0.flatMap(\.allowedSources) + filters.1.flatMap(\.allowedSources)
    let candidates = candidates(
      ranges, hosts: Array(roles.keys) + Array(loadBalancers) + Array(own))
    for interface in interfaces {
      for address in candidates { add(address, interface) }
    }
    for address in own.sorted() { add(address, nil) }
    add(SourceClasses.loopback(family), nil)
    return sources.sorted { SourceClasses.rank($0.kind) < SourceClasses.rank($1.kind) }
  }

  private static func rank(_ kind: FlowSource.Kind) -> Int {
    switch kind {
    case .pods: 0
    case .outside: 1
    case .node: 2
    case .loopback: 3
    case .loadBalancer: 4
    case .endpoint: 5
    }
  }

  private static func loopback(_ family: IPFamily) -> IPAddress {
    family == .ipv4 ? IPAddress(ipv4: 0x7f00_0001) : IPAddress(ipv6High: 0, low: 1)
  }

  /// The owners whose source ranges hold for the destination.
  private static func filters(_ destination: FlowDestination, _ owners: [ServicePortPlan]) -> [ServicePortPlan] {
    owners.filter {
      $0.isFiltered && $0.port == destination.port && $0.loadBalancerIPs.contains(destination.address)
    }
  }

  private static func admits(_ filters: [ServicePortPlan], _ address: IPAddress) -> Bool {
    filters.allSatisfy { $0.allowedSources.contains { $0.contains(address) } }
  }

  private static func isLocalPod(
    _ detector: LocalTrafficDetector?, _ address: IPAddress, _ interface: String?
  ) -> Bool {
    switch detector {
    case .source(let prefix): prefix.contains(address)
    case .interface(let name): interface == name
    case .interfacePrefix(let prefix): interface?.hasPrefix(prefix) ?? false
    case nil: false
    }
  }

  private func roles(_ oldOwners: [ServicePortPlan], _ newOwners: [ServicePortPlan]) -> [IPAddress: [Role]] {
    var roles: [IPAddress: [Role]] = [:]
    for (isNew, node, owners) in [(false, old, oldOwners), (true, new, newOwners)] {
      for owner in owners {
        let cluster = Set(owner.clusterBackends)
        let local = Set(owner.localBackends)
        for backend in owner.reachableBackends {
          roles[backend.address, default: []].append(
            Role(
              isNew: isNew, isInCluster: cluster.contains(backend), isInLocal: local.contains(backend),
              isHairpin: node.localEndpoints.contains(
                ComparedNode.LocalEndpoint(
                  address: backend.address, port: backend.port, transport: owner.transport))))
        }
      }
    }
    return roles
  }

  /// At least one address of every part that the ranges and hosts cut the addresses of the family into. Addresses of
  /// documentation come first, as they make the better example.
  private func candidates(_ ranges: [IPPrefix], hosts: [IPAddress]) -> [IPAddress] {
    var prefixes = ranges.map { $0 } + hosts.map { IPPrefix(host: $0) }
    for case .source(let prefix)? in [old.detector, new.detector] { prefixes.append(prefix) }
    var starts: Set<IPAddress> = [.unspecified(family)]
    for prefix in prefixes where prefix.family == family {
      starts.insert(prefix.address)
      if let next = prefix.lastAddress.successor { starts.insert(next) }
    }
    let examples = (family == .ipv4 ? ["203.0.113.9", "198.51.100.9"] : ["2001:db8:c::9", "2001:db8:d::9"])
      .compactMap { IPAddress($0) }
    let inside = starts.sorted().map { start in
      // The second address of a range looks more like a client's than the first one.
      start.successor.flatMap { starts.contains($0) ? nil : $0 } ?? start
    }
    return examples + inside
  }
}
