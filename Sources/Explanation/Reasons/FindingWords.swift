import KubernetesObjects
import NetworkAddresses
import ServicePlan

extension Finding {
  /// A word for programs that read explanations. Never changes its meaning.
  public var code: String {
    switch self {
    case .clusterPolicy: "cluster-policy"
    case .localPolicy: "local-policy"
    case .podShortCircuit: "pod-short-circuit"
    case .nodeShortCircuit: "node-short-circuit"
    case .terminatingFallback: "terminating-fallback"
    case .nodeHints: "node-hints"
    case .zoneHints: "zone-hints"
    case .hintsIgnored: "hints-ignored"
    case .notReady: "endpoints-not-ready"
    case .affinity: "session-affinity"
    case .masqueradedExternal: "masqueraded-external"
    case .masqueradeAll: "masquerade-all"
    case .masqueradedNotLocal: "masqueraded-not-local"
    case .notMasqueradedLocal: "not-masqueraded-local"
    case .notMasqueradedNoDetector: "not-masqueraded-no-detector"
    case .hairpin: "hairpin"
    case .masqueradeWithoutEffect: "masquerade-without-effect"
    case .sourceRange: "in-source-ranges"
    case .sourceIsLoadBalancer: "source-is-load-balancer"
    case .notInSourceRanges: "not-in-source-ranges"
    case .sourceRangesNotAsked: "source-ranges-not-asked"
    case .noEndpoints(.noSlices): "no-slices"
    case .noEndpoints(.emptySlices): "no-endpoints"
    case .noEndpoints(.portNotInSlices): "port-not-in-slices"
    case .noEndpoints(.noneUsable): "no-usable-endpoints"
    case .noLocalEndpoint: "no-local-endpoint"
    case .notRefusedHere: "not-refused-here"
    case .loopbackGuard: "loopback-guard"
    case .loopbackFromElsewhere: "loopback-from-elsewhere"
    case .undeclaredPort: "undeclared-port"
    case .otherTransport: "other-protocol"
    case .isNodePortOf: "is-node-port"
    case .isTargetPortOf: "is-target-port"
    case .unallocated: "unallocated-address"
    case .nodePortNotServed: "node-port-not-served"
    case .noNodePort: "no-node-port"
    case .otherNode: "other-node"
    case .proxyMode: "load-balancer-proxy-mode"
    case .healthCheck: "health-check"
    case .endpointAddress: "endpoint-address"
    case .nodeItself: "node-itself"
    case .unknownAddress: "unknown-address"
    case .otherProxy: "other-proxy"
    case .ownedByOther: "owned-by-other"
    case .namedByRules: "named-by-rules"
    case .noRuleMatched: "no-rule-matched"
    case .disagreement: "disagreement"
    case .otherRules: "other-rules"
    }
  }

  /// One sentence or two, without a full stop at the end.
  public var sentence: String {
    switch self {
    case .clusterPolicy(let policy):
      return "\(policy.rawValue) is Cluster: endpoints on all nodes are used"
    case .localPolicy(let policy, let node, let elsewhere):
      let rest =
        elsewhere.isEmpty
        ? "" : "; \(Words.count(elsewhere.count, "ready endpoint")) \(Finding.places(elsewhere)) left out"
      return "\(policy.rawValue) is Local: only endpoints on \(node) are used"
        + (policy == .external ? ", and they see the client's own address" : "") + rest
    case .podShortCircuit(let detected):
      return "externalTrafficPolicy is Local, but the source counts as local pod traffic (\(detected.words)): "
        + "such traffic uses endpoints on all nodes and keeps its source"
    case .nodeShortCircuit:
      return "externalTrafficPolicy is Local, but the source is an address of this node: such traffic uses endpoints "
        + "on all nodes, and its source is rewritten"
    case .terminatingFallback(let node):
      return "no endpoint\(node.map { " on \($0)" } ?? "") is ready: those that terminate but still serve are used"
    case .nodeHints(let node, let leftOut):
      return "hints ask for endpoints meant for \(node): \(Words.count(leftOut.count, "ready endpoint")) "
        + "\(Finding.places(leftOut)) left out"
    case .zoneHints(let zone, let leftOut):
      return "topology hints ask for endpoints meant for zone \(zone): "
        + "\(Words.count(leftOut.count, "ready endpoint")) \(Finding.places(leftOut)) left out"
    case .hintsIgnored(let reason): return "topology hints are ignored: \(reason.words)"
    case .notReady(let endpoints):
      return "not used: \(Words.list(endpoints.map(\.words), atMost: 6))"
    case .affinity(let seconds):
      return "sessionAffinity is ClientIP: the shares are those of a new client; within "
        + "\(Words.duration(seconds: seconds)) of its last connection a client gets the same endpoint again"
    case .masqueradedExternal:
      return "the source is rewritten to an address of this node: externalTrafficPolicy Cluster always does that, "
        + "so that answers come back this way; endpoints do not see the client"
    case .masqueradeAll:
      return "the source is rewritten to an address of this node: masqueradeAll is set"
    case .masqueradedNotLocal(let detector, let interface):
      return "the source is rewritten to an address of this node: it does not count as local pod traffic, "
        + detector.denial(interface)
    case .notMasqueradedLocal(let detected):
      return "the source is kept: it counts as local pod traffic (\(detected.words))"
    case .notMasqueradedNoDetector:
      return "the source is kept: nothing is configured that tells pods of this node from others (--cluster-cidr, "
        + "--detect-local-mode), so that traffic to cluster IPs is never rewritten; a client from outside the cluster "
        + "gets answers only where they happen to come back by this node"
    case .hairpin(let address):
      return
        "where \(address) is chosen for its own connection its source is rewritten, or the answer would never come "
        + "back by this node"
    case .masqueradeWithoutEffect:
      return "where the endpoint is on this node's own address the packet is delivered before its source would be "
        + "rewritten, and keeps it"
    case .sourceRange(let range):
      return "the source is in loadBalancerSourceRanges (\(range))"
    case .sourceIsLoadBalancer:
      return "the source is the load balancer's own address, which is let in because loadBalancerSourceRanges cover "
        + "this node"
    case .notInSourceRanges(let ranges):
      return "the source is not in loadBalancerSourceRanges (\(Words.list(ranges.map(\.description), atMost: 8)))"
    case .sourceRangesNotAsked:
      return "the source is not in loadBalancerSourceRanges, but iptables asks for them only where there are endpoints"
    case .noEndpoints(let reason): return reason.words
    case .noLocalEndpoint(let policy, let node, let here, let elsewhere):
      return Finding.noLocalEndpoint(policy, node, here, elsewhere)
    case .notRefusedHere(let kind, let mode, let madeOnNode): return Finding.notRefusedHere(kind, mode, madeOnNode)
    case .loopbackGuard:
      return
        "packets from elsewhere to 127.0.0.0/8 are dropped: node ports are served on localhost, and nobody else may "
        + "use that"
    case .loopbackFromElsewhere:
      return "no rule is for it, but the kernel itself takes no packets from elsewhere to loopback addresses"
    case .undeclaredPort(let ports, let kind, let mode):
      let what = kind == .clusterIP && mode == .nftables ? "nftables rejects such packets at once" : "no rule is for it"
      return "Service \(ports.service) does not declare this port on its \(kind.rawValue): it has \(ports); \(what)"
    case .otherTransport(let transport, let name):
      return "the same number is a \(transport.rawValue) port of \(name); ask with /\(transport.word)"
    case .isNodePortOf(let name, let port):
      return "\(port) is the node port of \(name): it is served on addresses of nodes, not on this one"
    case .isTargetPortOf(let name, let port):
      return "\(port) is the port its endpoints listen on (targetPort), which clients of the Service never use; "
        + "\(name) is the port of the Service"
    case .unallocated(let range, let mode):
      return "no Service has this address, which is in the Service range \(range): "
        + (mode == .nftables
          ? "nftables drops such packets" : "iptables has no rule for it, the packet leaves untouched")
    case .nodePortNotServed(let name, let addresses, let mode):
      let served =
        addresses.map { $0.isEmpty ? "on no address of this node" : "on \(Words.list($0.map(\.description))) only" }
        ?? "on every address but loopback"
      return "it is the node port of \(name), but \(mode.rawValue) serves node ports \(served) (nodePortAddresses)"
    case .noNodePort:
      return "the address is this node's own, and no Service has this node port: a process on the node may answer"
    case .otherNode(let node, let name):
      return "the address belongs to node \(node): this node only passes the packet on"
        + (name.map { "; there the port is the node port of \($0), explain it with --node-name \(node)" } ?? "")
    case .proxyMode(let service):
      return "the address is a load balancer address of Service \(service) with ipMode Proxy: nodes leave it alone, "
        + "the load balancer itself must take the packet"
    case .healthCheck(let service, let ready):
      return "it is the health check node port of Service \(service): no translation, the proxy itself answers, with "
        + (ready > 0 ? "200, for \(Words.count(ready, "ready endpoint")) here" : "503, for no endpoint here is ready")
    case .endpointAddress(let pod, let service, let node):
      let what =
        pod.map { "Pod \($0)" + (service.map { ", an endpoint of \($0)," } ?? "") }
        ?? "an endpoint" + (service.map { " of \($0)" } ?? "")
      return "the address is no frontend but that of \(what)"
        + (node.map { " on \($0)" } ?? "") + ": Services have no part in it"
    case .nodeItself:
      return "the address is this node's own: a process on the node answers, Services have no part in it"
    case .unknownAddress:
      return "no Service, endpoint or node of the input has this address: Services have no part in it"
    case .otherProxy(let service, let label):
      return "Service \(service) is left to another proxy: its label \(Service.proxyNameLabel) is \"\(label)\""
    case .ownedByOther(let owner, let asked):
      return "address and port of \(asked) belong to \(owner), which comes first by name; \(asked) is not served there"
    case .namedByRules(let names): return "the rules say that this is \(Words.list(names))"
    case .noRuleMatched: return "no rule is for this packet"
    case .disagreement(let expected):
      return "this is a bug in svcnat: by the objects the packet should be \(expected); please report it with the input"
    case .otherRules(let expected):
      return "these rules do not do what the input asks for: by the input the packet should be \(expected). They are "
        + "older than the input, or made for another node or configuration"
    }
  }

  /// `on node-1 and node-3 are`
  private static func places(_ endpoints: [EndpointFacts]) -> String {
    "\(nodes(endpoints)) \(endpoints.count == 1 ? "is" : "are")"
  }

  /// `on node-1 and node-3`
  fileprivate static func nodes(_ endpoints: [EndpointFacts]) -> String {
    let nodes = Set(endpoints.compactMap(\.nodeName)).sorted()
    if nodes.isEmpty { return "without a node" }
    return "on \(Words.list(nodes, atMost: 6))"
  }

  private static func noLocalEndpoint(
    _ policy: Policy, _ node: String, _ here: [EndpointFacts], _ elsewhere: [EndpointFacts]
  ) -> String {
    var text = "\(policy.rawValue) is Local and "
    text +=
      here.isEmpty
      ? "no endpoint is on \(node)"
      : "no endpoint on \(node) can be used (\(Words.list(here.map { "\(Words.socket($0.address, $0.port)) \($0.condition)" }, atMost: 6)))"
    let ready = elsewhere.filter(\.isReady)
    if !ready.isEmpty {
      text += "; its \(Words.count(ready.count, "ready endpoint")) \(ready.count == 1 ? "is" : "are") \(nodes(ready))"
    } else if !elsewhere.isEmpty {
      text += "; elsewhere there are only \(Words.list(elsewhere.map(\.words), atMost: 4))"
    }
    return text
  }

  private static func notRefusedHere(_ kind: Frontend.Kind, _ mode: ProxyMode, _ madeOnNode: Bool) -> String {
    if mode == .iptables, madeOnNode {
      return
        "iptables refuses packets to \(kind.withArticle) only where they come in or are forwarded; one that the node "
        + "itself makes leaves untouched"
    }
    return "no rule of \(mode.rawValue) refuses packets to \(kind.withArticle) on this way through the node"
  }
}

extension Frontend.Kind {
  /// `a cluster IP`, `an external IP`
  fileprivate var withArticle: String { (self == .externalIP ? "an " : "a ") + rawValue }
}

extension Finding.DetectedBy {
  var words: String {
    switch self {
    case .source(let prefix): "its address is in \(prefix)"
    case .interface(let name): "it comes in by \(name)"
    case .interfacePrefix(let prefix): "it comes in by an interface \(prefix)*"
    }
  }
}

extension LocalTrafficDetector {
  fileprivate func denial(_ interface: String) -> String {
    let way = interface.isEmpty ? "the node made it itself" : "it comes in by \(interface)"
    return switch self {
    case .source(let prefix): "not being in \(prefix)"
    case .interface(let name): "not coming in by \(name) (\(way))"
    case .interfacePrefix(let prefix): "not coming in by an interface \(prefix)* (\(way))"
    }
  }
}

extension Finding.HintsIgnored {
  fileprivate var words: String {
    switch self {
    case .nodeHasNoZone: "the node has no zone label"
    case .incomplete(let endpoint): "\(Words.socket(endpoint.address, endpoint.port)) has none, and all must have one"
    case .noneForZone(let zone): "none is for zone \(zone)"
    }
  }
}

extension Finding.NoEndpoints {
  fileprivate var words: String {
    switch self {
    case .noSlices(let selector, let pods):
      let start = "no EndpointSlice belongs to the Service"
      if selector.isEmpty { return start + ", and it has no selector that would make the cluster write one" }
      return start + (pods.map { ": \(Finding.NoEndpoints.words(selector, matching: $0))" } ?? "")
    case .emptySlices(let selector, let pods):
      let start = "the Service has EndpointSlices, but no endpoint is in them"
      if selector.isEmpty { return start }
      return start + ": "
        + (pods.map { Finding.NoEndpoints.words(selector, matching: $0) }
          ?? "no running Pod matches its selector \(Finding.NoEndpoints.words(selector))")
    case .portNotInSlices(let name, let transport, let has):
      let wanted = name.isEmpty ? "an unnamed port" : "a port \"\(name)\""
      return "no EndpointSlice has \(wanted) with \(transport.rawValue), only \(Words.list(has, atMost: 6)): names and "
        + "protocols of Service and slices must be the same"
    case .noneUsable(let endpoints):
      return "\(endpoints.count == 1 ? "the only endpoint" : "none of the \(endpoints.count) endpoints") can"
        + "\(endpoints.count == 1 ? "not" : "") be used: \(Words.list(endpoints.map(\.words), atMost: 6))"
    }
  }
}

extension Finding.NoEndpoints {
  private static func words(_ selector: [String: String]) -> String {
    Words.list(selector.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }, atMost: 4)
  }

  private static func words(_ selector: [String: String], matching pods: Int) -> String {
    "its selector \(words(selector)) matches \(pods == 0 ? "no Pod" : Words.count(pods, "Pod")) of the input"
  }
}

extension EndpointFacts {
  /// `10.244.1.5:8080 (not ready, on node-2)`
  var words: String {
    "\(Words.socket(address, port)) (\(condition)\(nodeName.map { ", on \($0)" } ?? ""))"
  }
}
