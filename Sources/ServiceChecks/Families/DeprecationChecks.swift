import KubernetesObjects

/// SVC7xx: what Kubernetes gives up.
enum DeprecationChecks {
  static let externalIPs = Check(
    "SVC701", "ExternalIPsAreDeprecated", .warning, "externalIPs is deprecated",
    what: "The Service has `spec.externalIPs`, which Kubernetes 1.36 deprecates.",
    why: "Anybody who may write a Service can take over traffic to any address with it, so that clusters switch it off "
      + "(feature gate AllowServiceExternalIPs, admission plugin DenyServiceExternalIPs).",
    remedy: "Use type LoadBalancer with a controller that gives out addresses, or a Gateway.",
    advice: "Use type LoadBalancer, or a Gateway.",
    example: """
      spec:
        externalIPs: [198.51.100.7]
      """)

  static let topologyHints = Check(
    "SVC702", "TopologyAwareHintsAnnotation", .warning, "the annotation topology-aware-hints is deprecated",
    what: "The annotation `service.kubernetes.io/topology-aware-hints` is set, deprecated since Kubernetes 1.27.",
    why: "Other programs, and Kubernetes in time, no longer read it: traffic leaves the zone without a word.",
    remedy:
      "Use `spec.trafficDistribution: PreferSameZone`, since Kubernetes 1.35 without a feature gate (as PreferClose "
      + "since 1.33).",
    advice: "Use spec.trafficDistribution: PreferSameZone.",
    example: """
      metadata:
        annotations: {service.kubernetes.io/topology-aware-hints: auto}
      """)

  static let topologyMode = Check(
    "SVC703", "TopologyModeAnnotation", .info, "the annotation topology-mode has a successor",
    what: "The annotation `service.kubernetes.io/topology-mode` is set.",
    why: "It works by a heuristic that switches itself off under many conditions. `spec.trafficDistribution` is its "
      + "successor; with both set the annotation wins.",
    remedy: "Use `spec.trafficDistribution: PreferSameZone`, if traffic need not be spread by the CPUs of the zones.",
    advice: "Use spec.trafficDistribution: PreferSameZone.",
    example: """
      metadata:
        annotations: {service.kubernetes.io/topology-mode: Auto}
      """)

  static let preferClose = Check(
    "SVC704", "PreferCloseIsDeprecated", .warning, "trafficDistribution: PreferClose is deprecated",
    what: "`trafficDistribution` is PreferClose, an older name of PreferSameZone.",
    why: "It means the same, and API servers warn of it.",
    remedy: "Write PreferSameZone. Kubernetes before 1.34 knows only PreferClose.",
    advice: "Write PreferSameZone.",
    example: """
      spec:
        trafficDistribution: PreferClose
      """)

  static let loadBalancerIP = Check(
    "SVC705", "LoadBalancerIPIsDeprecated", .warning, "loadBalancerIP is deprecated",
    what: "The Service has `spec.loadBalancerIP`, deprecated since Kubernetes 1.24.",
    why: "It has room for one family, and controllers understand it differently or not at all.",
    remedy: "Use the annotation of the load balancer controller for its addresses.",
    advice: "Use the annotation of the load balancer controller.",
    example: """
      spec:
        type: LoadBalancer
        loadBalancerIP: 203.0.113.10
      """)

  static let endpoints = Check(
    "SVC706", "EndpointsAreDeprecated", .info, "endpoints written as Endpoints",
    what: "The endpoints of a Service come from a `v1` Endpoints object, deprecated since Kubernetes 1.33.",
    why: "A controller mirrors it to EndpointSlices: at most 1,000 addresses, one family at a time, no zones and no "
      + "conditions but ready.",
    remedy: "Write an EndpointSlice with the label `kubernetes.io/service-name`.",
    advice: "Write an EndpointSlice with the label kubernetes.io/service-name.",
    example: """
      apiVersion: v1
      kind: Endpoints
      """)

  static let tolerateUnready = Check(
    "SVC707", "TolerateUnreadyAnnotation", .warning, "the annotation tolerate-unready-endpoints is no longer read",
    what: "The annotation `service.alpha.kubernetes.io/tolerate-unready-endpoints` is set.",
    why: "No supported release reads it: Pods that are not ready are left out.",
    remedy: "Set `spec.publishNotReadyAddresses: true`.",
    advice: "Set spec.publishNotReadyAddresses: true.",
    example: """
      metadata:
        annotations: {service.alpha.kubernetes.io/tolerate-unready-endpoints: "true"}
      """)

  static let checks = [
    externalIPs, topologyHints, topologyMode, preferClose, loadBalancerIP, endpoints, tolerateUnready,
  ]

  private static let annotations = [
    ("service.kubernetes.io/topology-aware-hints", topologyHints, "is deprecated since Kubernetes 1.27"),
    ("service.kubernetes.io/topology-mode", topologyMode, "has spec.trafficDistribution for a successor"),
    ("service.alpha.kubernetes.io/tolerate-unready-endpoints", tolerateUnready, "is not read by any supported release"),
  ]

  static func run(_ cluster: CheckedCluster, _ findings: inout [Finding]) {
    for service in cluster.services {
      if let first = service.externalIPs.first, service.kind != .externalName, !service.isHeadless {
        findings.append(
          Finding(
            externalIPs, service, field: "spec.externalIPs", at: first.position, "deprecated since Kubernetes 1.36"))
      }
      for (name, check, message) in annotations {
        guard let annotation = service.annotations[name] else { continue }
        if check == tolerateUnready, annotation.value != "true" || service.publishNotReadyAddresses { continue }
        findings.append(
          Finding(check, service, field: "metadata.annotations", at: annotation.position, "\(name) \(message)"))
      }
      if let distribution = service.trafficDistribution, distribution.value == "PreferClose" {
        findings.append(
          Finding(
            preferClose, service, field: "spec.trafficDistribution", at: distribution.position,
            "PreferClose is the deprecated name of PreferSameZone"))
      }
      if let address = service.loadBalancerIP {
        findings.append(
          Finding(
            loadBalancerIP, service, field: "spec.loadBalancerIP", at: address.position,
            "deprecated since Kubernetes 1.24"))
      }
      if let slice = cluster.slices(of: service).first(where: { $0.origin == .mirroredFromEndpoints }) {
        findings.append(
          Finding(
            endpoints, service, at: slice.position, "its endpoints come from a v1 Endpoints object"))
      }
    }
  }
}
