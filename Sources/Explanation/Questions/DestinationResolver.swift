import KubernetesObjects
import NetworkAddresses
import ServicePlan

/// Finds the address, port and protocol behind a destination.
struct DestinationResolver {
  let cluster: Cluster
  /// What a name without a namespace stands for: the namespace of the client.
  var clientNamespace = "default"

  /// What a destination may be, before a family is chosen.
  struct Candidates {
    var addresses: [IPAddress]
    var port: UInt16
    var transport: TransportProtocol
    var service: NamespacedName?
    var choices: [Destination.Choice] = []
  }

  enum Resolution {
    case packet(Candidates)
    case answer(NameAnswer)
  }

  func resolve(_ query: DestinationQuery) throws(QuestionError) -> Resolution {
    switch query.place {
    case .address(let address): return .packet(try packet(query, [address], words: "\(address)"))
    case .localhost:
      return .packet(
        try nodePort(query, [IPAddress(ipv4: 0x7f00_0001), IPAddress(ipv6High: 0, low: 1)], words: "localhost"))
    case .thisNode: return .packet(try nodePort(query, try cluster.addressesOfThisNode(), words: "the node"))
    case .node(let name):
      return .packet(try nodePort(query, try cluster.addresses(ofNode: name), words: "node \(name)"))
    case .pod(let namespace, let name):
      let pod = try cluster.pod(namespace, name)
      return .packet(try packet(query, try cluster.addresses(of: pod), words: "Pod \(pod.name)"))
    case .name(let name): return try resolve(name, query)
    case .external: throw .notADestination("external", reason: "\"external\" is a source")
    }
  }

  // MARK: - Addresses

  /// An address, or those of one thing: ports have the names of the Services that are served there.
  private func packet(
    _ query: DestinationQuery, _ addresses: [IPAddress], words: String
  ) throws(QuestionError) -> Candidates {
    var declared: [(service: NamespacedName, port: DeclaredPorts.Port)] = []
    for service in cluster.objects.services where ServicePlanner.exclusion(of: service) == nil {
      guard service.frontendAddresses.contains(where: { addresses.contains($0) }) else { continue }
      declared += DeclaredPorts(service).ports.map { (service.name, $0) }
    }
    return try choose(query, addresses, declared, words: words)
  }

  /// The addresses of a node: ports have the names of Services' ports that are node ports.
  private func nodePort(
    _ query: DestinationQuery, _ addresses: [IPAddress], words: String
  ) throws(QuestionError) -> Candidates {
    var declared: [(service: NamespacedName, port: DeclaredPorts.Port)] = []
    for service in cluster.objects.services where ServicePlanner.exclusion(of: service) == nil {
      for port in service.ports where port.nodePort != 0 {
        declared.append(
          (service.name, DeclaredPorts.Port(name: port.name, port: port.nodePort, transport: port.transport)))
      }
    }
    if case .name(let name) = query.port {
      let owners = declared.filter { $0.port.name == name }.map(\.service)
      if Set(owners).count > 1 { throw .severalNodePorts(name, Set(owners).sorted().map(\.description)) }
    }
    return try choose(query, addresses, declared, words: words)
  }

  private func choose(
    _ query: DestinationQuery, _ addresses: [IPAddress],
    _ declared: [(service: NamespacedName, port: DeclaredPorts.Port)], words: String
  ) throws(QuestionError) -> Candidates {
    var candidates = Candidates(addresses: addresses, port: 0, transport: query.transport ?? .tcp)
    let fitting: [DeclaredPorts.Port]
    let text: String
    switch query.port {
    case .number(let number):
      candidates.port = number
      text = "\(number)"
      fitting = declared.map(\.port).filter { $0.port == number }
    case .name(let name):
      text = name
      fitting = declared.map(\.port).filter { $0.name == name }
      if fitting.isEmpty { throw .noNamedPorts(words, port: name) }
    case nil:
      guard let service = declared.first?.service, declared.allSatisfy({ $0.service == service }) else {
        throw .portMissing(nil)
      }
      throw .portMissing(DeclaredPorts(service: service, ports: declared.map(\.port)))
    }
    settle(&candidates, fitting, query, text)
    return candidates
  }

  /// Takes the protocol, and the number of a name, from the ports that fit.
  private func settle(
    _ candidates: inout Candidates, _ fitting: [DeclaredPorts.Port], _ query: DestinationQuery, _ text: String
  ) {
    let wanted = query.transport ?? .tcp
    if let port = fitting.first(where: { $0.transport == wanted }) {
      candidates.port = port.port
    } else if let port = fitting.first {
      candidates.port = port.port
      // Another protocol only where none was asked for and there is just one.
      if query.transport == nil, fitting.allSatisfy({ $0.transport == port.transport }) {
        candidates.transport = port.transport
        candidates.choices.append(.transport(port.transport, port: text))
      }
    }
  }

  // MARK: - Names

  private func resolve(_ text: String, _ query: DestinationQuery) throws(QuestionError) -> Resolution {
    guard let name = ServiceName(text) else { return .answer(unknown(text, nil)) }
    let expected = NamespacedName(namespace: name.namespace ?? clientNamespace, name: name.service)
    var choices: [Destination.Choice] = []
    var service = cluster.service(expected)
    if service == nil {
      // A node may be called like that too.
      if cluster.node.nodeName == text || cluster.objects.nodes.contains(where: { $0.name == text }) {
        return .packet(try nodePort(query, try cluster.addresses(ofNode: text), words: "node \(text)"))
      }
      if name.namespace == nil {
        let others = cluster.objects.services.filter { $0.name.name == name.service }
        if others.count > 1 { return .answer(.ambiguous(name: text, others.map(\.name).sorted())) }
        if let other = others.first {
          service = other
          choices.append(.namespace(other.name, expected: clientNamespace))
        }
      }
    }
    guard let service else { return .answer(unknown(text, name)) }
    if let answer = answer(for: service, name, query) { return .answer(answer) }
    if name.hostname != nil { return .answer(unknown(text, nil)) }
    return try frontends(of: service, query, choices)
  }

  private func unknown(_ text: String, _ name: ServiceName?) -> NameAnswer {
    guard let name else { return .unknown(name: text, expected: nil, elsewhere: [], similar: []) }
    let names = cluster.objects.services.map(\.name)
    let elsewhere = names.filter { $0.name == name.service }.sorted()
    return .unknown(
      name: text, expected: NamespacedName(namespace: name.namespace ?? clientNamespace, name: name.service),
      elsewhere: elsewhere, similar: elsewhere.isEmpty ? SimilarNames.find(name.service, among: names) : [])
  }

  /// For Services that have no address of their own.
  private func answer(for service: Service, _ name: ServiceName, _ query: DestinationQuery) -> NameAnswer? {
    switch ServicePlanner.exclusion(of: service) {
    case .externalName:
      let target = service.externalName?.value
      let record = target.map {
        DNSRecord(
          name: "\(service.name.name).\(service.name.namespace).svc.\(name.clusterDomain).", kind: .cname,
          value: $0.hasSuffix(".") ? $0 : $0 + ".")
      }
      return .externalName(service.name, target: target, record: record)
    case .headless:
      return .headless(
        HeadlessRecords(
          cluster: cluster, service: service, clusterDomain: name.clusterDomain, hostname: name.hostname
        ).answer(port: query.port))
    case .notAllocated: return .notAllocated(service.name)
    case .otherProxy where service.kind == .externalName || service.clusterIPs.isEmpty:
      return .notAllocated(service.name)
    case .otherProxy, nil: return nil
    }
  }

  private func frontends(
    of service: Service, _ query: DestinationQuery, _ choices: [Destination.Choice]
  ) throws(QuestionError) -> Resolution {
    let declared = DeclaredPorts(service)
    var candidates = Candidates(
      addresses: service.clusterIPs.map(\.value), port: 0, transport: query.transport ?? .tcp, service: service.name,
      choices: choices)
    switch query.port {
    case .number(let number):
      candidates.port = number
      settle(&candidates, declared.ports.filter { $0.port == number }, query, "\(number)")
    case .name(let name):
      let fitting = declared.ports.filter { $0.name == name }
      if fitting.isEmpty { return .answer(.unknownPort(name, declared)) }
      settle(&candidates, fitting, query, name)
    case nil:
      guard declared.ports.count == 1, let port = declared.ports.first else { throw .portMissing(declared) }
      candidates.port = port.port
      candidates.transport = query.transport ?? port.transport
      candidates.choices.append(.onlyPort(port.port, candidates.transport))
    }
    return .packet(candidates)
  }
}

extension Service {
  /// Every address it is served on, node addresses left out.
  var frontendAddresses: [IPAddress] {
    clusterIPs.map(\.value) + externalIPs.map(\.value) + loadBalancerIngress.compactMap(\.address)
  }
}
