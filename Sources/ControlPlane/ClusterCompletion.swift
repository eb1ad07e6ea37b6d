import KubernetesObjects
import NetworkAddresses

/// Turns objects as people write and dump them into objects as a running control plane holds them: with cluster IPs and
/// node ports if asked, and with the EndpointSlices that controllers make from Pods or from Endpoints objects.
///
/// Nothing written is ever changed; a Service that has any slice keeps just those. The result is the same whatever the
/// order of the input.
public struct ClusterCompletion: Sendable {
  /// Whether Services without cluster IPs or node ports are given some. Otherwise they are reported.
  public var allocates = false
  /// Where cluster IPs come from, the primary family first. Empty: the ServiceCIDRs of the input; without any,
  /// 10.96.0.0/12, and fd00:10:96::/112 where a Service insists on IPv6.
  public var serviceCIDRs: [IPPrefix] = []
  /// Where node ports come from: the API server's `--service-node-port-range`.
  public var nodePortRange: ClosedRange<UInt16> = 30000...32767
  /// Whether Pods without any status, as people write them, count as running and ready at addresses made up for them.
  public var assumesPodStatus = true
  /// Where made-up addresses come from for Pods whose Node has no podCIDRs. Empty: 10.244.0.0/16, fd00:10:244::/56.
  public var clusterCIDRs: [IPPrefix] = []
  /// The Node that Pods without status and `nodeName` run on. Nil: the input's only Node; of several, none.
  public var unscheduledNodeName: String?

  public init() {}

  /// What was added, and what had to be assumed for it.
  public struct Summary: Hashable, Sendable {
    /// Services that got a cluster IP, a node port or a health check node port.
    public var allocatedServices = 0
    /// Services whose slices were derived from Pods.
    public var derivedServices = 0
    /// Services whose slices were mirrored from Endpoints.
    public var mirroredServices = 0
    /// Pods without status that were taken as running and ready.
    public var assumedPods = 0
    /// Default ranges that cluster IPs were taken from because nothing says what the ranges are.
    public var assumedServiceCIDRs: [IPPrefix] = []
    /// Default ranges that addresses of Pods were taken from because nothing says what the ranges are.
    public var assumedPodCIDRs: [IPPrefix] = []

    public init() {}
  }

  /// Completes `objects` and appends what there is to say to their diagnostics, Services in the order of their names.
  ///
  /// With an error among the new diagnostics the objects are complete except for what it names.
  @discardableResult
  public func complete(_ objects: inout ObjectSet) -> Summary {
    var summary = Summary()
    let order = objects.services.indices.sorted { objects.services[$0].name < objects.services[$1].name }
    let ranges = ServiceRanges(given: serviceCIDRs, objects: objects)
    if allocates {
      allocate(&objects, order, ranges, &summary)
    } else {
      for index in order { objects.diagnostics += Unallocated.diagnostics(objects.services[index]) }
    }
    for index in order {
      if let pending = Unallocated.pendingLoadBalancer(objects.services[index]) { objects.diagnostics.append(pending) }
    }
    addMissingSlices(&objects, order, ranges, &summary)
    return summary
  }

  private func allocate(_ objects: inout ObjectSet, _ order: [Int], _ ranges: ServiceRanges, _ summary: inout Summary) {
    var clusterIPs = ClusterIPAllocation(ranges: ranges, services: objects.services)
    var nodePorts = NodePortAllocation(range: nodePortRange, services: objects.services)
    for index in order {
      var given: [String] = []
      switch clusterIPs.allocate(&objects.services[index]) {
      case .success(let addresses): given += addresses.map { "cluster IP \($0)" }
      case .failure(let diagnostic): objects.diagnostics.append(diagnostic)
      }
      switch nodePorts.allocate(&objects.services[index]) {
      case .success(let ports):
        given += ports.nodePorts.map { "node port \($0.nodePort) for port \($0.port)" }
        if let port = ports.healthCheckNodePort { given.append("health check node port \(port)") }
      case .failure(let diagnostic): objects.diagnostics.append(diagnostic)
      }
      guard !given.isEmpty else { continue }
      summary.allocatedServices += 1
      let service = objects.services[index]
      objects.diagnostics.append(
        Diagnostic(
          .note, at: service.position, object: service.name.description, "allocated " + given.joined(separator: ", ")))
    }
    summary.assumedServiceCIDRs = clusterIPs.assumedRanges
  }
}
