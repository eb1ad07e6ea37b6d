import KubernetesObjects
import NetworkAddresses

/// SVC4xx: what a load balancer gives, and who may connect to it.
enum LoadBalancerChecks {
  static let pending = Check(
    "SVC401", "LoadBalancerIsPending", .warning, "a load balancer without an address",
    what: "The Service is of type LoadBalancer, has a cluster IP, and nothing in `status.loadBalancer.ingress`. "
      + "`kubectl get service` shows `<pending>`.",
    why: "Nobody reaches it from outside, except by its node ports.",
    remedy:
      "Install something that gives out addresses (a cloud controller, MetalLB, kube-vip), or look at its log and "
      + "at `kubectl describe service`. `loadBalancerClass` may name one that is not there.",
    advice: "See kubectl describe service, and whether the cluster has a load balancer controller.",
    example: """
      spec: {type: LoadBalancer, clusterIP: 10.96.0.20}
      status: {loadBalancer: {}}
      """)

  static let hostnameOnly = Check(
    "SVC402", "LoadBalancerHasHostnameOnly", .info, "a load balancer with a host name and no address",
    what: "`status.loadBalancer.ingress` has host names only, as some clouds give them.",
    why: "A proxy makes no rules for a host name: traffic from inside the cluster takes the way through the load "
      + "balancer, and `loadBalancerSourceRanges` is enforced there alone.",
    remedy: "Nothing, if that is what was meant.",
    advice: "Nothing to do if traffic may take the way through the load balancer.",
    example: """
      status:
        loadBalancer:
          ingress: [{hostname: lb-17.cloud.example}]
      """)

  static let unreadableRange = Check(
    "SVC403", "SourceRangeIsUnreadable", .warning, "a source range that is none",
    what: "An entry of `loadBalancerSourceRanges` is no CIDR.",
    why: "A proxy skips it. If no other range of the family is left, everybody may connect.",
    remedy: "Write an address and a prefix length: `203.0.113.0/24`, `203.0.113.7/32`, `2001:db8::/32`.",
    advice: "Write a CIDR such as 203.0.113.0/24; one host is 203.0.113.7/32.",
    example: """
      spec:
        loadBalancerSourceRanges: [203.0.113.7]       # lacks /32
      """)

  static let rangeWithoutFamily = Check(
    "SVC404", "SourceRangeHasNoFamily", .warning, "a source range of a family that the Service lacks",
    what: "An entry of `loadBalancerSourceRanges` is IPv6, and the Service has no IPv6 cluster IP; or the other way "
      + "around.",
    why: "The range has no effect.",
    remedy: "Remove it, or make the Service dual-stack.",
    advice: "Remove it, or make the Service dual-stack.",
    example: """
      spec:
        ipFamilies: [IPv4]
        loadBalancerSourceRanges: [203.0.113.0/24, "2001:db8::/32"]
      """)

  static let rangeOfAll = Check(
    "SVC405", "SourceRangeIsEverything", .warning, "a source range that lets everybody in",
    what: "`loadBalancerSourceRanges` has `0.0.0.0/0` or `::/0`.",
    why: "It switches the filter off for its family: the other ranges have no effect.",
    remedy: "Remove it, or remove the others if everybody is to be let in.",
    advice: "Remove it, or the others.",
    example: """
      spec:
        loadBalancerSourceRanges: [10.0.0.0/8, 0.0.0.0/0]
      """)

  static let openFamily = Check(
    "SVC406", "SourceRangesLeaveFamilyOpen", .warning, "a family of the load balancer that no source range filters",
    what: "The Service has source ranges, and serves a family that none of them is of.",
    why: "Ranges filter their own family alone: in the other everybody may connect.",
    remedy: "Add ranges of that family. One that matches nobody, such as `100::/128`, closes it.",
    advice: "Add ranges of that family; 192.0.2.0/32 or 100::/128 matches nobody.",
    example: """
      spec:
        type: LoadBalancer
        ipFamilies: [IPv4, IPv6]
        loadBalancerSourceRanges: [203.0.113.0/24]    # IPv6 is open
      """)

  static let rangesOfOtherType = Check(
    "SVC407", "SourceRangesHaveNoEffect", .warning, "source ranges without a load balancer",
    what: "A Service that is not of type LoadBalancer has `loadBalancerSourceRanges`.",
    why:
      "They filter load balancer addresses alone: cluster IPs, external IPs and node ports are open to everybody. An "
      + "API server refuses them.",
    remedy: "Use a NetworkPolicy, or a load balancer.",
    advice: "Use a NetworkPolicy: node ports and external IPs are not filtered.",
    example: """
      spec:
        type: NodePort
        loadBalancerSourceRanges: [203.0.113.0/24]
      """)

  static let rangeAnnotation = Check(
    "SVC408", "SourceRangeAnnotation", .warning, "source ranges in an annotation",
    what: "The annotation `service.beta.kubernetes.io/load-balancer-source-ranges` is set.",
    why: "Some cloud controllers read it; proxies read `spec.loadBalancerSourceRanges` alone. Traffic from inside the "
      + "cluster is not filtered.",
    remedy: "Write the ranges to `spec.loadBalancerSourceRanges`; cloud controllers prefer it to the annotation.",
    advice: "Write them to spec.loadBalancerSourceRanges.",
    example: """
      metadata:
        annotations:
          service.beta.kubernetes.io/load-balancer-source-ranges: 203.0.113.0/24
      """)

  static let checks = [
    pending, hostnameOnly, unreadableRange, rangeWithoutFamily, rangeOfAll, openFamily, rangesOfOtherType,
    rangeAnnotation,
  ]

  static func run(_ cluster: CheckedCluster, _ findings: inout [Finding]) {
    for service in cluster.services where service.kind != .externalName {
      if service.kind == .loadBalancer, !service.isHeadless { ingress(service, &findings) }
      ranges(service, cluster, &findings)
      if let annotation = service.annotations["service.beta.kubernetes.io/load-balancer-source-ranges"] {
        findings.append(
          Finding(
            rangeAnnotation, service, field: "metadata.annotations", at: annotation.position,
            "service.beta.kubernetes.io/load-balancer-source-ranges is not read by proxies"))
      }
    }
  }

  private static func ingress(_ service: Service, _ findings: inout [Finding]) {
    if service.loadBalancerIngress.isEmpty {
      // One that has no address of its own yet was written by hand, and has no status.
      let isStored = service.clusterIPs.contains { $0.position != service.position }
      if isStored { findings.append(Finding(pending, service, "the load balancer has no address yet")) }
    } else if service.loadBalancerIngress.allSatisfy({ $0.address == nil }) {
      let first = service.loadBalancerIngress[0]
      findings.append(
        Finding(
          hostnameOnly, service, field: "status.loadBalancer.ingress", at: first.position,
          "\(Wording.list(service.loadBalancerIngress.compactMap(\.hostname))) has no address that a proxy could serve")
      )
    }
  }

  private static func ranges(_ service: Service, _ cluster: CheckedCluster, _ findings: inout [Finding]) {
    guard let first = service.sourceRanges.first else { return }
    let field = "spec.loadBalancerSourceRanges"
    guard service.kind == .loadBalancer else {
      let hasAddress = service.loadBalancerIngress.contains { $0.address != nil && $0.mode == .vip }
      if !hasAddress {
        findings.append(
          Finding(
            rangesOfOtherType, service, field: field, at: first.position,
            "the Service is of type \(service.kind.rawValue): its source ranges filter nothing"))
      }
      return
    }
    let families = cluster.families(of: service)
    for (index, range) in service.sourceRanges.enumerated() {
      if let families, !families.contains(range.value.family) {
        findings.append(
          Finding(
            rangeWithoutFamily, service, field: "\(field)[\(index)]", at: range.position,
            "\(range.value) has no effect: the Service has no \(range.value.family.rawValue) cluster IP"))
      } else if range.value.isZeroLength {
        let others = service.sourceRanges.count { $0.value.family == range.value.family } - 1
        findings.append(
          Finding(
            rangeOfAll, service, field: "\(field)[\(index)]", at: range.position,
            "\(range.value) lets everybody in"
              + (others > 0
                ? "; \(Wording.count(others, "other range")) \(others == 1 ? "has" : "have") no effect" : "")))
      }
    }
    // Before there are addresses any family may get one.
    let served = Set(service.loadBalancerIngress.filter { $0.mode == .vip }.compactMap(\.address?.family))
    let open = (families ?? []).filter { service.loadBalancerIngress.isEmpty || served.contains($0) }
    for family in open where !service.sourceRanges.contains(where: { $0.value.family == family }) {
      findings.append(
        Finding(
          openFamily, service, field: field, at: first.position,
          "no range is \(family.rawValue): everybody may connect to its \(family.rawValue) addresses"))
    }
  }
}
