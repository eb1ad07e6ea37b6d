/// The kinds that make Pods from a template.
enum Workload: String {
  case deployment = "Deployment"
  case statefulSet = "StatefulSet"
  case daemonSet = "DaemonSet"
  case replicaSet = "ReplicaSet"
  case replicationController = "ReplicationController"
  case job = "Job"
  case cronJob = "CronJob"

  /// Nil for other kinds, and for versions of the API that are gone.
  init?(kind: String, apiVersion: String) {
    guard let workload = Workload(rawValue: kind), workload.apiVersion == apiVersion else { return nil }
    self = workload
  }

  private var apiVersion: String {
    switch self {
    case .deployment, .statefulSet, .daemonSet, .replicaSet: "apps/v1"
    case .replicationController: "v1"
    case .job, .cronJob: "batch/v1"
    }
  }
}

extension ObjectDecoder {
  /// Nil where the workload belongs to another one, whose template it repeats, and where it has no template.
  mutating func podTemplate(of workload: Workload) -> PodTemplate? {
    guard let metadata = metadata(namespaced: true, .subdomain), !isOwned, var spec = view.value(of: "spec", in: root)
    else { return nil }
    if workload == .cronJob {
      guard let job = view.value(of: "jobTemplate", in: spec).flatMap({ view.value(of: "spec", in: $0) }) else {
        return nil
      }
      spec = job
    }
    guard let index = view.value(of: "template", in: spec) else { return nil }
    var template = PodTemplate(kind: workload.rawValue, name: metadata.name, position: metadata.position)
    forEachField(of: index) { decoder, field, value in
      switch field {
      case .metadata:
        decoder.forEachField(of: value) { decoder, field, value in
          if field == .labels { template.labels = decoder.dictionary(value) }
        }
      case .spec:
        (template.containerPorts, template.declaresAllPorts) = decoder.containerPorts(
          decoder.view.value(of: "containers", in: value),
          initContainers: decoder.view.value(of: "initContainers", in: value))
      default: break
      }
    }
    return template
  }

  private var isOwned: Bool {
    guard let metadata = view.value(of: "metadata", in: root),
      let owners = view.value(of: "ownerReferences", in: metadata)
    else { return false }
    return view.kind(owners) == .sequence && view[owners].length > 0
  }
}
