import KubernetesObjects
import NetworkAddresses

/// SVC5xx: where traffic may go from each node.
enum TrafficChecks {
  static let nodesWithoutExternal = Check(
    "SVC501", "ExternalTrafficIsDroppedOnNodes", .warning,
    "externalTrafficPolicy: Local, and nodes without an endpoint",
    what:
      "A NodePort Service, or one with external IPs, has `externalTrafficPolicy: Local`, and nodes of the input have "
      + "no endpoint of it. Nodes of the control plane and nodes that are going away are not counted.",
    why: "A client that connects to one of those nodes gets no answer: the packets are dropped. Nothing tells clients "
      + "which nodes to use.",
    remedy:
      "Run a Pod on every node that clients use (a DaemonSet, or a node selector and addresses that agree), or set "
      + "the policy to Cluster, which hides the addresses of clients.",
    advice: "Run a Pod on every node that clients use, or set externalTrafficPolicy: Cluster.",
    example: """
      spec:
        type: NodePort
        externalTrafficPolicy: Local          # two Pods, seven nodes
      """)

  static let nodesWithoutBalanced = Check(
    "SVC502", "LoadBalancerUsesSomeNodes", .info, "externalTrafficPolicy: Local behind a load balancer",
    what: "A LoadBalancer Service has `externalTrafficPolicy: Local`, and nodes of the input have no endpoint of it.",
    why:
      "Those nodes fail the health check of the load balancer and get no traffic. Until it notices that a Pod moved, "
      + "packets are dropped; and nodes with one Pod get as much traffic as nodes with three.",
    remedy: "Nothing, if the load balancer probes `spec.healthCheckNodePort`. Spread the Pods evenly over the nodes.",
    advice: "See that the load balancer probes the health check node port.",
    example: """
      spec:
        type: LoadBalancer
        externalTrafficPolicy: Local
        healthCheckNodePort: 31000
      """)

  static let nodesWithoutInternal = Check(
    "SVC503", "InternalTrafficIsDroppedOnNodes", .warning,
    "internalTrafficPolicy: Local, and nodes without an endpoint",
    what: "The Service has `internalTrafficPolicy: Local`, and nodes of the input have no endpoint of it. Nodes of the "
      + "control plane and nodes that are going away are not counted.",
    why: "Pods on those nodes cannot reach the Service: their packets are dropped, and connections time out.",
    remedy: "Run a Pod on every node that has clients (a DaemonSet), or set the policy to Cluster. "
      + "`trafficDistribution: PreferSameNode` prefers the same node and falls back to others.",
    advice: "Run a Pod on every node, or use trafficDistribution: PreferSameNode instead.",
    example: """
      spec:
        internalTrafficPolicy: Local          # a Deployment with three Pods, seven nodes
      """)

  static let affinityTimeout = Check(
    "SVC504", "AffinityTimeoutIsOutOfBounds", .error, "a session affinity timeout outside its bounds",
    what: "`sessionAffinityConfig.clientIP.timeoutSeconds` is not between 1 and 86400, which is a day.",
    why: "An API server refuses the Service.",
    remedy: "Choose a number in between; the default is 10800, three hours. Who has to come back to the same Pod after "
      + "days needs a session in the application.",
    advice: "Choose 1 to 86400 seconds; nothing else was checked of this object.",
    example: """
      spec:
        sessionAffinity: ClientIP
        sessionAffinityConfig: {clientIP: {timeoutSeconds: 864000}}
      """)

  static let incompleteHints = Check(
    "SVC505", "TopologyHintsAreIncomplete", .warning, "topology hints that are ignored because some are missing",
    what: "Some ready endpoints of a family have hints, and others have none.",
    why:
      "Hints count only if every ready endpoint has some of the kind: traffic goes to all endpoints, in whatever zone.",
    remedy: "Slices that are written by hand need hints on every endpoint. A controller leaves them out while it "
      + "calculates them anew; if it stays so, look at the events of the Service.",
    advice: "Give every ready endpoint a hint, or none.",
    example: """
      kind: EndpointSlice
      endpoints:
      - {addresses: [10.244.1.5], hints: {forZones: [{name: a}]}}
      - {addresses: [10.244.2.5]}
      """)

  static let unusedHints = Check(
    "SVC506", "TopologyIsNotUsedEverywhere", .info, "topology that has no effect on some nodes",
    what:
      "The Service asks for traffic that stays near, by `trafficDistribution` or an annotation, or its endpoints have "
      + "hints; and on some nodes, or all, that has no effect: no endpoint has a hint, no hint is for the zone of the "
      + "node, or the node has no zone.",
    why: "From there traffic goes to the endpoints of all zones.",
    remedy: "Run a Pod in each zone; label all nodes `topology.kubernetes.io/zone`. With the annotation "
      + "`service.kubernetes.io/topology-mode: Auto` the controller sets no hints while there are fewer endpoints than "
      + "zones, or the zones differ much in CPUs; `trafficDistribution: PreferSameZone` has no such conditions.",
    advice: "Run Pods in each zone, and label all nodes with their zone.",
    example: """
      spec:
        trafficDistribution: PreferSameZone   # Pods in zone a, nodes in a and b
      """)

  static let policyWithoutEffect = Check(
    "SVC507", "ExternalPolicyHasNoEffect", .warning, "externalTrafficPolicy: Local that has no effect",
    what: "A Service of type ClusterIP without external IPs has `externalTrafficPolicy: Local`.",
    why: "There is no external traffic it could be about; an API server refuses it.",
    remedy: "Remove it. `internalTrafficPolicy: Local` keeps traffic to the cluster IP on the node.",
    advice: "Remove it; internalTrafficPolicy is the one for cluster IPs.",
    example: """
      spec:
        type: ClusterIP
        externalTrafficPolicy: Local
      """)

  static let unknownDistribution = Check(
    "SVC508", "TrafficDistributionIsUnknown", .warning, "a traffic distribution that does not exist",
    what: "`trafficDistribution` is none of PreferSameZone, PreferSameNode and PreferClose.",
    why: "An API server refuses the Service.",
    remedy: "Use PreferSameZone or PreferSameNode; leave it out to use all endpoints.",
    advice: "Use PreferSameZone or PreferSameNode, or leave it out.",
    example: """
      spec:
        trafficDistribution: SameZone
      """)

  static let checks = [
    nodesWithoutExternal, nodesWithoutBalanced, nodesWithoutInternal, affinityTimeout, incompleteHints, unusedHints,
    policyWithoutEffect, unknownDistribution,
  ]

  static func run(_ cluster: CheckedCluster, _ findings: inout [Finding]) {
    let nodes = cluster.objects.nodes.filter(isUsed).sorted { $0.name < $1.name }
    for service in cluster.services where service.kind != .externalName && !service.isHeadless {
      let slices = cluster.slices(of: service).filter { !$0.isHeadless }
      policies(service, slices, nodes, &findings)
      topology(service, slices, nodes, &findings)
    }
  }

  /// Whether Pods run on a node that is here to stay.
  private static func isUsed(_ node: Node) -> Bool {
    let taints: Set<String> = [
      "node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master", "ToBeDeletedByClusterAutoscaler",
    ]
    return !node.isDeleting && !node.taintKeys.contains(where: taints.contains)
  }

  // MARK: - Policies

  private static func policies(
    _ service: Service, _ slices: [EndpointSlice], _ nodes: [Node], _ findings: inout [Finding]
  ) {
    let isExternal = service.kind != .clusterIP || !service.externalIPs.isEmpty
    if service.externalTrafficPolicy == .local, !isExternal {
      findings.append(
        Finding(
          policyWithoutEffect, service, field: "spec.externalTrafficPolicy", at: service.fields.externalTrafficPolicy,
          "the Service is of type ClusterIP and has no external IPs: the policy has no effect"))
    }
    let isLocal = (
      external: service.externalTrafficPolicy == .local && isExternal,
      internal: service.internalTrafficPolicy == .local
    )
    // Without any endpoint there is nothing to be near to, which is said elsewhere.
    guard isLocal.external || isLocal.internal, let serving = nodesServing(slices) else { return }
    let lacking = nodes.filter { !serving.contains($0.name) }.map(\.name)
    guard !lacking.isEmpty else { return }
    let subject =
      lacking.count == nodes.count
      ? "no node has a usable endpoint"
      : "\(lacking.count) of \(nodes.count) nodes (\(Wording.list(lacking))) have no usable endpoint"
    if isLocal.external {
      let isBalanced = service.kind == .loadBalancer
      findings.append(
        Finding(
          isBalanced ? nodesWithoutBalanced : nodesWithoutExternal, service, field: "spec.externalTrafficPolicy",
          at: service.fields.externalTrafficPolicy,
          subject
            + (isBalanced
              ? ": the load balancer must not send traffic there" : ": traffic from outside is dropped there")))
    }
    if isLocal.internal {
      findings.append(
        Finding(
          nodesWithoutInternal, service, field: "spec.internalTrafficPolicy", at: service.fields.internalTrafficPolicy,
          subject + ": Pods there cannot reach the Service"))
    }
  }

  /// Names of the nodes with an endpoint that local traffic may use (CAT-4). Nil: no endpoint is usable anywhere.
  private static func nodesServing(_ slices: [EndpointSlice]) -> Set<String>? {
    var names: Set<String> = []
    var isUsable = false
    for slice in slices {
      for endpoint in slice.endpoints where endpoint.isReady || (endpoint.isServing && endpoint.isTerminating) {
        isUsable = true
        if let name = endpoint.nodeName { names.insert(name) }
      }
    }
    return isUsable ? names : nil
  }

  // MARK: - Topology

  private static func topology(
    _ service: Service, _ slices: [EndpointSlice], _ nodes: [Node], _ findings: inout [Finding]
  ) {
    if let distribution = service.trafficDistribution,
      !["PreferSameZone", "PreferSameNode", "PreferClose"].contains(distribution.value)
    {
      findings.append(
        Finding(
          unknownDistribution, service, field: "spec.trafficDistribution", at: distribution.position,
          "\"\(distribution.value)\" is none of PreferSameZone, PreferSameNode"))
    }
    for family in IPFamily.allCases {
      let hints = Hints(slices.filter { $0.addressType.family == family })
      guard hints.ready > 0 else { continue }
      if hints.areThere, !hints.nodesCount, !hints.zonesCount {
        let isOfZones = hints.withZones >= hints.withNodes
        let lacking = hints.ready - max(hints.withZones, hints.withNodes)
        findings.append(
          Finding(
            incompleteHints, service, at: hints.firstWithout,
            "\(lacking) of \(hints.ready) ready \(family.rawValue) endpoints \(lacking == 1 ? "has" : "have") no "
              + "\(isOfZones ? "zone" : "node") hint: all hints are ignored"))
        return
      }
      if let reason = unused(service, slices, hints, nodes) {
        findings.append(
          Finding(
            unusedHints, service, field: reason.field, at: reason.position, reason.message))
        return
      }
    }
  }

  private static func unused(
    _ service: Service, _ slices: [EndpointSlice], _ hints: Hints, _ nodes: [Node]
  ) -> (field: String?, position: SourcePosition?, message: String)? {
    guard hints.areThere else {
      // Controllers set hints; slices that were made up here or mirrored never have any.
      guard slices.contains(where: { $0.origin == .written }), let wish = wish(of: service) else { return nil }
      return (wish.field, wish.position, "\(wish.text) asks for traffic that stays near, and no endpoint has a hint")
    }
    guard hints.zonesCount, !nodes.isEmpty else { return nil }
    // Node hints count first, on the nodes they name (TOPO-1).
    let others = nodes.filter { !(hints.nodesCount && hints.nodes.contains($0.name)) }
    let withoutZone = others.filter { $0.zone == nil }.map(\.name)
    let zones = Set(others.compactMap(\.zone)).subtracting(hints.zones).sorted()
    if !zones.isEmpty {
      return (nil, nil, "no endpoint is hinted for zone \(Wording.list(zones)): nodes there use all endpoints")
    }
    if !withoutZone.isEmpty {
      let verb = withoutZone.count == 1 ? "has no zone label and uses" : "have no zone label and use"
      return (nil, nil, "\(Wording.list(withoutZone)) \(verb) all endpoints")
    }
    return nil
  }

  /// What asks for topology.
  private static func wish(of service: Service) -> (field: String, position: SourcePosition, text: String)? {
    if let distribution = service.trafficDistribution {
      return ("spec.trafficDistribution", distribution.position, "trafficDistribution")
    }
    for name in ["service.kubernetes.io/topology-mode", "service.kubernetes.io/topology-aware-hints"] {
      if let annotation = service.annotations[name], annotation.value.lowercased() == "auto" {
        return ("metadata.annotations", annotation.position, name)
      }
    }
    return nil
  }

  /// The hints of ready endpoints (section 7): those of others do not count (TOPO-5).
  private struct Hints {
    var ready = 0
    var withNodes = 0
    var withZones = 0
    var nodes: Set<String> = []
    var zones: Set<String> = []
    /// The first endpoint without any.
    var firstWithout: SourcePosition?

    var areThere: Bool { withNodes > 0 || withZones > 0 }
    /// Whether they count (TOPO-1, TOPO-2).
    var nodesCount: Bool { withNodes == ready }
    var zonesCount: Bool { withZones == ready }

    init(_ slices: [EndpointSlice]) {
      for slice in slices {
        for endpoint in slice.endpoints where endpoint.isReady {
          ready += 1
          guard let hints = endpoint.hints, !(hints.forNodes.isEmpty && hints.forZones.isEmpty) else {
            if firstWithout == nil { firstWithout = endpoint.position }
            continue
          }
          if !hints.forNodes.isEmpty { withNodes += 1 }
          if !hints.forZones.isEmpty { withZones += 1 }
          for node in hints.forNodes { nodes.insert(node) }
          for zone in hints.forZones { zones.insert(zone) }
        }
      }
    }
  }
}
