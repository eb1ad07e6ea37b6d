import KubernetesObjects
import NetworkAddresses
import ServicePlan

/// SVC3xx: addresses and ports that clients use.
enum FrontendChecks {
  static let sharedNodePort = Check(
    "SVC301", "NodePortIsShared", .error, "a node port that two Services ask for",
    what: "Two Service ports have the same node port and protocol, or a health check node port is a node port as well.",
    why: "An API server refuses the second. A proxy that is given both serves only one of them.",
    remedy: "Choose another number, or leave `nodePort` out: the API server finds a free one.",
    advice: "Choose another number, or leave nodePort out.",
    example: """
      kind: Service
      metadata: {name: old}
      spec: {type: NodePort, ports: [{port: 80, nodePort: 30080}]}
      ---
      kind: Service
      metadata: {name: new}
      spec: {type: NodePort, ports: [{port: 80, nodePort: 30080}]}
      """)

  static let nodePortRange = Check(
    "SVC302", "NodePortIsOutsideRange", .warning, "a node port outside the range",
    what: "A node port is not in the range the API server gives out: 30000-32767, or what `--node-port-range` says.",
    why: "An API server with this range refuses the Service.",
    remedy: "Choose a number inside, or leave `nodePort` out. If the cluster has another range, name it with "
      + "`--node-port-range`.",
    advice: "Choose a number inside the range, or name the cluster's with --node-port-range.",
    example: """
      spec:
        type: NodePort
        ports: [{port: 80, nodePort: 8080}]
      """)

  static let foreignClusterIP = Check(
    "SVC303", "ClusterIPIsOutsideRanges", .warning, "a cluster IP outside the Service ranges",
    what: "A cluster IP is in none of the ServiceCIDRs of the input, or of `--service-cidr`.",
    why: "An API server refuses it for a new Service, and what routes or filters by the range misses it.",
    remedy: "Leave `clusterIP` out, or choose an address inside. A manifest with cluster IPs is mostly one that was "
      + "copied from another cluster.",
    advice: "Leave clusterIP out, or choose an address inside.",
    example: """
      kind: ServiceCIDR
      spec: {cidrs: [10.96.0.0/16]}
      ---
      kind: Service
      spec: {clusterIP: 10.43.0.10}
      """)

  static let sharedClusterIP = Check(
    "SVC304", "ClusterIPIsShared", .error, "a cluster IP that two Services have",
    what: "Two Services have the same cluster IP.",
    why: "An API server refuses the second. A proxy that is given both sends connections to the wrong one.",
    remedy: "Leave `clusterIP` out of one of them.",
    advice: "Leave clusterIP out of one of them.",
    example: """
      kind: Service
      metadata: {name: a}
      spec: {clusterIP: 10.96.0.20}
      ---
      kind: Service
      metadata: {name: b}
      spec: {clusterIP: 10.96.0.20}
      """)

  static let sharedExternalIP = Check(
    "SVC305", "ExternalIPIsShared", .error, "an external IP and port that two Services have",
    what:
      "Two Services have the same address in `externalIPs` (or one in `externalIPs`, the other as its load balancer "
      + "address) and the same port and protocol.",
    why: "API servers accept that, and only one of the Services is served; which one is up to the proxy.",
    remedy: "Give one of them another address or another port.",
    advice: "Give one of them another address or port.",
    example: """
      kind: Service
      metadata: {name: a}
      spec: {externalIPs: [198.51.100.7], ports: [{port: 443}]}
      ---
      kind: Service
      metadata: {name: b}
      spec: {externalIPs: [198.51.100.7], ports: [{port: 443}]}
      """)

  static let sharedLoadBalancerIP = Check(
    "SVC306", "LoadBalancerAddressIsShared", .error, "a load balancer address and port that two Services have",
    what:
      "Two Services have the same address in `status.loadBalancer.ingress`, and the same port and protocol. (Sharing "
      + "the address alone is fine.)",
    why: "Only one of the Services is served; which one is up to the proxy.",
    remedy:
      "Give one of them another port, or an address of its own. See the sharing options of the load balancer: they "
      + "demand different ports.",
    advice: "Give one of them another port, or an address of its own.",
    example: """
      kind: Service
      metadata: {name: a}
      spec: {type: LoadBalancer, ports: [{port: 443}]}
      status: {loadBalancer: {ingress: [{ip: 203.0.113.10}]}}
      ---
      kind: Service
      metadata: {name: b}
      spec: {type: LoadBalancer, ports: [{port: 443}]}
      status: {loadBalancer: {ingress: [{ip: 203.0.113.10}]}}
      """)

  static let addressInServiceRange = Check(
    "SVC307", "ExternalAddressIsInServiceRange", .warning, "an external address inside the Service ranges",
    what:
      "An external IP or a load balancer address is the cluster IP of a Service, or lies in a range that cluster IPs "
      + "come from.",
    why:
      "The address is taken from a Service now or later, and in nftables mode packets to ports that no Service has are "
      + "dropped.",
    remedy: "Use addresses that belong to no range of the cluster.",
    advice: "Use an address outside the ranges of the cluster.",
    example: """
      kind: ServiceCIDR
      spec: {cidrs: [10.96.0.0/16]}
      ---
      kind: Service
      spec: {externalIPs: [10.96.200.1]}
      """)

  static let addressWithoutFamily = Check(
    "SVC308", "ExternalAddressHasNoFamily", .warning, "an external address of a family that the Service lacks",
    what: "An external IP or a load balancer address is IPv6, and the Service has no IPv6 cluster IP; or the other way "
      + "around.",
    why: "The address is not served: a proxy works on each family alone.",
    remedy: "Make the Service dual-stack (`ipFamilyPolicy: PreferDualStack`), or remove the address.",
    advice: "Make the Service dual-stack, or remove the address.",
    example: """
      spec:
        ipFamilies: [IPv4]
        externalIPs: [198.51.100.7, "2001:db8::7"]
      """)

  static let checks = [
    sharedNodePort, nodePortRange, foreignClusterIP, sharedClusterIP, sharedExternalIP, sharedLoadBalancerIP,
    addressInServiceRange, addressWithoutFamily,
  ]

  static func run(_ cluster: CheckedCluster, _ findings: inout [Finding]) {
    var claims = Claims()
    let clusterIPs = owners(cluster.services)
    for service in cluster.services where service.kind != .externalName && !service.isHeadless {
      claims.nodePorts(of: service, cluster, &findings)
      if service.proxyName == nil { claims.addresses(of: service, cluster, &findings) }
      ranges(service, cluster, &findings)
      external(service, cluster, clusterIPs, &findings)
    }
    for service in cluster.services {
      for clusterIP in service.clusterIPs {
        guard let owner = clusterIPs[clusterIP.value], owner.name != service.name else { continue }
        var finding = Finding(
          sharedClusterIP, service, field: "spec.clusterIP", at: clusterIP.position,
          "\(clusterIP.value) is the cluster IP of \(owner.name) (\(cluster.place(owner.position))), too")
        finding.related = [Finding.Related("cluster IP of \(owner.name)", at: owner.position)]
        findings.append(finding)
      }
    }
  }

  private struct Owner {
    var name: NamespacedName
    var position: SourcePosition
  }

  /// The first Service by name that has each cluster IP.
  private static func owners(_ services: [Service]) -> [IPAddress: Owner] {
    var owners: [IPAddress: Owner] = [:]
    for service in services {
      for clusterIP in service.clusterIPs where owners[clusterIP.value] == nil {
        owners[clusterIP.value] = Owner(name: service.name, position: clusterIP.position)
      }
    }
    return owners
  }

  // MARK: - Ranges

  private static func ranges(_ service: Service, _ cluster: CheckedCluster, _ findings: inout [Finding]) {
    let range = cluster.options.nodePortRange
    func isOutside(_ port: UInt16) -> Bool { port != 0 && !range.contains(port) }
    for (index, port) in service.ports.enumerated() where isOutside(port.nodePort) {
      findings.append(
        Finding(
          nodePortRange, service, field: "spec.ports[\(index)].nodePort", at: port.nodePortPosition,
          "\(port.nodePort) is outside \(range.lowerBound)-\(range.upperBound)"))
    }
    if isOutside(service.healthCheckNodePort) {
      findings.append(
        Finding(
          nodePortRange, service, field: "spec.healthCheckNodePort", at: service.fields.healthCheckNodePort,
          "\(service.healthCheckNodePort) is outside \(range.lowerBound)-\(range.upperBound)"))
    }
    for clusterIP in service.clusterIPs {
      let ranges = cluster.serviceCIDRs.filter { $0.family == clusterIP.value.family }
      guard !ranges.isEmpty, !ranges.contains(where: { $0.contains(clusterIP.value) }) else { continue }
      findings.append(
        Finding(
          foreignClusterIP, service, field: "spec.clusterIP", at: clusterIP.position,
          "\(clusterIP.value) is in no Service range: \(Wording.list(ranges.map(\.description), limit: 6))"))
    }
  }

  // MARK: - External addresses

  private static func external(
    _ service: Service, _ cluster: CheckedCluster, _ clusterIPs: [IPAddress: Owner], _ findings: inout [Finding]
  ) {
    let addresses =
      service.externalIPs.map { (field: "spec.externalIPs", address: $0) }
      + service.loadBalancerIngress.filter { $0.mode == .vip }.compactMap { ingress in
        ingress.address.map { (field: "status.loadBalancer.ingress", address: Located($0, at: ingress.position)) }
      }
    let families = cluster.families(of: service)
    for (field, address) in addresses {
      if let families, !families.contains(address.value.family) {
        findings.append(
          Finding(
            addressWithoutFamily, service, field: field, at: address.position,
            "\(address.value) is not served: the Service has no \(address.value.family.rawValue) cluster IP"))
      }
      let owner = clusterIPs[address.value]
      let range = cluster.serviceCIDRs.first { $0.contains(address.value) }
      guard owner != nil || range != nil else { continue }
      let what =
        owner.map { "is the cluster IP of \($0.name)" } ?? "is in the Service range \(range?.description ?? "")"
      findings.append(
        Finding(addressInServiceRange, service, field: field, at: address.position, "\(address.value) \(what)"))
    }
  }
}

/// Who has each frontend; the first Service by name.
private struct Claims {
  private struct Frontend: Hashable {
    /// Nil: a node port.
    var address: IPAddress?
    var port: UInt16
    var transport: TransportProtocol
  }

  private struct Owner {
    var service: NamespacedName
    var position: SourcePosition
    var isExternalIP: Bool
  }

  private var owners: [Frontend: Owner] = [:]

  mutating func nodePorts(of service: Service, _ cluster: CheckedCluster, _ findings: inout [Finding]) {
    for (index, port) in service.ports.enumerated() where port.nodePort != 0 {
      claim(
        Frontend(address: nil, port: port.nodePort, transport: port.transport), service,
        "spec.ports[\(index)].nodePort", port.nodePortPosition ?? port.position, isExternalIP: false, cluster, &findings
      )
    }
    if service.healthCheckNodePort != 0 {
      claim(
        Frontend(address: nil, port: service.healthCheckNodePort, transport: .tcp), service,
        "spec.healthCheckNodePort", service.fields.healthCheckNodePort ?? service.position, isExternalIP: false,
        cluster,
        &findings)
    }
  }

  mutating func addresses(of service: Service, _ cluster: CheckedCluster, _ findings: inout [Finding]) {
    for address in service.externalIPs {
      for port in service.ports {
        claim(
          Frontend(address: address.value, port: port.port, transport: port.transport), service, "spec.externalIPs",
          address.position, isExternalIP: true, cluster, &findings)
      }
    }
    for ingress in service.loadBalancerIngress where ingress.mode == .vip {
      guard let address = ingress.address else { continue }
      for port in service.ports {
        claim(
          Frontend(address: address, port: port.port, transport: port.transport), service,
          "status.loadBalancer.ingress", ingress.position, isExternalIP: false, cluster, &findings)
      }
    }
  }

  private mutating func claim(
    _ frontend: Frontend, _ service: Service, _ field: String, _ position: SourcePosition, isExternalIP: Bool,
    _ cluster: CheckedCluster, _ findings: inout [Finding]
  ) {
    guard let owner = owners[frontend] else {
      owners[frontend] = Owner(service: service.name, position: position, isExternalIP: isExternalIP)
      return
    }
    // Within one Service an address may stand in both lists.
    if owner.service == service.name, frontend.address != nil { return }
    let check =
      frontend.address == nil
      ? FrontendChecks.sharedNodePort
      : isExternalIP || owner.isExternalIP ? FrontendChecks.sharedExternalIP : FrontendChecks.sharedLoadBalancerIP
    var name = "\(frontend.port)/\(frontend.transport.rawValue)"
    if let address = frontend.address {
      name = (address.family == .ipv4 ? "\(address):" : "[\(address)]:") + name
    }
    var finding = Finding(
      check, service, field: field, at: position,
      "\(name) belongs to \(owner.service) (\(cluster.place(owner.position))), which comes first by name")
    finding.related = [Finding.Related("\(name) of \(owner.service)", at: owner.position)]
    findings.append(finding)
  }
}
