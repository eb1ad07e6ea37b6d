import NetworkAddresses
import RuleNames
import ServicePlan

/// The tables that kube-proxy's nftables mode writes, name for name (section 17): a chain per service port.
public struct ChainsLayout: Sendable {
  public static let tableName = "kube-proxy"

  private let plan: NodePlan
  private let common: CommonRules

  public init(_ plan: NodePlan) {
    self.plan = plan
    common = CommonRules(plan)
  }

  /// The sets that all service ports share, in the order of ``fixedPart()``.
  enum SharedSet: Int, CaseIterable {
    case clusterIPs, nodePortIPs, hairpinConnections, noEndpointServices, noEndpointNodePorts, firewallIPs, serviceIPs,
      serviceNodePorts

    var name: String {
      switch self {
      case .clusterIPs: "cluster-ips"
      case .nodePortIPs: "nodeport-ips"
      case .hairpinConnections: "hairpin-connections"
      case .noEndpointServices: "no-endpoint-services"
      case .noEndpointNodePorts: "no-endpoint-nodeports"
      case .firewallIPs: "firewall-ips"
      case .serviceIPs: "service-ips"
      case .serviceNodePorts: "service-nodeports"
      }
    }
  }

  /// The whole table.
  public func table() -> Table {
    var fragment = Fragment(sharedSets: SharedSet.allCases.count)
    for servicePort in plan.servicePorts {
      lower(servicePort, into: &fragment)
    }
    var table = fixedPart()
    for (index, set) in SharedSet.allCases.enumerated() {
      guard let place = table.sets.firstIndex(where: { $0.name == set.name }) else { continue }
      var elements = table.sets[place].elements + fragment.elements[index]
      elements.sortAndUnique()
      table.sets[place].elements = elements
    }
    table.sets.append(contentsOf: fragment.sets)
    table.chains.append(contentsOf: fragment.chains)
    return table
  }

  // MARK: - Fixed part

  /// What does not depend on any Service: sets (NFT-4, NFT-5), base chains (NFT-2, NFT-3), checks (NFT-6 to NFT-10).
  func fixedPart() -> Table {
    let address = FieldType.address(plan.family)
    let frontend = [address, .transportProtocol, .port]
    var sets = [
      NamedSet(SharedSet.clusterIPs.name, key: [address], comment: "Active ClusterIPs"),
      NamedSet(
        SharedSet.hairpinConnections.name, key: [address, address, .transportProtocol, .port],
        comment: "service hairpin connections"),
      NamedSet(
        SharedSet.noEndpointServices.name, key: frontend, data: .verdict,
        comment: "vmap to drop or reject packets to services with no endpoints"),
      NamedSet(
        SharedSet.noEndpointNodePorts.name, key: [.transportProtocol, .port], data: .verdict,
        comment: "vmap to drop or reject packets to service nodeports with no endpoints"),
      NamedSet(
        SharedSet.firewallIPs.name, key: frontend, data: .verdict,
        comment: "destinations that are subject to LoadBalancerSourceRanges"),
      NamedSet(
        SharedSet.serviceIPs.name, key: frontend, data: .verdict,
        comment: "ClusterIP, ExternalIP and LoadBalancer IP traffic"),
      NamedSet(
        SharedSet.serviceNodePorts.name, key: [.transportProtocol, .port], data: .verdict,
        comment: "NodePort traffic"),
    ]
    if case .addresses(let addresses) = common.nodePorts {
      sets.insert(
        NamedSet(
          SharedSet.nodePortIPs.name, key: [address], comment: "IPs that accept NodePort traffic",
          elements: addresses.map { Element(CommonRules.key($0)) }), at: 1)
    }
    return Table(
      family: plan.family, name: ChainsLayout.tableName, comment: "rules for kube-proxy", sets: sets,
      chains: CommonRules.baseChains + checks() + [services()])
  }

  /// The key of a node port.
  private static let nodePortKey = Expression.concatenation([.transportProtocol, .destinationPort])

  private func checks() -> [Chain] {
    var clusterIPsCheck = [
      Rule(
        .match(.destinationAddress, .set(SharedSet.clusterIPs.name)), .reject,
        comment: "Reject traffic to invalid ports of ClusterIPs")
    ]
    if !plan.serviceCIDRs.isEmpty {
      clusterIPsCheck.append(
        Rule(
          .match(.destinationAddress, .addresses(AddressRange.merged(plan.serviceCIDRs))), .verdict(.drop),
          comment: "Drop traffic to unallocated ClusterIPs"))
    }
    return [
      Chain(
        "nodeport-endpoints-check",
        rules: [
          Rule(
            common.nodePortDestination(isLocal: true, set: SharedSet.nodePortIPs.name) + [
              .verdictMap(ChainsLayout.nodePortKey, map: SharedSet.noEndpointNodePorts.name)
            ])
        ]),
      Chain(
        "service-endpoints-check",
        rules: [Rule(.verdictMap(CommonRules.frontend, map: SharedSet.noEndpointServices.name))]),
      Chain(
        "firewall-check", rules: [Rule(.verdictMap(CommonRules.frontend, map: SharedSet.firewallIPs.name))]),
      Chain("cluster-ips-check", rules: clusterIPsCheck),
      Chain(
        "reject-chain", comment: "helper for @no-endpoint-services / @no-endpoint-nodeports", rules: [Rule(.reject)]),
      Chain("masquerading", rules: common.masquerading(hairpin: SharedSet.hairpinConnections.name)),
    ]
  }

  /// NFT-6
  private func services() -> Chain {
    var rules: [Rule] = []
    if let masquerade = common.clusterIPMasquerade(
      masqueradeAll: plan.configuration.masqueradeAll, all: "masquerade all clusterIP traffic",
      outside: "masquerade clusterIP traffic from outside cluster")
    {
      rules.append(masquerade)
    }
    rules.append(Rule(.verdictMap(CommonRules.frontend, map: SharedSet.serviceIPs.name)))
    rules.append(
      Rule(
        common.nodePortDestination(isLocal: false, set: SharedSet.nodePortIPs.name)
          + [.verdictMap(ChainsLayout.nodePortKey, map: SharedSet.serviceNodePorts.name)]))
    return Chain("services", rules: rules)
  }

  // MARK: - One service port

  /// Adds what a service port needs (NFT-12 to NFT-18).
  public func lower(_ port: ServicePortPlan, into fragment: inout Fragment) {
    let names = NFTablesNames(port.name)
    let internalChain = port.internalPolicy == .local ? names.local : names.service
    let label = CommentText.limited(port.label)
    func add(_ set: SharedSet, _ element: Element) { fragment.elements[set.rawValue].append(element) }

    if let clusterIP = port.clusterIP {
      let key = CommonRules.key(clusterIP, port.transport, port.port)
      add(.clusterIPs, Element(CommonRules.key(clusterIP)))
      if let refusal = port.internalRefusal {
        add(.noEndpointServices, Element(key, data: .verdict(refusal.verdict), comment: label))
      } else {
        add(.serviceIPs, Element(key, data: .verdict(.goto(internalChain))))
      }
    }
    for address in port.externalIPs + port.loadBalancerIPs {
      let key = CommonRules.key(address, port.transport, port.port)
      if port.hasEndpoints { add(.serviceIPs, Element(key, data: .verdict(.goto(names.external)))) }
      if let refusal = port.externalRefusal {
        add(.noEndpointServices, Element(key, data: .verdict(refusal.verdict), comment: label))
      }
    }
    if port.nodePort != 0 {
      var key = RegisterBytes()
      key.append(port.transport)
      key.append(port: port.nodePort)
      if port.hasEndpoints { add(.serviceNodePorts, Element(key, data: .verdict(.goto(names.external)))) }
      if let refusal = port.externalRefusal {
        add(.noEndpointNodePorts, Element(key, data: .verdict(refusal.verdict), comment: label))
      }
    }
    if port.isFiltered {
      for address in port.loadBalancerIPs {
        add(
          .firewallIPs,
          Element(
            CommonRules.key(address, port.transport, port.port), data: .verdict(.goto(names.firewall))))
      }
      fragment.chains.append(firewall(port, names))
    }
    guard port.hasEndpoints else { return }
    let reachable = port.reachableBackends
    for backend in reachable where backend.isLocal {
      add(.hairpinConnections, Element(CommonRules.hairpinKey(backend, port.transport)))
    }
    if port.isExternallyAccessible { fragment.chains.append(external(port, names)) }
    if !port.clusterBackends.isEmpty {
      fragment.chains.append(choice(names.service, of: port.clusterBackends, port, names))
    }
    if !port.localBackends.isEmpty {
      fragment.chains.append(choice(names.local, of: port.localBackends, port, names))
    }
    if let seconds = port.affinitySeconds {
      for backend in reachable { remember(backend, port, names, seconds: seconds, in: &fragment) }
    }
  }

  /// NFT-18
  private func firewall(_ port: ServicePortPlan, _ names: NFTablesNames) -> Chain {
    Chain(
      names.firewall,
      rules: [
        Rule(.mismatch(.sourceAddress, .addresses(AddressRange.merged(port.allowedSources))), .verdict(.drop))
      ])
  }

  /// NFT-16
  private func external(_ port: ServicePortPlan, _ names: NFTablesNames) -> Chain {
    var rules: [Rule] = []
    if port.externalPolicy == .cluster {
      rules.append(Rule(common.markForMasquerade, comment: "masquerade"))
      rules.append(Rule(.goto(names.service)))
    } else {
      if let fromLocalPod = common.fromLocalPod() {
        rules.append(Rule(fromLocalPod, .goto(names.service), comment: "short-circuit pod traffic"))
      }
      rules.append(Rule(CommonRules.fromThisNode, common.markForMasquerade, comment: "masquerade local traffic"))
      rules.append(Rule(CommonRules.fromThisNode, .goto(names.service), comment: "short-circuit local traffic"))
      if !port.localBackends.isEmpty { rules.append(Rule(.goto(names.local))) }
    }
    return Chain(names.external, rules: rules)
  }

  /// NFT-14
  private func choice(
    _ chain: String, of backends: [Backend], _ port: ServicePortPlan, _ names: NFTablesNames
  ) -> Chain {
    let random = Expression.randomNumber(modulus: UInt32(backends.count), offset: 0)
    guard port.affinitySeconds != nil else {
      let elements = backends.enumerated().map {
        AnonymousMapElement(index: UInt32($0.offset), address: $0.element.address, port: $0.element.port)
      }
      return Chain(
        chain,
        rules: [
          Rule(
            .match(.transportProtocol, .transportProtocol(port.transport)),
            .destinationNAT(.lookupAnonymous(random, elements)))
        ])
    }
    let bases = backends.map(names.endpointBase)
    let remembered = bases.map { base in
      Rule(.match(.sourceAddress, .set("affinity-" + base)), .goto("endpoint-" + base))
    }
    let elements = bases.enumerated().map {
      AnonymousVerdictElement(index: UInt32($0.offset), verdict: .goto("endpoint-" + $0.element))
    }
    return Chain(chain, rules: remembered + [Rule(.verdictMapAnonymous(random, elements))])
  }

  /// NFT-15
  private func remember(
    _ backend: Backend, _ port: ServicePortPlan, _ names: NFTablesNames, seconds: UInt32, in fragment: inout Fragment
  ) {
    let base = names.endpointBase(backend)
    fragment.sets.append(
      NamedSet(
        "affinity-" + base, key: [.address(plan.family)], flags: [.dynamic, .timeout], timeout: seconds,
        // What nft gives a dynamic set that declares none; said here so that the text lists as it is written.
        size: 65535))
    fragment.chains.append(
      Chain(
        "endpoint-" + base,
        rules: [
          // By itself: where the set is full the rule ends, and the packet still has to be translated.
          Rule(.updateSet("affinity-" + base, .sourceAddress, timeout: nil)),
          Rule(
            .match(.transportProtocol, .transportProtocol(port.transport)),
            .destinationNATConstant(backend.address, port: backend.port)),
        ]))
  }
}

extension ServicePortPlan.Refusal {
  /// The verdict of a no-endpoint map (NFT-7).
  var verdict: Verdict { self == .drop ? .drop : .goto("reject-chain") }
}
