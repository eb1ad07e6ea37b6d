import KubernetesObjects
import NetworkAddresses
import ServiceChecks
import ServicePlan

/// Makes the graph of what was planned.
public struct GraphBuilder {
  public var objects: ObjectSet
  /// One for each family.
  public var plans: [NodePlan]
  public var node: NodeConfiguration
  /// Nil: nothing was checked.
  public var checks: CheckResult?

  public init(objects: ObjectSet, plans: [NodePlan], node: NodeConfiguration, checks: CheckResult? = nil) {
    self.objects = objects
    self.plans = plans
    self.node = node
    self.checks = checks
  }

  /// - Parameter names: those wanted; nil: all.
  public func graph(of names: Set<NamespacedName>? = nil, assumptions: [String] = []) -> ServiceGraph {
    let index = EndpointIndex(objects, node: node)
    var ports: [NamespacedName: [GraphPort]] = [:]
    for plan in plans {
      for port in plan.servicePorts where names?.contains(port.name.service) ?? true {
        ports[port.name.service, default: []].append(
          GraphBuilder.port(port, plan.family, endpoints: index.endpoints(of: port, plan.family)))
      }
    }
    let problems = problems()
    let services = objects.services
      .filter { names?.contains($0.name) ?? true }
      .sorted { $0.name < $1.name }
      .map { service in
        let own = ports[service.name] ?? []
        return GraphService(
          name: service.name, kind: service.kind, exclusion: own.isEmpty ? GraphBuilder.exclusion(of: service) : nil,
          ports: own, problems: problems[service.name.description] ?? [])
      }
    return ServiceGraph(nodeName: node.nodeName, zone: node.zone, services: services, assumptions: assumptions)
  }

  private static func exclusion(of service: Service) -> String {
    switch ServicePlanner.exclusion(of: service) {
    case .headless: "headless: DNS answers with the endpoints"
    case .externalName:
      "ExternalName: DNS answers with \(service.externalName?.value ?? "another name")"
    case .otherProxy(let name): "left to the proxy \"\(name)\""
    case .notAllocated: "no cluster IP yet"
    case nil: "no port or address to serve"
    }
  }

  // MARK: - Ports

  private static func port(_ plan: ServicePortPlan, _ family: IPFamily, endpoints: [GraphEndpoint]) -> GraphPort {
    func address(_ address: IPAddress) -> String {
      Backend(address: address, port: plan.port, isLocal: false).key
    }
    let inside = plan.clusterIP.map { [GraphFrontend(kind: .clusterIP, address: address($0), sources: [])] } ?? []
    var outside: [GraphFrontend] = []
    if plan.nodePort != 0 { outside.append(GraphFrontend(kind: .nodePort, address: "\(plan.nodePort)", sources: [])) }
    outside += plan.externalIPs.map { GraphFrontend(kind: .externalIP, address: address($0), sources: []) }
    let sources = plan.sourceRanges.map { "\($0)" }
    outside += plan.loadBalancerIPs.map { GraphFrontend(kind: .loadBalancer, address: address($0), sources: sources) }

    var routes: [(route: GraphRoute, backends: [Backend])] = []
    func add(
      _ traffic: GraphRoute.Traffic, _ policy: Service.TrafficPolicy, _ frontends: [GraphFrontend],
      _ backends: [Backend], _ refusal: ServicePortPlan.Refusal?
    ) {
      guard !frontends.isEmpty else { return }
      let end: GraphRoute.End =
        switch refusal {
        case .reject: .rejected
        case .drop: .dropped
        case nil: .endpoints(backends.count)
        }
      var notes = notes(policy, backends, endpoints)
      if traffic != .internal, plan.healthCheckNodePort != 0 {
        notes.append("health check on port \(plan.healthCheckNodePort)")
      }
      routes.append(
        (
          GraphRoute(
            traffic: traffic, policy: policy, affinitySeconds: plan.affinitySeconds, notes: notes,
            frontends: frontends, end: end), refusal == nil ? backends : []
        ))
    }
    if plan.internalPolicy == plan.externalPolicy, !inside.isEmpty, !outside.isEmpty {
      add(.all, plan.internalPolicy, inside + outside, plan.internalBackends, plan.internalRefusal)
    } else {
      add(.internal, plan.internalPolicy, inside, plan.internalBackends, plan.internalRefusal)
      add(.external, plan.externalPolicy, outside, plan.externalBackends, plan.externalRefusal)
    }
    var endpoints = endpoints
    for (index, (_, backends)) in routes.enumerated() {
      let used = Set(backends.map(\.key))
      for place in endpoints.indices where used.contains(endpoints[place].socket) {
        endpoints[place].routes.append(index)
      }
    }
    return GraphPort(
      family: family, name: plan.name.port, transport: plan.transport, port: plan.port, routes: routes.map(\.route),
      endpoints: endpoints)
  }

  /// Why it is these endpoints and no others.
  private static func notes(
    _ policy: Service.TrafficPolicy, _ backends: [Backend], _ endpoints: [GraphEndpoint]
  ) -> [String] {
    guard !backends.isEmpty else { return [] }
    let ready = endpoints.count { $0.condition == .ready && (policy == .cluster || $0.isLocal) }
    if ready == 0 { return ["none is ready: terminating ones serve"] }
    return backends.count < ready ? ["hints: \(backends.count) of \(ready) ready endpoints"] : []
  }

  // MARK: - Problems

  private func problems() -> [String: [GraphProblem]] {
    guard let checks else { return [:] }
    var problems: [String: [GraphProblem]] = [:]
    for finding in checks.findings {
      guard let service = finding.service ?? (finding.kind == "Service" ? finding.object : nil) else { continue }
      let place = finding.position.flatMap { position in
        Int(position.file) < checks.files.count ? "\(checks.files[Int(position.file)]):\(position.line)" : nil
      }
      problems[service, default: []].append(
        GraphProblem(
          severity: finding.severity, code: finding.check.code, message: finding.message, advice: finding.advice,
          place: place))
    }
    return problems
  }
}
