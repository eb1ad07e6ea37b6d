import KubernetesObjects
import NetworkAddresses

/// SVC2xx: whether a Service has endpoints that it can use.
enum EndpointChecks {
  static let noneReady = Check(
    "SVC201", "NoEndpointIsReady", .warning, "endpoints exist, but none is ready",
    what: "The Service has endpoints, and not one of them is ready, or terminating but still serving.",
    why: "Every connection is refused until a Pod passes its readiness probe.",
    remedy: "Look at the Pods: `kubectl describe pod` shows why the readiness probe fails. Where clients are to reach "
      + "Pods before they are ready, set `publishNotReadyAddresses`.",
    advice: "Look at the readiness probes of the Pods.",
    example: """
      kind: EndpointSlice
      endpoints:
      - {addresses: [10.244.1.5], conditions: {ready: false}}
      """)

  static let none = Check(
    "SVC202", "ServiceHasNoEndpoints", .warning, "a Service without endpoints",
    what:
      "The input has EndpointSlices, Endpoints or Pods, but no endpoint of this Service. (A selector that matches no "
      + "Pod of the input is SVC101 alone.)",
    why: "Every connection is refused. Some programs wait for an answer instead and look as if they hang.",
    remedy: "Scale the workload up, or remove the Service. A Service without a selector needs EndpointSlices with the "
      + "label `kubernetes.io/service-name`, written by hand or by a controller.",
    advice: "Scale the workload up, or give the Service EndpointSlices.",
    example: """
      kind: Service
      metadata: {name: legacy-db}
      spec:                                   # no selector, and no EndpointSlice
        ports: [{port: 5432}]
      """)

  static let strangePort = Check(
    "SVC203", "SlicePortIsUnknown", .warning, "a slice port that no Service port has",
    what:
      "A port of an EndpointSlice has a name or a protocol that no port of its Service has. They are joined by name "
      + "and protocol, never by number.",
    why: "Nothing is sent to this port of the endpoints.",
    remedy: "Give the port of the slice the name of the Service port (the empty one if the Service port has none), and "
      + "its protocol. Slices that a controller made are made again as soon as the Service is right.",
    advice: "Give it the name and protocol of a port of the Service.",
    example: """
      kind: Service
      spec: {ports: [{name: web, port: 80}, {name: admin, port: 81}]}
      ---
      kind: EndpointSlice
      ports: [{name: web, port: 8080}, {name: metrics, port: 9090}]
      """)

  static let unservedPort = Check(
    "SVC204", "ServicePortHasNoEndpoints", .error, "a Service port that no slice has",
    what: "The Service has endpoints, but no slice with a port of this name and protocol. They are joined by name and "
      + "protocol, never by number.",
    why: "The port has no endpoints: every connection to it is refused.",
    remedy: "Give the port of the slice the name of the Service port (the empty one if the Service port has none), and "
      + "its protocol.",
    advice: "Give a port of the slices this name and protocol.",
    example: """
      kind: Service
      spec: {ports: [{name: http, port: 80}]}
      ---
      kind: EndpointSlice
      ports: [{name: web, port: 8080}]
      """)

  static let oneFamily = Check(
    "SVC205", "EndpointsOfOneFamilyOnly", .warning, "a dual-stack Service with endpoints of one family",
    what: "The Service has cluster IPs of IPv4 and IPv6, and endpoints of one of them only.",
    why: "Clients that try the other address first are refused, and not all of them try again.",
    remedy: "Make the Pods dual-stack (the cluster's CNI, `status.podIPs`), or set `ipFamilyPolicy: SingleStack`.",
    advice: "Make the Pods dual-stack, or the Service single-stack.",
    example: """
      spec:
        ipFamilyPolicy: RequireDualStack
        ipFamilies: [IPv4, IPv6]
      ---
      kind: EndpointSlice                     # and none of addressType IPv6
      addressType: IPv4
      """)

  static let sliceSize = Check(
    "SVC206", "SliceIsTooLarge", .warning, "a slice with more than 1,000 endpoints",
    what: "An EndpointSlice has more endpoints than an API server takes.",
    why: "The object is refused as a whole, and its endpoints with it.",
    remedy:
      "Write several slices with the same label `kubernetes.io/service-name`; controllers put 100 endpoints in each.",
    advice: "Split it into several slices of the same Service.",
    example: """
      kind: EndpointSlice
      endpoints: [...]                        # 1,001 of them
      """)

  static let unknownOwner = Check(
    "SVC207", "SliceHasNoService", .info, "slices of a Service that is not in the input",
    what: "The label `kubernetes.io/service-name` of an EndpointSlice names a Service that the input does not have, in "
      + "the namespace of the slice.",
    why: "The slice has no effect. Either the input is a part of a cluster, or the name is wrong.",
    remedy: "Correct the label or the namespace, or remove the slice.",
    advice: "Correct the label or the namespace if the Service should be there.",
    example: """
      kind: EndpointSlice
      metadata:
        labels: {kubernetes.io/service-name: webb}
      """)

  static let onlyTerminating = Check(
    "SVC208", "OnlyTerminatingEndpointsServe", .info, "only terminating endpoints serve",
    what: "No endpoint is ready; those that are about to end still serve, and get the traffic.",
    why: "The Service works until they are gone.",
    remedy:
      "Nothing, if the workload is being scaled down. In a rolling update it says that no new Pod became ready in "
      + "time.",
    advice: "See whether new Pods become ready.",
    example: """
      kind: EndpointSlice
      endpoints:
      - {addresses: [10.244.1.5], conditions: {ready: false, serving: true, terminating: true}}
      """)

  static let checks = [
    noneReady, none, strangePort, unservedPort, oneFamily, sliceSize, unknownOwner, onlyTerminating,
  ]

  static func run(_ cluster: CheckedCluster, _ findings: inout [Finding]) {
    for service in cluster.services where service.kind != .externalName {
      let slices = cluster.slices(of: service)
      let count = slices.reduce(0) { $0 + $1.endpoints.count }
      if count == 0 {
        if let finding = empty(service, slices, cluster) { findings.append(finding) }
        continue
      }
      if let finding = readiness(service, slices, count) { findings.append(finding) }
      guard !service.isHeadless else { continue }
      ports(service, slices, &findings)
      if let finding = families(service, slices) { findings.append(finding) }
    }
    unknownOwners(cluster, &findings)
  }

  // MARK: - Whether there are any

  /// The API server writes the slices of its own Service itself.
  private static let apiServer = NamespacedName(namespace: "default", name: "kubernetes")

  private static func empty(_ service: Service, _ slices: [EndpointSlice], _ cluster: CheckedCluster) -> Finding? {
    if service.name == apiServer { return nil }
    if service.selector.isEmpty {
      // A Service alone may get its endpoints from anywhere.
      guard cluster.tellsOfEndpoints || !cluster.carriers.isEmpty else { return nil }
      let what =
        slices.isEmpty
        ? "there is neither a selector nor an EndpointSlice"
        : "its EndpointSlices have no endpoint, and it has no selector"
      return Finding(
        none, service, what, advice: "Give it a selector, or EndpointSlices with the label kubernetes.io/service-name.")
    }
    guard slices.isEmpty else {
      return Finding(none, service, "its EndpointSlices have no endpoint", advice: "Scale the workload up.")
    }
    guard cluster.tellsOfEndpoints else { return nil }
    let carriers = cluster.carriers(of: service)
    if carriers.isEmpty {
      guard cluster.carriers.isEmpty || cluster.matchesAny(service) else { return nil }
      return Finding(
        none, service,
        cluster.carriers.isEmpty ? "no EndpointSlice belongs to it" : "all Pods that the selector matches have ended")
    }
    // Pods that nobody has run yet say nothing, and a workload has none of its own.
    guard carriers.allSatisfy({ $0.kind == "Pod" && $0.pod.phase != nil }) else { return nil }
    let families = cluster.families(of: service)?.map(\.rawValue).joined(separator: " or ")
    return Finding(
      none, service, field: "spec.selector", at: service.fields.selector,
      "the selector matches \(Wording.count(carriers.count, "Pod")), and none has an \(families ?? "IP") address",
      advice: "See why the Pods do not start: kubectl describe pod.")
  }

  private static func readiness(_ service: Service, _ slices: [EndpointSlice], _ count: Int) -> Finding? {
    var terminating = 0
    for slice in slices {
      for endpoint in slice.endpoints {
        if endpoint.isReady { return nil }
        if endpoint.isTerminating, endpoint.isServing { terminating += 1 }
      }
    }
    let endpoints = Wording.count(count, "endpoint")
    if terminating > 0 {
      return Finding(onlyTerminating, service, "none of \(endpoints) is ready; \(terminating) terminating ones serve")
    }
    return Finding(
      noneReady, service, count == 1 ? "its only endpoint is not ready" : "none of its \(endpoints) is ready")
  }

  // MARK: - Ports

  private static func ports(_ service: Service, _ slices: [EndpointSlice], _ findings: inout [Finding]) {
    // Of derived ones the selector checks know more.
    let slices = slices.filter { !$0.isHeadless && !$0.endpoints.isEmpty && $0.origin != .derivedFromPods }
    guard !slices.isEmpty else { return }
    let offered = slices.flatMap { slice in slice.ports.compactMap { Join($0) } }
    let joins = Set(offered)
    let unserved = service.ports.indices.filter { !joins.contains(Join(service.ports[$0])) }
    for index in unserved {
      let port = service.ports[index]
      var names: Set<Join> = []
      let listed = offered.filter { names.insert($0).inserted }.map(\.description)
      findings.append(
        Finding(
          unservedPort, service, field: "spec.ports[\(index)]", at: port.position,
          "no slice has a port \(Join(port)); "
            + (listed.isEmpty ? "they have none" : "they have \(Wording.list(listed, limit: 6))")))
    }
    // The other half of the same mistake needs no words of its own.
    guard unserved.isEmpty else { return }
    let wanted = Set(service.ports.map { Join($0) })
    for slice in slices where slice.origin == .written {
      for (index, port) in slice.ports.enumerated() {
        guard let join = Join(port), !wanted.contains(join) else { continue }
        findings.append(
          Finding(
            strangePort, slice, field: "ports[\(index)]", at: port.position,
            "Service \(service.name) has no port \(join): these endpoints are not used"))
      }
    }
  }

  /// What joins a port of a slice with one of a Service (EPS-3).
  private struct Join: Hashable, CustomStringConvertible {
    var name: String
    var transport: TransportProtocol

    init(_ port: ServicePort) {
      name = port.name
      transport = port.transport
    }

    /// Nil: the port is skipped (EPS-4).
    init?(_ port: EndpointPort) {
      guard let name = port.name, port.port != nil else { return nil }
      self.name = name
      transport = port.transport
    }

    var description: String { name.isEmpty ? "\(transport.rawValue) without a name" : "\(transport.rawValue) \(name)" }
  }

  // MARK: - The rest

  private static func families(_ service: Service, _ slices: [EndpointSlice]) -> Finding? {
    guard service.clusterIPs.count == 2 || service.ipFamilies.count == 2 else { return nil }
    let having = Set(slices.filter { !$0.endpoints.isEmpty }.compactMap(\.addressType.family))
    guard having.count == 1, let family = having.first else { return nil }
    return Finding(
      oneFamily, service,
      "all endpoints are \(family.rawValue): connections to its \(family.other.rawValue) address are refused")
  }

  private static func unknownOwners(_ cluster: CheckedCluster, _ findings: inout [Finding]) {
    // One finding for all slices of such a Service, at the first by name.
    var first: [NamespacedName: EndpointSlice] = [:]
    for slice in cluster.objects.slices {
      guard let owner = slice.owner, !cluster.hasService(owner) else { continue }
      if let other = first[owner], other.name < slice.name { continue }
      first[owner] = slice
    }
    for (owner, slice) in first {
      findings.append(Finding(unknownOwner, slice, "Service \(owner) is not in the input"))
    }
  }
}
