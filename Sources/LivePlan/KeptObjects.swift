import KubernetesObjects
import NetworkAddresses

extension SourcePosition {
  static let none = SourcePosition(file: 0, line: 0, column: 0)
}

extension Located {
  fileprivate var unplaced: Located { Located(value, at: .none) }
}

extension Service {
  /// What of it shapes rules. Where it was written is no part of that: a list has an object elsewhere than a watch.
  var kept: Service {
    var kept = Service(name: name, position: .none)
    if let proxyName { kept.labels[Service.proxyNameLabel] = proxyName }
    kept.kind = kind
    kept.isHeadless = isHeadless
    kept.clusterIPs = clusterIPs.map(\.unplaced)
    kept.ipFamilies = ipFamilies
    kept.ports = ports.map {
      ServicePort(name: $0.name, transport: $0.transport, port: $0.port, nodePort: $0.nodePort, position: .none)
    }
    kept.externalIPs = externalIPs.map(\.unplaced)
    kept.loadBalancerIngress = loadBalancerIngress.filter { $0.address != nil }.map {
      LoadBalancerIngress(address: $0.address, hostname: nil, mode: $0.mode, position: .none)
    }
    kept.sourceRanges = sourceRanges.map(\.unplaced)
    kept.internalTrafficPolicy = internalTrafficPolicy
    kept.externalTrafficPolicy = externalTrafficPolicy
    kept.affinitySeconds = affinitySeconds
    kept.healthCheckNodePort = healthCheckNodePort
    return kept
  }
}

extension EndpointSlice {
  /// What of it shapes rules, likewise. Nil: nothing, it gives endpoints to nobody (EPS-1, EPS-2, EPS-11).
  func kept(_ words: inout SharedWords) -> EndpointSlice? {
    guard serviceName != nil, addressType.family != nil, !isHeadless else { return nil }
    var kept = EndpointSlice(name: name, position: .none, addressType: addressType)
    kept.serviceName = serviceName
    kept.ports = ports.map {
      EndpointPort(name: $0.name, transport: $0.transport, port: $0.port, position: .none)
    }
    kept.endpoints = endpoints.map { endpoint in
      var kept = Endpoint(address: endpoint.address, position: .none)
      kept.isReady = endpoint.isReady
      kept.isServing = endpoint.isServing
      kept.isTerminating = endpoint.isTerminating
      kept.nodeName = endpoint.nodeName.map { words.share($0) }
      kept.hints = endpoint.hints.map { words.share($0) }
      return kept
    }
    return kept
  }
}

/// Makes equal names of nodes, and equal hints, one thing in memory: each is said by thousands of endpoints, and each event
/// brings its own.
struct SharedWords: Sendable {
  private var names: Set<String> = []
  private var hints: Set<EndpointHints> = []

  /// Nodes come and go: with more words than this all are forgotten. What is in use stays with those who use it.
  static let limit = 1 << 14

  mutating func share(_ name: String) -> String {
    // As many bytes are kept without memory of their own.
    if name.utf8.count <= 15 { return name }
    if names.count >= SharedWords.limit { names = [] }
    return names.insert(name).memberAfterInsert
  }

  mutating func share(_ hint: EndpointHints) -> EndpointHints {
    if hints.count >= SharedWords.limit { hints = [] }
    return hints.insert(hint).memberAfterInsert
  }
}
