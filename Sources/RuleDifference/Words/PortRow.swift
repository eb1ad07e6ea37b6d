import KubernetesObjects
import NetworkAddresses
import ServicePlan

/// A line of the small table that tells what changes of a service port.
struct PortRow: Hashable {
  enum Sign: String {
    case added = "+"
    case removed = "-"
    case changed = "~"
  }

  var sign: Sign
  /// `backend`, `external IP`
  var subject: String
  var value: String
}

extension ServicePortDifference {
  /// - Parameter limit: how many backends are listed before the rest is counted.
  func rows(limit: Int) -> [PortRow] { changes.flatMap { rows(of: $0, limit: limit) } }

  private func rows(of change: Change, limit: Int) -> [PortRow] {
    switch change {
    case .frontend(let frontend, let isAdded):
      return [PortRow(sign: isAdded ? .added : .removed, subject: frontend.subject, value: frontend.value)]
    case .backends(let set, let changes):
      return changes.map { ServicePortDifference.row(set, $0, limit: limit) }
    case .policy(let traffic, let old, let new):
      return [row("\(traffic.rawValue)TrafficPolicy", old?.rawValue, new?.rawValue)]
    case .affinity(let old, let new):
      return [row("affinity", old.map { "ClientIP, \($0) s" } ?? "none", new.map { "ClientIP, \($0) s" } ?? "none")]
    case .sourceRange(let range, let isAdded):
      return [PortRow(sign: isAdded ? .added : .removed, subject: "source range", value: range.description)]
    case .loadBalancerSources(let isAllowed):
      return [
        PortRow(
          sign: isAllowed ? .added : .removed, subject: "source range", value: "the load balancer addresses themselves")
      ]
    case .healthCheckPort(let old, let new):
      return [row("health check port", old == 0 ? "none" : "\(old)", new == 0 ? "none" : "\(new)")]
    case .refusal(let traffic, let old, let new):
      return [row("\(traffic.rawValue) traffic", refusal(old, self.old), refusal(new, self.new))]
    }
  }

  /// Of what is added or removed as a whole, only what it has or had.
  private func row(_ subject: String, _ old: String?, _ new: String?) -> PortRow {
    switch kind {
    case .added: PortRow(sign: .added, subject: subject, value: new ?? "none")
    case .removed: PortRow(sign: .removed, subject: subject, value: old ?? "none")
    case .changed: PortRow(sign: .changed, subject: subject, value: "\(old ?? "none") → \(new ?? "none")")
    }
  }

  private func refusal(_ refusal: ServicePortPlan.Refusal?, _ port: ServicePortPlan?) -> String? {
    guard let port else { return nil }
    return switch refusal {
    case nil: "served"
    case .reject: "rejected (\(FateReason.lack(of: port)))"
    case .drop: "dropped (no endpoint on this node)"
    }
  }

  private static func row(_ set: BackendSet, _ change: BackendChange, limit: Int) -> PortRow {
    let noun = set == .cluster ? "backend" : "local backend"
    let count = change.backends.count
    let subject = count == 1 ? noun : noun + "s"
    let names = change.backends.prefix(limit).map(\.key).joined(separator: ", ")
    let list = count > limit ? "\(names) and \(count - limit) more" : names
    switch change.kind {
    case .added: return PortRow(sign: .added, subject: subject, value: list)
    case .removed: return PortRow(sign: .removed, subject: subject, value: list)
    case .share:
      let shares = "\(Percentage.text(oneOf: change.oldCount)) → \(Percentage.text(oneOf: change.newCount))"
      return PortRow(
        sign: .changed, subject: "share", value: "\(shares), \(count == 1 ? list : "\(count) \(subject) that stay")")
    case .locality:
      let onNode = change.backends.count(where: \.isLocal)
      let words =
        onNode == count ? "now on this node" : onNode == 0 ? "no longer on this node" : "on other nodes than before"
      return PortRow(sign: .changed, subject: subject, value: "\(list) \(words)")
    }
  }
}

extension ServicePortDifference.Frontend {
  var subject: String {
    switch self {
    case .clusterIP: "cluster IP"
    case .externalIP: "external IP"
    case .loadBalancer: "load balancer"
    case .nodePort: "node port"
    }
  }

  var value: String {
    switch self {
    case .clusterIP(let address, let port), .externalIP(let address, let port), .loadBalancer(let address, let port):
      EndpointText.text(address, port)
    case .nodePort(let port): "\(port)"
    }
  }
}
