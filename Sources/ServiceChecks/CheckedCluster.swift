import ControlPlane
import KubernetesObjects
import NetworkAddresses
import ServicePlan

/// What the checks look at: the objects, completed as a control plane would, and what finds them quickly.
struct CheckedCluster {
  let objects: ObjectSet
  let options: ServiceChecker.Options
  /// In the order of their names.
  let services: [Service]
  /// The ranges of cluster IPs as far as they are known.
  let serviceCIDRs: [IPPrefix]
  /// Whether the input has anything that tells of endpoints, so that a Service without any means something.
  let tellsOfEndpoints: Bool
  private let slicesByOwner: [NamespacedName: [Int]]
  private let serviceNames: Set<NamespacedName>
  /// Names of objects with errors: that one of them is missing is nothing to complain about.
  private let refused: Set<String>

  /// Pods, and behind them what workloads make Pods from.
  let carriers: [PodCarrier]
  private let pods: PodIndex
  private let podCount: Int

  init(_ objects: ObjectSet, options: ServiceChecker.Options) {
    var objects = objects
    refused = Set(objects.diagnostics.lazy.filter { $0.severity == .error }.compactMap(\.object))
    tellsOfEndpoints = !(objects.slices.isEmpty && objects.endpoints.isEmpty && objects.pods.isEmpty)
    options.completion.complete(&objects)
    self.objects = objects
    self.options = options
    services = objects.services.sorted { $0.name < $1.name }
    serviceNames = Set(services.map(\.name))
    serviceCIDRs =
      options.serviceCIDRs.isEmpty ? objects.serviceCIDRs.flatMap { $0.cidrs.map(\.value) } : options.serviceCIDRs
    var slices: [NamespacedName: [Int]] = [:]
    for (index, slice) in objects.slices.enumerated() {
      if let owner = slice.owner { slices[owner, default: []].append(index) }
    }
    slicesByOwner = slices

    let templates = objects.podTemplates.map { template in
      var pod = Pod(name: template.name, position: template.position)
      pod.labels = template.labels
      pod.containerPorts = template.containerPorts
      pod.declaresAllPorts = template.declaresAllPorts
      return pod
    }
    let all = objects.pods + templates
    podCount = objects.pods.count
    carriers =
      objects.pods.map { PodCarrier(kind: "Pod", pod: $0) }
      + zip(objects.podTemplates, templates).map { PodCarrier(kind: $0.kind, pod: $1) }
    let order = all.indices.sorted { all[$0].name < all[$1].name }
    pods = PodIndex(all, order: order, services: services)
  }

  func slices(of service: Service) -> [EndpointSlice] {
    (slicesByOwner[service.name] ?? []).map { objects.slices[$0] }
  }

  func hasService(_ name: NamespacedName) -> Bool {
    serviceNames.contains(name) || refused.contains(name.description)
  }

  /// The Pods a selector matches, without those that have ended; where there are none, the workloads.
  func carriers(of service: Service) -> [PodCarrier] {
    let matches = pods.matches(service)
    let found = matches.filter { $0 < podCount && !carriers[$0].hasEnded }
    return (found.isEmpty ? matches.filter { $0 >= podCount } : found).map { carriers[$0] }
  }

  /// Whether a selector matches anything, be it a Pod that has ended.
  func matchesAny(_ service: Service) -> Bool { !pods.matches(service).isEmpty }

  /// Families that a Service has, or will have; nil where nothing says so.
  func families(of service: Service) -> [IPFamily]? {
    if !service.ipFamilies.isEmpty { return service.ipFamilies }
    return service.clusterIPs.isEmpty ? nil : service.clusterIPs.map(\.value.family)
  }

  /// `services.yaml:12`
  func place(_ position: SourcePosition) -> String {
    let file = Int(position.file) < objects.files.count ? objects.files[Int(position.file)] + ":" : "line "
    return "\(file)\(position.line)"
  }
}

/// A Pod, or a workload that makes Pods.
struct PodCarrier {
  var kind: String
  var pod: Pod

  var hasEnded: Bool { pod.phase == .succeeded || pod.phase == .failed }

  /// `Deployment shop/web`
  var title: String { "\(kind) \(pod.name)" }
}
