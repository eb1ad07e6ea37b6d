import KubernetesObjects
import NetworkAddresses
import Processors

/// Plans all Services of an input for one node.
public struct ClusterPlanner: Sendable {
  public var configuration: NodeConfiguration

  public init(configuration: NodeConfiguration) {
    self.configuration = configuration
  }

  /// So many Services are worth a thread.
  private static let part = 1000

  /// What came of an input: a plan per family, and what was left out and why.
  public struct Result: Sendable {
    public var plans: [NodePlan]
    public var diagnostics: [Diagnostic]
  }

  /// The same input in any order gives the same result.
  ///
  /// - Parameter families: those to plan, in the order the plans are wanted.
  public func plan(_ objects: ObjectSet, families: [IPFamily] = IPFamily.allCases) -> Result {
    let services = ClusterPlanner.sorted(objects.services)
    let slices = SlicesByOwner(objects.slices)
    // Out of a buffer nothing is copied, and a Service has many parts.
    let places = services.withUnsafeBufferPointer { services in
      services.indices.map { slices.places(of: services[$0].name) }
    }
    var diagnostics: [Diagnostic] = []
    if services.isEmpty {
      diagnostics.append(Diagnostic(.warning, at: nil, "the input has no Service: there is nothing to forward"))
    }
    diagnostics += notes(on: services, slices, at: places, workloads: ClusterPlanner.workloads(objects))
    var plans: [NodePlan] = []
    for family in families {
      let planner = ServicePlanner(family: family, configuration: configuration)
      let all = objects.slices
      let parts = Processors.share(services.count, atLeast: ClusterPlanner.part) { part in
        services.withUnsafeBufferPointer { services in
          part.flatMap { planner.plan(services[$0], slices: all, at: places[$0]) }
        }
      }
      var ports = parts.flatMap(\.self)
      var claims = FrontendClaims()
      claims.settle(&ports)
      diagnostics.append(contentsOf: claims.clashes.map { $0.diagnostic(files: objects.files) })
      plans.append(NodePlan(family: family, configuration: configuration, servicePorts: ports))
    }
    return Result(plans: plans, diagnostics: diagnostics)
  }

  /// By name, as API servers list them: then nothing has to be copied.
  private static func sorted(_ services: [Service]) -> [Service] {
    let isSorted = services.withUnsafeBufferPointer { services in
      services.indices.dropFirst().allSatisfy { services[$0 - 1].name < services[$0].name }
    }
    return isSorted ? services : services.sorted { $0.name < $1.name }
  }

  /// Whether the input has kinds that stand for Pods which are not there.
  private static func workloads(_ objects: ObjectSet) -> Bool {
    objects.pods.isEmpty
      && objects.passedOver.keys.contains { kind in
        ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"].contains { kind.hasSuffix(" " + $0) }
      }
  }

  private func notes(
    on services: [Service], _ slices: SlicesByOwner, at places: [[Int]], workloads: Bool
  ) -> [Diagnostic] {
    let all = slices.slices
    let parts = Processors.share(services.count, atLeast: ClusterPlanner.part) { part in
      var diagnostics: [Diagnostic] = []
      services.withUnsafeBufferPointer { services in
        all.withUnsafeBufferPointer { slices in
          for index in part {
            addNotes(on: services[index], slices, at: places[index], workloads: workloads, to: &diagnostics)
          }
        }
      }
      return diagnostics
    }
    var diagnostics = parts.flatMap(\.self)
    if places.count(where: { !$0.isEmpty }) == slices.ownerCount { return diagnostics }
    for owner in slices.owners(otherThan: services) {
      guard let place = slices.places(of: owner).first(where: { !slices.slices[$0].isHeadless }) else { continue }
      diagnostics.append(
        Diagnostic(
          .note, at: slices.slices[place].position, object: owner.description,
          "an EndpointSlice belongs to this Service, which is not in the input: no rules"))
    }
    return diagnostics
  }

  private func addNotes(
    on service: borrowing Service, _ slices: UnsafeBufferPointer<EndpointSlice>, at places: [Int], workloads: Bool,
    to diagnostics: inout [Diagnostic]
  ) {
    if let exclusion = ServicePlanner.exclusion(of: service) {
      if let message = exclusion.message {
        diagnostics.append(Diagnostic(.note, at: service.position, object: service.name.description, message))
      }
      return
    }
    diagnostics.append(contentsOf: foreignAddresses(service))
    if places.isEmpty {
      diagnostics.append(
        Diagnostic(
          .warning, at: service.position, object: service.name.description,
          "no EndpointSlice belongs to it: every connection is rejected"
            + (workloads ? " (Deployments and the like are not read: give their Pods)" : "")))
    }
    for place in places { diagnostics.append(contentsOf: unusedPorts(of: slices[place], service)) }
  }

  /// Addresses and ranges that have no effect because the Service has no cluster IP of their family (FAM-1, FAM-3).
  private func foreignAddresses(_ service: borrowing Service) -> [Diagnostic] {
    guard !(service.externalIPs.isEmpty && service.sourceRanges.isEmpty && service.loadBalancerIngress.isEmpty) else {
      return []
    }
    let families = IPFamily.allCases.filter {
      ServicePlanner(family: $0, configuration: configuration).clusterIP(of: service) != nil
    }
    func warn(_ field: String, _ value: String, _ family: IPFamily, _ position: SourcePosition) -> Diagnostic? {
      if families.contains(family) { return nil }
      return Diagnostic(
        .warning, at: position, object: service.name.description, field: field,
        "\(value) has no effect: the Service has no \(family.rawValue) cluster IP")
    }
    return service.externalIPs.compactMap {
      warn("spec.externalIPs", "\($0.value)", $0.value.family, $0.position)
    }
      + service.sourceRanges.compactMap {
        warn("spec.loadBalancerSourceRanges", "\($0.value)", $0.value.family, $0.position)
      }
      + service.loadBalancerIngress.compactMap { ingress in
        ingress.address.flatMap { warn("status.loadBalancer.ingress", "\($0)", $0.family, ingress.position) }
      }
  }

  /// Ports of a slice that no port of the Service takes endpoints from (EPS-3).
  private func unusedPorts(of slice: borrowing EndpointSlice, _ service: borrowing Service) -> [Diagnostic] {
    if slice.isHeadless { return [] }
    var diagnostics: [Diagnostic] = []
    for port in slice.ports {
      guard let name = port.name, port.port != nil,
        !service.ports.contains(where: { $0.name == name && $0.transport == port.transport })
      else { continue }
      let what = name.isEmpty ? "without a name" : "named \"\(name)\""
      diagnostics.append(
        Diagnostic(
          .warning, at: port.position, object: slice.name.description,
          "Service \(service.name) has no \(port.transport.rawValue) port \(what): the endpoints of this port are not used"
        ))
    }
    return diagnostics
  }
}

extension ServicePlanner.Exclusion {
  /// Why there are no rules; nil where the control plane has said it already.
  var message: String? {
    switch self {
    case .otherProxy(let name):
      "left to another proxy: label \(Service.proxyNameLabel) is \"\(name)\""
    case .headless: "headless: cluster DNS answers with the endpoints, there are no rules"
    case .externalName: "type ExternalName: cluster DNS answers with a CNAME, there are no rules"
    case .notAllocated: nil
    }
  }
}

extension FrontendClaims.Clash {
  func diagnostic(files: [String]) -> Diagnostic {
    let frontend =
      if let address {
        address.family == .ipv4 ? "\(address):\(port)" : "[\(address)]:\(port)"
      } else {
        "node port \(port)"
      }
    let file = Int(ownerPosition.file) < files.count ? files[Int(ownerPosition.file)] + ":" : "line "
    return Diagnostic(
      .warning, at: position, object: loser.service.description,
      "\(frontend)/\(transport.word) belongs to \(owner) (\(file)\(ownerPosition.line)), which comes first by name;"
        + " it is not served for \(loser)")
  }
}
