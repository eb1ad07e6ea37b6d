import NetworkAddresses
import Processors
import RuleNames
import ServicePlan

/// The tables `svcnat`: a constant number of sets and maps; a Service is elements and nothing else.
///
/// The article *The nft-maps layout* has the picture and the reason for each map.
public struct MapsLayout: Sendable {
  public static let tableName = "svcnat"

  private let plan: NodePlan
  private let common: CommonRules
  private let options: MapsOptions

  public init(_ plan: NodePlan, options: MapsOptions = MapsOptions()) {
    self.plan = plan
    self.options = options
    common = CommonRules(plan)
  }

  /// The sets and maps, in the order they are written.
  public enum SharedSet: Int, CaseIterable, Sendable {
    case clusterIPs, nodePortIPs, serviceCIDRs, serviceIPs, serviceNodePorts, externalClusterIPs, externalLocalIPs,
      noEndpointServices, endpoints, localEndpoints, stickyNumbers, stickyEndpoints, localStickyNumbers,
      localStickyEndpoints, hairpinConnections, firewallIPs, firewallAllowed, firewallAllowedNext, affinity

    public var name: String {
      switch self {
      case .clusterIPs: "cluster-ips"
      case .nodePortIPs: "nodeport-ips"
      case .serviceCIDRs: "service-cidrs"
      case .serviceIPs: "service-ips"
      case .serviceNodePorts: "service-nodeports"
      case .externalClusterIPs: "external-cluster-ips"
      case .externalLocalIPs: "external-local-ips"
      case .noEndpointServices: "no-endpoint-services"
      case .endpoints: "endpoints"
      case .localEndpoints: "local-endpoints"
      case .stickyNumbers: "sticky-numbers"
      case .stickyEndpoints: "sticky-endpoints"
      case .localStickyNumbers: "local-sticky-numbers"
      case .localStickyEndpoints: "local-sticky-endpoints"
      case .hairpinConnections: "hairpin-connections"
      case .firewallIPs: "firewall-ips"
      case .firewallAllowed: "firewall-allowed"
      case .firewallAllowedNext: "firewall-allowed-next"
      case .affinity: "affinity"
      }
    }

    /// How many lookups have led a packet to the one in this set. A packet can be between two of them when the table changes:
    /// what it was promised must still be there.
    public static let lookupsBefore: [String: Int] = Dictionary(
      uniqueKeysWithValues: SharedSet.allCases.map { set in
        switch set {
        case .externalClusterIPs, .externalLocalIPs, .firewallAllowed: (set.name, 1)
        case .endpoints, .localEndpoints, .stickyNumbers, .localStickyNumbers, .firewallAllowedNext: (set.name, 2)
        case .stickyEndpoints, .localStickyEndpoints: (set.name, 3)
        case .hairpinConnections: (set.name, 4)
        default: (set.name, 0)
        }
      })
  }

  /// What service ports add to the fixed part.
  struct Contribution {
    var fragment = Fragment(sharedSets: SharedSet.allCases.count)
    /// With their names.
    var endpointChains: [EndpointChain: String] = [:]
    /// What the largest set will have, if it is to be filled when all is known; nil: it is filled as its elements come.
    private var waiting: [WaitingEndpoints]?

    private struct WaitingEndpoints: Sendable {
      var frontend: RegisterBytes
      var backends: [Backend]
      /// Where the first one will be.
      var place: Int
    }

    /// For the elements that nearly all service ports have: arrays that grow are copied again and again.
    mutating func makeRoom(for ports: UnsafeBufferPointer<ServicePortPlan>) {
      fragment.elements[SharedSet.clusterIPs.rawValue].reserveCapacity(ports.count)
      fragment.elements[SharedSet.serviceIPs.rawValue].reserveCapacity(ports.count + ports.count / 4)
      waiting = []
      waiting?.reserveCapacity(ports.count + ports.count / 4)
    }

    mutating func add(_ set: SharedSet, _ element: consuming Element) {
      fragment.elements[set.rawValue].append(element)
    }

    /// Adds the backends of a frontend, each with its index.
    mutating func add(_ set: SharedSet, _ frontend: RegisterBytes, _ backends: [Backend]) {
      if set == .endpoints, waiting != nil {
        let place = waiting?.last.map { $0.place + $0.backends.count } ?? 0
        waiting?.append(WaitingEndpoints(frontend: frontend, backends: backends, place: place))
        return
      }
      for (index, backend) in backends.enumerated() {
        add(set, MapsLayout.endpoint(backend, at: MapsLayout.key(frontend, UInt32(index))))
      }
    }

    /// Fills the set that was left for the end. Most of a large table is in it, so that several threads do it.
    mutating func finish() {
      guard let waiting, let last = waiting.last else { return }
      self.waiting = nil
      let total = last.place + last.backends.count
      fragment.elements[SharedSet.endpoints.rawValue] = [Element](unsafeUninitializedCapacity: total) { memory, count in
        // Each thread writes to places of its own.
        nonisolated(unsafe) let memory = memory
        _ = Processors.share(waiting.count, atLeast: 1000) { part in
          for frontend in waiting[part] {
            for (index, backend) in frontend.backends.enumerated() {
              let key = MapsLayout.key(frontend.frontend, UInt32(index))
              memory.initializeElement(at: frontend.place + index, to: MapsLayout.endpoint(backend, at: key))
            }
          }
        }
        count = total
      }
    }

    /// - Returns: its name.
    mutating func add(_ chain: EndpointChain) -> String {
      if let name = endpointChains[chain] { return name }
      let name = chain.name
      endpointChains[chain] = name
      return name
    }
  }

  /// The whole table.
  public func table() -> Table {
    var numbers = AffinityNumbers()
    return table(&numbers)
  }

  /// The whole table, with the numbers that backends have.
  func table(_ numbers: inout AffinityNumbers) -> Table {
    var contribution = Contribution()
    // Out of a buffer nothing is copied, and a service port has many parts.
    plan.servicePorts.withUnsafeBufferPointer { lower($0, into: &contribution, numbers: &numbers) }
    contribution.finish()
    var table = fixedPart()
    for index in table.sets.indices {
      guard let set = SharedSet.allCases.first(where: { $0.name == table.sets[index].name }) else { continue }
      // Not copied: the elements of a large cluster are most of the memory.
      var elements: [Element] = []
      swap(&elements, &contribution.fragment.elements[set.rawValue])
      elements.append(contentsOf: table.sets[index].elements)
      elements.sortAndUnique()
      table.sets[index].size = MapsLayout.size(of: table.sets[index], for: elements.count)
      table.sets[index].elements = elements
    }
    table.chains.append(contentsOf: contribution.endpointChains.keys.sorted().map { $0.chain(plan.family) })
    return table
  }

  /// The size of a set with so many elements; nil: it has none.
  static func size(of set: NamedSet, for count: Int) -> UInt32? {
    guard let size = set.size else { return nil }
    return set.flags.contains(.dynamic) ? size : room(for: count, atLeast: size)
  }

  /// A size that leaves room to grow by a quarter or more.
  ///
  /// A set with a size has one hash table, which the kernel makes at once, for the size and a third more, rounded up to a power
  /// of two, and never rebuilds: sizes are three quarters of a power of two, so that nothing is lost to rounding.
  /// - Parameter smallest: three quarters of a power of two.
  static func room(for count: Int, atLeast smallest: UInt32) -> UInt32 {
    var size = smallest
    while size < UInt32(clamping: count + count / 4), size < 3 << 29 { size *= 2 }
    return size
  }

  /// The smallest size of a set that has an element for some Services.
  private static let fewest: UInt32 = 3 << 8
  /// The smallest size of a set that has an element for each Service: a cluster that grows keeps the hash table of its beginning.
  private static let forServices: UInt32 = 3 << 10
  /// The smallest size of the set that has an element for each endpoint.
  private static let forEndpoints: UInt32 = 3 << 12

  // MARK: - Fixed part

  func fixedPart() -> Table {
    Table(
      family: plan.family, name: MapsLayout.tableName, comment: "Service NAT rules of svcnat, layout nft-maps",
      sets: fixedSets(), chains: CommonRules.baseChains + checks() + dispatch())
  }

  /// The key of a frontend: address . protocol . port.
  public static func frontendKey(_ family: IPFamily) -> [FieldType] { [.address(family), .transportProtocol, .port] }

  /// The set where ranges of sources are while they take the place of ranges that they overlap in `firewall-allowed`, which
  /// cannot have both. It is empty between updates.
  public static func firewallAllowedNext(_ family: IPFamily) -> NamedSet {
    NamedSet(
      SharedSet.firewallAllowedNext.name, key: frontendKey(family) + [.address(family)], flags: .interval,
      comment: "load balancer frontend . source about to be in firewall-allowed")
  }

  private func fixedSets() -> [NamedSet] {
    let address = FieldType.address(plan.family)
    let frontend = MapsLayout.frontendKey(plan.family)
    return SharedSet.allCases.compactMap { set in
      switch set {
      case .clusterIPs:
        NamedSet(set.name, key: [address], size: MapsLayout.forServices, comment: "cluster IP of every Service")
      case .nodePortIPs:
        if case .addresses(let addresses) = common.nodePorts {
          NamedSet(
            set.name, key: [address], size: MapsLayout.fewest, comment: "node addresses that accept node ports",
            elements: addresses.map { Element(CommonRules.key($0)) })
        } else {
          nil
        }
      case .serviceCIDRs:
        NamedSet(
          set.name, key: [address], flags: .interval, comment: "ServiceCIDRs of the cluster",
          elements: AddressRange.merged(plan.serviceCIDRs).map {
            Element(CommonRules.key($0.first), upTo: CommonRules.key($0.last))
          })
      case .serviceIPs:
        NamedSet(
          set.name, key: frontend, data: .verdict, size: MapsLayout.forServices,
          comment: "first stop of cluster IPs, external IPs and load balancer IPs",
          countsPackets: options.countsConnections)
      case .serviceNodePorts:
        NamedSet(
          set.name, key: frontend, data: .verdict, size: MapsLayout.forServices,
          comment: "first stop of node ports, here as elsewhere under address \(IPAddress.unspecified(plan.family))",
          countsPackets: options.countsConnections)
      case .externalClusterIPs:
        NamedSet(
          set.name, key: frontend, data: .verdict, size: MapsLayout.forServices,
          comment: "second stop of external frontends: all endpoints")
      case .externalLocalIPs:
        NamedSet(
          set.name, key: frontend, data: .verdict, size: MapsLayout.forServices,
          comment: "second stop of external frontends with policy Local: endpoints of this node")
      case .noEndpointServices:
        NamedSet(
          set.name, key: frontend, data: .verdict, size: MapsLayout.fewest,
          comment: "frontends without usable endpoints")
      case .endpoints:
        NamedSet(
          set.name, key: frontend + [.randomNumber], data: .fields([address, .port]), size: MapsLayout.forEndpoints,
          comment: "frontend . index : endpoint")
      case .localEndpoints:
        NamedSet(
          set.name, key: frontend + [.randomNumber], data: .fields([address, .port]), size: MapsLayout.forServices,
          comment: "external frontend with policy Local . index : endpoint of this node")
      case .stickyNumbers:
        NamedSet(
          set.name, key: frontend + [.randomNumber], data: .fields([.priority]), size: MapsLayout.forServices,
          comment: "frontend with session affinity . index : number of an endpoint")
      case .stickyEndpoints:
        NamedSet(
          set.name, key: frontend + [.priority], data: .fields([address, .port]), size: MapsLayout.forServices,
          comment: "frontend with session affinity . number : endpoint")
      case .localStickyNumbers:
        NamedSet(
          set.name, key: frontend + [.randomNumber], data: .fields([.priority]), size: MapsLayout.forServices,
          comment: "the same as sticky-numbers with policy Local: endpoints of this node")
      case .localStickyEndpoints:
        NamedSet(
          set.name, key: frontend + [.priority], data: .fields([address, .port]), size: MapsLayout.forServices,
          comment: "the same as sticky-endpoints with policy Local: endpoints of this node")
      case .hairpinConnections:
        NamedSet(
          set.name, key: [address, address, .transportProtocol, .port], size: MapsLayout.forServices,
          comment: "local endpoints that may reach themselves")
      case .firewallIPs:
        NamedSet(
          set.name, key: frontend, size: MapsLayout.fewest,
          comment: "load balancer frontends with loadBalancerSourceRanges")
      case .firewallAllowed:
        NamedSet(
          set.name, key: frontend + [address], flags: .interval,
          comment: "load balancer frontend . source it accepts")
      case .firewallAllowedNext: MapsLayout.firewallAllowedNext(plan.family)
      case .affinity:
        NamedSet(
          set.name, key: [.priority, EndpointChain.client(plan.family).type], data: .fields([.priority]),
          flags: [.dynamic, .timeout], size: MapsLayout.affinityRoom,
          comment: "service port . client : number of the endpoint it had")
      }
    }
  }

  /// Clients times Services with affinity that are remembered at once. A full set does no harm: a new client is served
  /// and not remembered.
  static let affinityRoom: UInt32 = 3 << 16

  /// The key of a node port: its address part is always zero, so that node ports share the maps of addresses.
  static let nodePortKey = Expression.concatenation([
    .zeroedDestinationAddress, .transportProtocol, .destinationPort,
  ])

  private func checks() -> [Chain] {
    let frontendAndSource = Expression.concatenation([
      .destinationAddress, .transportProtocol, .destinationPort, .sourceAddress,
    ])
    return [
      Chain(
        "firewall-check",
        rules: [
          Rule(
            .match(CommonRules.frontend, .set(SharedSet.firewallIPs.name)),
            .mismatch(frontendAndSource, .set(SharedSet.firewallAllowed.name)),
            .mismatch(frontendAndSource, .set(SharedSet.firewallAllowedNext.name)), .verdict(.drop))
        ]),
      Chain(
        "nodeport-endpoints-check",
        rules: [
          Rule(
            common.nodePortDestination(isLocal: true, set: SharedSet.nodePortIPs.name)
              + [.verdictMap(MapsLayout.nodePortKey, map: SharedSet.noEndpointServices.name)])
        ]),
      Chain(
        "service-endpoints-check",
        rules: [Rule(.verdictMap(CommonRules.frontend, map: SharedSet.noEndpointServices.name))]),
      Chain(
        "cluster-ips-check",
        rules: [
          Rule(
            .match(.destinationAddress, .set(SharedSet.clusterIPs.name)), .reject,
            comment: "port or protocol that the Service does not have"),
          Rule(
            .match(.destinationAddress, .set(SharedSet.serviceCIDRs.name)), .verdict(.drop),
            comment: "cluster IP that no Service has"),
        ]),
      Chain("reject-chain", comment: "where no-endpoint-services sends what is refused", rules: [Rule(.reject)]),
      Chain(
        "masquerading",
        rules: [
          Rule(
            .matchPriorityBit(AffinityNumbers.marker), .clearPriority, comment: "what session affinity has left there")
        ] + common.masquerading(hairpin: SharedSet.hairpinConnections.name)),
    ]
  }

  /// From the first stop to the second: what all external frontends have in common is a rule of these chains, and not
  /// of each Service.
  private func dispatch() -> [Chain] {
    var services: [Rule] = []
    if let masquerade = common.clusterIPMasquerade(
      masqueradeAll: plan.configuration.masqueradeAll, all: "masquerade all cluster IP traffic",
      outside: "masquerade cluster IP traffic from outside")
    {
      services.append(masquerade)
    }
    services.append(Rule(.verdictMap(CommonRules.frontend, map: SharedSet.serviceIPs.name)))
    services.append(
      Rule(
        common.nodePortDestination(isLocal: false, set: SharedSet.nodePortIPs.name)
          + [.verdictMap(MapsLayout.nodePortKey, map: SharedSet.serviceNodePorts.name)]))
    return [Chain("services", rules: services)]
      + external(key: CommonRules.frontend, prefix: "external")
      + external(key: MapsLayout.nodePortKey, prefix: "nodeport")
  }

  private func external(key: Expression, prefix: String) -> [Chain] {
    // A chain of its own, so that the kernel checks the verdicts of that map once, not once for each rule that leads there.
    let all = Chain("\(prefix)-all", rules: [Rule(.verdictMap(key, map: SharedSet.externalClusterIPs.name))])
    return [
      all,
      externalCluster(toAll: .goto(all.name), name: "\(prefix)-cluster"),
      externalLocal(key: key, toAll: .goto(all.name), name: "\(prefix)-local"),
    ]
  }

  /// EXT-2
  private func externalCluster(toAll: Statement, name: String) -> Chain {
    Chain(name, rules: [Rule(common.markForMasquerade), Rule(toAll)])
  }

  /// EXT-3 to EXT-7
  private func externalLocal(key: Expression, toAll: Statement, name: String) -> Chain {
    var rules: [Rule] = []
    if let fromLocalPod = common.fromLocalPod() {
      rules.append(Rule(fromLocalPod, toAll, comment: "pod of this node"))
    }
    rules.append(Rule(CommonRules.fromThisNode, common.markForMasquerade))
    rules.append(Rule(CommonRules.fromThisNode, toAll, comment: "this node"))
    rules.append(Rule(.verdictMap(key, map: SharedSet.externalLocalIPs.name)))
    return Chain(name, rules: rules)
  }

  // MARK: - One service port

  /// Where the endpoints of a service port are, and under which frontend: any of those they are kept under.
  ///
  /// - Parameter isLocal: the local set, not the cluster set.
  func place(of port: ServicePortPlan, isLocal: Bool) -> (map: EndpointMap, frontend: RegisterBytes)? {
    if let clusterIP = port.clusterIP, (port.internalPolicy == .local) == isLocal {
      return (
        EndpointMap(isLocal: false, isNodePort: false), CommonRules.key(clusterIP, port.transport, port.port)
      )
    }
    if let address = port.externalIPs.first ?? port.loadBalancerIPs.first {
      return (
        EndpointMap(isLocal: isLocal, isNodePort: false), CommonRules.key(address, port.transport, port.port)
      )
    }
    guard port.nodePort != 0 else { return nil }
    return (
      EndpointMap(isLocal: isLocal, isNodePort: true),
      CommonRules.key(.unspecified(plan.family), port.transport, port.nodePort)
    )
  }

  /// Adds the elements of a service port, and the chains it leads to.
  func lower(
    _ port: borrowing ServicePortPlan, into contribution: inout Contribution, numbers: inout AffinityNumbers
  ) {
    lowerCommon(port, into: &contribution)
    var frontends: [(kind: FrontendKind, key: RegisterBytes)] = []
    eachFrontend(of: port) { frontends.append(($0, $1)) }
    for frontend in frontends {
      lower(frontend.kind, frontend.key, of: port, into: &contribution, numbers: &numbers)
    }
  }

  /// The same for all of them, frontends in the order of their keys: then the elements of nearly all sets are sorted as they
  /// come, and moving them is most of what sorting costs.
  private func lower(
    _ ports: UnsafeBufferPointer<ServicePortPlan>, into contribution: inout Contribution,
    numbers: inout AffinityNumbers
  ) {
    contribution.makeRoom(for: ports)
    var frontends: [(key: RegisterBytes, port: Int, kind: FrontendKind)] = []
    frontends.reserveCapacity(ports.count + ports.count / 4)
    for index in ports.indices {
      lowerCommon(ports[index], into: &contribution)
      eachFrontend(of: ports[index]) { kind, key in frontends.append((key, index, kind)) }
      numberBackends(of: ports[index], &numbers)
    }
    for place in KeyPlace.sorted(frontends.count, { frontends[$0].key }) {
      let frontend = frontends[place.index]
      lower(frontend.kind, frontend.key, of: ports[frontend.port], into: &contribution, numbers: &numbers)
    }
  }

  /// Where two hashes meet, the order of asking decides: here it is that of service ports, later that of keys.
  private func numberBackends(of port: borrowing ServicePortPlan, _ numbers: inout AffinityNumbers) {
    if port.affinitySeconds == nil { return }
    _ = numbers.numbers(for: port.clusterBackends, of: port.name)
    _ = numbers.numbers(for: port.localBackends, of: port.name)
  }

  /// Where packets for a service port arrive.
  private enum FrontendKind { case clusterIP, address, nodePort }

  /// Calls `body` with each frontend of a service port and its key.
  private func eachFrontend(of port: borrowing ServicePortPlan, _ body: (FrontendKind, RegisterBytes) -> Void) {
    if let clusterIP = port.clusterIP {
      body(.clusterIP, CommonRules.key(clusterIP, port.transport, port.port))
    }
    for address in port.externalIPs { body(.address, CommonRules.key(address, port.transport, port.port)) }
    for address in port.loadBalancerIPs { body(.address, CommonRules.key(address, port.transport, port.port)) }
    if port.nodePort != 0 {
      body(.nodePort, CommonRules.key(.unspecified(plan.family), port.transport, port.nodePort))
    }
  }

  /// What a service port has once, however many frontends it has.
  private func lowerCommon(_ port: borrowing ServicePortPlan, into contribution: inout Contribution) {
    if let clusterIP = port.clusterIP {
      contribution.add(
        .clusterIPs,
        Element(CommonRules.key(clusterIP), comment: CommentText.limited(port.name.service.description)))
    }
    if port.isFiltered { lowerFirewall(of: port, label: CommentText.limited(port.label), into: &contribution) }
    for backend in port.clusterBackends where backend.isLocal {
      contribution.add(.hairpinConnections, Element(CommonRules.hairpinKey(backend, port.transport)))
    }
    for backend in port.localBackends {
      contribution.add(.hairpinConnections, Element(CommonRules.hairpinKey(backend, port.transport)))
    }
  }

  private func lower(
    _ kind: FrontendKind, _ key: RegisterBytes, of port: borrowing ServicePortPlan,
    into contribution: inout Contribution,
    numbers: inout AffinityNumbers
  ) {
    guard kind == .clusterIP else {
      lowerExternal(key, isNodePort: kind == .nodePort, of: port, into: &contribution, numbers: &numbers)
      return
    }
    let label = CommentText.limited(port.label)
    if let refusal = port.internalRefusal {
      contribution.add(.noEndpointServices, Element(key, data: .verdict(refusal.verdict), comment: label))
      return
    }
    let isLocal = port.internalPolicy == .local
    let target = target(
      isLocal ? port.localBackends : port.clusterBackends, of: port, key: key,
      map: EndpointMap(isLocal: false, isNodePort: false), into: &contribution, numbers: &numbers)
    contribution.add(.serviceIPs, Element(key, data: .verdict(.goto(target)), comment: label))
  }

  private func lowerExternal(
    _ key: RegisterBytes, isNodePort: Bool, of port: borrowing ServicePortPlan, into contribution: inout Contribution,
    numbers: inout AffinityNumbers
  ) {
    let label = CommentText.limited(port.label)
    if let refusal = port.externalRefusal {
      contribution.add(.noEndpointServices, Element(key, data: .verdict(refusal.verdict), comment: label))
    }
    guard port.hasEndpoints else { return }
    let isLocal = port.externalPolicy == .local
    let first =
      switch (isNodePort, isLocal) {
      case (false, false): "external-cluster"
      case (false, true): "external-local"
      case (true, false): "nodeport-cluster"
      case (true, true): "nodeport-local"
      }
    contribution.add(
      isNodePort ? .serviceNodePorts : .serviceIPs, Element(key, data: .verdict(.goto(first)), comment: label))
    let all = target(
      port.clusterBackends, of: port, key: key, map: EndpointMap(isLocal: false, isNodePort: isNodePort),
      into: &contribution, numbers: &numbers)
    contribution.add(.externalClusterIPs, Element(key, data: .verdict(.goto(all)), comment: label))
    if isLocal, !port.localBackends.isEmpty {
      let local = target(
        port.localBackends, of: port, key: key, map: EndpointMap(isLocal: true, isNodePort: isNodePort),
        into: &contribution, numbers: &numbers)
      contribution.add(.externalLocalIPs, Element(key, data: .verdict(.goto(local)), comment: label))
    }
  }

  /// The chain that chooses among backends; puts the backends where that chain finds them.
  private func target(
    _ backends: [Backend], of port: borrowing ServicePortPlan, key: RegisterBytes, map: EndpointMap,
    into contribution: inout Contribution, numbers: inout AffinityNumbers
  ) -> String {
    var chain = EndpointChain(map: map, count: UInt32(backends.count))
    // There may be more service ports with affinity, or more endpoints of one, than there are numbers.
    if let seconds = port.affinitySeconds, let known = numbers.numbers(for: backends, of: port.name) {
      chain.affinity = seconds
      for (index, (backend, number)) in zip(backends, known).enumerated() {
        var data = RegisterBytes()
        data.append(number: number)
        contribution.add(map.stickyNumbers, Element(MapsLayout.key(key, UInt32(index)), data: .fields(data)))
        contribution.add(map.stickyEndpoints, MapsLayout.endpoint(backend, at: MapsLayout.key(key, number)))
      }
    } else {
      contribution.add(map.endpoints, key, backends)
    }
    return contribution.add(chain)
  }

  private static func key(_ frontend: RegisterBytes, _ number: UInt32) -> RegisterBytes {
    var key = frontend
    key.append(number: number)
    return key
  }

  private static func endpoint(_ backend: Backend, at key: RegisterBytes) -> Element {
    var data = RegisterBytes()
    data.append(backend.address)
    data.append(port: backend.port)
    return Element(key, data: .fields(data))
  }

  /// FW-3, FW-5
  private func lowerFirewall(
    of port: borrowing ServicePortPlan, label: String, into contribution: inout Contribution
  ) {
    let ranges = AddressRange.merged(port.allowedSources)
    for address in port.loadBalancerIPs {
      let key = CommonRules.key(address, port.transport, port.port)
      contribution.add(.firewallIPs, Element(key, comment: label))
      for range in ranges {
        var first = key
        first.append(range.first)
        var last = key
        last.append(range.last)
        contribution.add(.firewallAllowed, Element(first, upTo: last))
      }
    }
  }
}
