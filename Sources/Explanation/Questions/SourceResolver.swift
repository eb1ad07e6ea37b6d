import KubernetesObjects
import NetworkAddresses
import RuleEvaluator
import ServicePlan

/// Finds the addresses behind a source, and what kind of packet comes from them.
struct SourceResolver {
  let cluster: Cluster
  /// `--from-interface`
  var interface: String?

  /// Every address a source may have, of each family at most one.
  func addresses(_ query: SourceQuery) throws(QuestionError) -> [IPAddress] {
    switch query.place {
    case .address(let address): return [address]
    case .localhost: return [IPAddress(ipv4: 0x7f00_0001), IPAddress(ipv6High: 0, low: 1)]
    case .thisNode: return try cluster.addressesOfThisNode()
    case .node(let name): return try cluster.addresses(ofNode: name)
    case .external: return try ExternalAddresses(cluster: cluster).choose()
    case .pod(let namespace, let name): return try cluster.addresses(of: try cluster.pod(namespace, name))
    case .name(let name): throw .notASource(name)
    }
  }

  func source(_ query: SourceQuery, _ address: IPAddress) throws(QuestionError) -> Source {
    let owner: Source.Owner =
      switch query.place {
      case .external: .madeUp
      // A Pod without its node name is where its address says.
      case .pod(let namespace, let name): self.owner(of: try cluster.pod(namespace, name), address)
      default: self.owner(of: address)
      }
    let origin = origin(owner, address)
    return Source(address: address, owner: owner, origin: origin, interface: interface(origin, address.family))
  }

  private func owner(of pod: Pod, _ address: IPAddress) -> Source.Owner {
    if pod.usesHostNetwork { return owner(of: address) }
    guard let node = pod.nodeName else {
      if case .localPod(_, let because) = owner(of: address) { return .localPod(pod.name, because: because) }
      return .remotePod(pod.name, node: nil)
    }
    return node == cluster.node.nodeName ? .localPod(pod.name, because: .pod) : .remotePod(pod.name, node: node)
  }

  private func owner(of address: IPAddress) -> Source.Owner {
    if address.isLoopback { return .loopback }
    if cluster.isOfThisNode(address) { return .thisNode }
    if let node = cluster.otherNode(address) { return .otherNode(node.name) }
    if let pod = cluster.pod(address), pod.nodeName != nil { return owner(of: pod, address) }
    let pod = cluster.pod(address)?.name
    if let endpoint = cluster.endpointNode(address), let node = endpoint.nodeName {
      return node == cluster.node.nodeName ? .localPod(pod, because: .endpoint) : .remotePod(pod, node: node)
    }
    for node in cluster.objects.nodes where node.podCIDRs.contains(where: { $0.value.contains(address) }) {
      return node.name == cluster.node.nodeName ? .localPod(pod, because: .podCIDR) : .remotePod(pod, node: node.name)
    }
    switch cluster.node.detectLocal {
    case .nodeCIDR(let prefixes) where prefixes.contains { $0.contains(address) }:
      return .localPod(pod, because: .podCIDR)
    case .clusterCIDR(let prefixes):
      if let range = prefixes.first(where: { $0.contains(address) }) { return .unknownPod(range: range) }
    default: break
    }
    return pod == nil ? .outside : .remotePod(pod, node: nil)
  }

  private func origin(_ owner: Source.Owner, _ address: IPAddress) -> Packet.Origin {
    switch owner {
    case .thisNode: .node
    case .loopback: .localhost
    case .localPod: .pod
    case .remotePod, .unknownPod, .otherNode, .outside, .madeUp: .external
    }
  }

  private func interface(_ origin: Packet.Origin, _ family: IPFamily) -> String {
    if origin.isMadeOnNode { return "" }
    if let interface { return interface }
    if origin == .pod {
      switch cluster.node.detector(family) {
      case .interface(let name): return name
      case .interfacePrefix(let prefix): return prefix + "0"
      case .source, nil: break
      }
    }
    return Packet.defaultInterface(origin)
  }
}

extension Cluster {
  func pod(_ namespace: String?, _ name: String) throws(QuestionError) -> Pod {
    let pods = objects.pods.filter { $0.name.name == name && (namespace == nil || $0.name.namespace == namespace) }
    if namespace == nil, pods.count > 1 {
      if let pod = pods.first(where: { $0.name.namespace == "default" }) { return pod }
      throw .severalPods(name, pods.map(\.name).sorted())
    }
    guard let pod = pods.first else {
      throw .unknownPod(namespace.map { "\($0)/\(name)" } ?? name, known: objects.pods.count)
    }
    return pod
  }

  func addresses(of pod: Pod) throws(QuestionError) -> [IPAddress] {
    let addresses = pod.addresses.map(\.value)
    if addresses.isEmpty { throw .podWithoutAddress(pod.name) }
    return addresses
  }

  func addressesOfThisNode() throws(QuestionError) -> [IPAddress] {
    let addresses = IPFamily.allCases.compactMap { family in
      node.primaryAddress(family) ?? node.interfaceAddresses.first { $0.family == family && !$0.isLoopback }
    }
    if addresses.isEmpty { throw .nodeWithoutAddress(node.nodeName) }
    return addresses
  }

  func addresses(ofNode name: String) throws(QuestionError) -> [IPAddress] {
    if name == node.nodeName { return try addressesOfThisNode() }
    guard let node = objects.nodes.first(where: { $0.name == name }) else {
      throw .unknownNode(name, known: objects.nodes.map(\.name))
    }
    if node.addresses.isEmpty { throw .nodeWithoutAddress(name) }
    return node.addresses.map(\.value)
  }
}
