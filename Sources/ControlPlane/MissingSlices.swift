import KubernetesObjects
import NetworkAddresses

extension ClusterCompletion {
  /// Adds slices for Services that have none: from the Pods their selectors match, else from their Endpoints.
  ///
  /// The mirroring controller leaves Services with a selector alone. Here the Endpoints of such a Service count where
  /// the input has none of its Pods: they are what another controller made of the Pods.
  ///
  /// - Parameter order: indices of the Services in the order of their names.
  func addMissingSlices(
    _ objects: inout ObjectSet, _ order: [Int], _ ranges: ServiceRanges, _ summary: inout Summary
  ) {
    guard !objects.pods.isEmpty || !objects.endpoints.isEmpty else { return }
    let owners = Set(objects.slices.compactMap(\.owner))
    let services = order.map { objects.services[$0] }.filter { $0.kind != .externalName && !owners.contains($0.name) }
    guard !services.isEmpty else { return }
    let families = services.map { service in
      let written = service.ipFamilies.isEmpty ? [ranges.primaryFamily] : service.ipFamilies
      return (try? ranges.families(of: service)) ?? written
    }

    let podOrder = objects.pods.indices.sorted { objects.pods[$0].name < objects.pods[$1].name }
    var assumed: AssumedPodStatus?
    if assumesPodStatus {
      let nodeName = unscheduledNodeName ?? (objects.nodes.count == 1 ? objects.nodes[0].name : nil)
      assumed = AssumedPodStatus(
        completing: &objects, order: podOrder, families: Set(families.joined()), clusterCIDRs: clusterCIDRs,
        unscheduledNodeName: nodeName)
    }
    summary.assumedPods = assumed?.pods.count ?? 0
    summary.assumedPodCIDRs = assumed?.assumedRanges ?? []

    let index = PodIndex(objects.pods, order: podOrder, services: services)
    let derived = DerivedSlices(pods: objects.pods, nodes: objects.nodes)
    let endpoints = Dictionary(objects.endpoints.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    for (service, families) in zip(services, families) {
      let matches = index.matches(service)
      if !matches.isEmpty {
        let outcome = derived.derive(service, matches: matches, families: families)
        objects.slices += outcome.slices
        objects.diagnostics.append(
          outcome.pods.isEmpty
            ? unusable(service, matches: matches.count, families)
            : derivation(service, outcome.pods, families, objects.pods, assumed?.pods ?? []))
        objects.diagnostics += outcome.diagnostics
        if !outcome.slices.isEmpty { summary.derivedServices += 1 }
      } else if let endpoints = endpoints[service.name] {
        mirror(endpoints, service, &objects, &summary)
      } else if !service.selector.isEmpty, !objects.pods.isEmpty {
        objects.diagnostics.append(
          Diagnostic(
            .warning, at: service.position, object: service.name.description, field: "spec.selector",
            "the selector matches no Pod, and there are no EndpointSlices: the Service has no endpoints"))
      }
    }
  }

  private func mirror(
    _ endpoints: Endpoints, _ service: Service, _ objects: inout ObjectSet, _ summary: inout Summary
  ) {
    guard !MirroredSlices.isSkipped(endpoints) else {
      objects.diagnostics.append(
        Diagnostic(
          .note, at: endpoints.position, object: service.name.description,
          "its Endpoints are marked as not to be mirrored: the Service has no endpoints"))
      return
    }
    let (slices, beyondLimit) = MirroredSlices.mirror(endpoints)
    objects.slices += slices
    if !slices.isEmpty {
      summary.mirroredServices += 1
      let count = slices.reduce(0) { $0 + $1.endpoints.count }
      objects.diagnostics.append(
        Diagnostic(
          .note, at: service.position, object: service.name.description,
          "\(counted(count, "endpoint")) mirrored from Endpoints (no EndpointSlices in the input)"))
    }
    if beyondLimit > 0 {
      objects.diagnostics.append(
        Diagnostic(
          .warning, at: endpoints.position, object: service.name.description, field: "subsets",
          "\(counted(beyondLimit, "address", plural: "addresses")) beyond the first "
            + "\(MirroredSlices.limitPerSubset) of a subset are not mirrored"))
    }
  }

  /// What was derived, and which of it rests on Pods that have no status.
  private func derivation(
    _ service: Service, _ included: [Int], _ families: [IPFamily], _ pods: [Pod], _ assumed: Set<Int>
  ) -> Diagnostic {
    var message = "\(counted(included.count, "endpoint")) derived from Pods (no EndpointSlices in the input)"
    let made = included.filter { assumed.contains($0) }
    if !made.isEmpty {
      let places = made.map { index in
        let addresses = pods[index].addresses.map(\.value).filter { families.contains($0.family) }
        return pods[index].name.name + " at " + addresses.map(\.description).joined(separator: " and ")
      }
      message += "; assumed to run and be ready, for want of a status: " + listed(places)
    }
    return Diagnostic(.note, at: service.position, object: service.name.description, message)
  }

  private func unusable(_ service: Service, matches: Int, _ families: [IPFamily]) -> Diagnostic {
    let wanted = families.map(\.rawValue).joined(separator: " or ")
    return Diagnostic(
      .warning, at: service.position, object: service.name.description, field: "spec.selector",
      "the selector matches \(counted(matches, "Pod")), but none can be an endpoint: "
        + "they have ended, or have no \(wanted) address")
  }
}
