import NetworkAddresses
import RuleEvaluator
import ServicePlan

/// Names where the connections of a change go: `web.shop:80`, `node port 31080`.
struct DestinationWords {
  let change: FlowChange
  /// Addresses listed before the rest is counted.
  private static let listed = 3

  var words: String {
    guard let first = change.destinations.first else { return "" }
    switch first.kind {
    case .frontend: return frontend(first)
    case .otherPort:
      let protocols = change.destinations.map(\.transport)
      let isAll = protocols.contains(.icmp(first.address.family)) && protocols.count > 1
      return "\(address(first)), \(isAll ? "ports and protocols" : list(protocols.map { "\($0)" })) without a Service"
    case .unallocated: return "\(first.address) and other addresses without a Service"
    case .healthCheck: return "health check node port \(first.port)\(places)"
    case .loopback: return "loopback addresses from elsewhere"
    case .forwarded:
      return first.state == .invalid
        ? "anywhere behind this node, packets that conntrack calls invalid"
        : "anywhere behind this node, packets of known connections"
    }
  }

  private func frontend(_ destination: FlowDestination) -> String {
    let suffix = destination.transport == .tcp ? "" : "/\(destination.transport)"
    guard let owner = change.owner else { return destination.endpoint + suffix }
    if owner.port == destination.port || owner.nodePort != destination.port {
      if owner.clusterIP == destination.address {
        let service = owner.name.service
        return "\(service.name).\(service.namespace):\(destination.port)\(suffix)"
      }
      if owner.externalIPs.contains(destination.address) { return "external IP \(destination.endpoint)\(suffix)" }
      if owner.loadBalancerIPs.contains(destination.address) { return "load balancer \(destination.endpoint)\(suffix)" }
    }
    return "node port \(destination.port)\(suffix)\(places)"
  }

  /// On which addresses of the node; nothing where none is known.
  private var places: String {
    let addresses = change.destinations.map(\.address).filter { $0 != ComparedNode.standIn($0.family) }
    if addresses.isEmpty { return "" }
    return " on \(list(addresses.map(\.description)))"
  }

  private func address(_ destination: FlowDestination) -> String {
    guard let owner = change.owner else { return "cluster IPs such as \(destination.address)" }
    return "\(owner.name.service.name).\(owner.name.service.namespace) (\(destination.address))"
  }

  private func list(_ words: [String]) -> String {
    let shown = words.prefix(DestinationWords.listed).joined(separator: ", ")
    return words.count > DestinationWords.listed ? "\(shown) and \(words.count - DestinationWords.listed) more" : shown
  }
}
