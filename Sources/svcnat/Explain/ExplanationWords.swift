import Explanation
import KubernetesObjects
import NetworkAddresses
import RuleEvaluator
import ServicePlan

/// A share with one decimal where it is no whole number: `25 %`, `33.3 %`.
enum Percent {
  static func text(_ share: Fraction) -> String {
    let tenths = Int((share.value * 1000).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10) %" : "\(tenths / 10).\(tenths % 10) %"
  }
}

extension Explanation {
  /// The frontend that answers agree on.
  var frontend: Frontend? { answers.lazy.compactMap(\.frontend).first }
}

extension Source {
  /// What the address is, and how the packet comes in.
  var words: String {
    let what: String =
      switch owner {
      case .thisNode: "this node"
      case .loopback: "this node over loopback"
      case .localPod(let pod, let because):
        (pod.map { "Pod \($0) of this node" } ?? "a pod of this node")
          + (because == .podCIDR ? " (its address is in the node's podCIDRs)" : "")
      case .remotePod(let pod, let node):
        (pod.map { "Pod \($0)" } ?? "a pod") + (node.map { " on \($0)" } ?? " on another node")
      case .unknownPod(let range): "taken for a pod of another node: it is in \(range), and no object has it"
      case .otherNode(let name): "node \(name)"
      case .outside: "outside the cluster as far as the input tells"
      case .madeUp: "made up for a client outside the cluster"
      }
    return interface.isEmpty ? what : what + "; comes in by \(interface)"
  }
}

extension Destination {
  func words(_ frontend: Frontend?) -> String {
    let socket = TraceText.socket(address, port) + "/\(transport.word)"
    guard let frontend else { return socket }
    return socket + ", \(frontend.kind.rawValue) of \(frontend.servicePort)"
  }
}

extension Destination.Choice {
  var words: String {
    switch self {
    case .namespace(let service, let expected):
      "no Service of that name is in namespace \(expected), so \(service) is meant; clients elsewhere must say "
        + "\(service.name).\(service.namespace)"
    case .transport(let transport, let port): "port \(port) exists with \(transport.rawValue) only, so that is asked"
    case .onlyPort(let port, let transport): "no port was given: \(port)/\(transport.word) is the only one"
    case .family(let family): "\(family.rawValue) is asked; --family chooses the other"
    }
  }
}

extension Answer {
  /// The verdict in one line, and what a client notices of it.
  func headline(_ source: Source, _ destination: Destination) -> String {
    // What the node itself sends is refused to the sender, who would otherwise hear of it by ICMP or not at all.
    let isRefusedToSender = source.origin.isMadeOnNode && destination.transport == .udp
    switch verdict {
    case .outcome(.dnat):
      let rewriting =
        switch masquerading {
        case .yes: "source rewritten"
        case .no: "source kept"
        default: "source rewritten for some"
        }
      let count = backends.count
      let target = count == 1 ? "the endpoint \(backends[0].socket)" : "one of \(count) endpoints"
      return "SENT to \(target), \(rewriting)"
    case .outcome(.reject):
      let noticed =
        isRefusedToSender
        ? "sending fails" : destination.transport == .tcp ? "connection refused" : "port unreachable"
      return "REJECTED: the client is told at once (\(noticed))"
    case .outcome(.drop):
      return isRefusedToSender
        ? "DROPPED: the client is told at once (sending fails)" : "DROPPED: the client hears nothing (timeout)"
    case .outcome(.accept): return "ACCEPTED as it is, not translated"
    case .outcome(.noMatch): return "UNTOUCHED: goes on to the address as it is"
    case .mixed: return "SEVERAL ENDS, by chance"
    case .unknown: return "UNKNOWN: a rule on the way cannot be evaluated"
    }
  }
}

extension Answer.ReachedBackend {
  var socket: String { TraceText.socket(address, port) }

  /// `Pod shop/web-0, node-1, zone a, ready`; empty where nothing is known.
  var words: String {
    guard let facts else { return "" }
    return [facts.pod?.description, facts.nodeName, facts.zone.map { "zone \($0)" }, facts.condition]
      .compactMap(\.self).joined(separator: ", ")
  }
}

extension NameAnswer {
  var headline: String {
    switch self {
    case .unknown(let name, _, _, _): "\(name): NO SUCH NAME, cluster DNS answers NXDOMAIN"
    case .ambiguous(let name, _): "\(name): SEVERAL SERVICES have this name"
    case .unknownPort(let name, let ports): "\(ports.service): NO PORT is called \"\(name)\""
    case .headless(let headless): "\(headless.service): HEADLESS, no rules: clients connect to endpoints themselves"
    case .externalName(let service, _, _): "\(service): EXTERNAL NAME, no rules: cluster DNS answers with another name"
    case .notAllocated(let service): "\(service): NO CLUSTER IP yet, so that there are no rules"
    }
  }

  var reasons: [String] {
    switch self {
    case .unknown(_, let expected, let elsewhere, let similar):
      return NameAnswer.reasons(unknown: expected, elsewhere, similar)
    case .ambiguous(_, let services):
      return ["say which one: " + services.map { "\($0.name).\($0.namespace)" }.joined(separator: ", ")]
    case .unknownPort(_, let ports): return ["it has \(ports)"]
    case .headless(let headless): return headless.reasons
    case .externalName(_, let target, _):
      return [
        target.map { "clients connect to \($0) and to its port; ports of the Service mean nothing" }
          ?? "spec.externalName is missing, so that cluster DNS has no answer"
      ]
    case .notAllocated:
      return ["the input was written by hand, or the Service is about to be created; --allocate gives out addresses"]
    }
  }

  private static func reasons(
    unknown expected: NamespacedName?, _ elsewhere: [NamespacedName], _ similar: [NamespacedName]
  ) -> [String] {
    guard let expected else { return ["it is no name of a Service, nor of a node of the input"] }
    var reasons = ["no Service \(expected.name) is in namespace \(expected.namespace) of the input"]
    if !elsewhere.isEmpty {
      reasons.append(
        "a Service of that name is in another namespace: "
          + elsewhere.map { "\($0.name).\($0.namespace)" }.joined(separator: ", "))
    }
    if !similar.isEmpty {
      reasons.append("similar: " + similar.map { "\($0.name).\($0.namespace)" }.joined(separator: ", "))
    }
    return reasons
  }

  var records: [DNSRecord] {
    switch self {
    case .headless(let headless): headless.records
    case .externalName(_, _, let record): record.map { [$0] } ?? []
    case .unknown, .ambiguous, .unknownPort, .notAllocated: []
    }
  }
}

extension NameAnswer.Headless {
  fileprivate var reasons: [String] {
    var reasons: [String] = []
    let hidden = Set(endpoints.filter { !$0.isReady }.map(\.address)).count
    if endpoints.isEmpty {
      reasons.append("it has no endpoints: cluster DNS has no address to answer with")
    } else if hidden > 0 {
      reasons.append("\(hidden) \(hidden == 1 ? "endpoint is" : "endpoints are") not ready and left out by cluster DNS")
    }
    if publishesNotReady { reasons.append("publishNotReadyAddresses: endpoints count as ready from the start") }
    if let askedPort, !endpointPorts.isEmpty, !endpointPorts.contains(askedPort) {
      reasons.append(
        "nothing listens on port \(askedPort) as far as the slices tell: without a cluster IP no port is translated, "
          + "the port to connect to is \(endpointPorts.map(String.init).joined(separator: ", "))")
    }
    return reasons
  }
}
