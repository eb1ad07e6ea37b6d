import KubernetesObjects
import NetworkAddresses

/// One endpoint of a service port: what the choice of usable ones looks at (sections 5 to 7).
struct Candidate {
  var backend: Backend
  var isReady: Bool
  var isServing: Bool
  var isTerminating: Bool
  var hints: EndpointHints?

  /// EPC-3
  var isServingTerminating: Bool { isServing && isTerminating }
}

/// The endpoints a service port may use on this node (section 6).
struct EndpointSelection {
  var cluster: [Backend] = []
  var local: [Backend] = []
  var hasEndpoints = false

  /// - Parameter candidates: deduplicated, in the order of EPS-12.
  init(
    _ candidates: [Candidate], usesCluster: Bool, usesLocal: Bool, nodeName: String, zone: String?
  ) {
    if usesCluster {
      cluster = EndpointSelection.cluster(candidates, nodeName: nodeName, zone: zone)
    }
    if usesLocal {
      // Ready remote endpoints do not prevent the fallback (CAT-4).
      let ready = candidates.filter { $0.backend.isLocal && $0.isReady }
      let usable = ready.isEmpty ? candidates.filter { $0.backend.isLocal && $0.isServingTerminating } : ready
      local = usable.map(\.backend)
    }
    hasEndpoints = !cluster.isEmpty || (usesLocal && candidates.contains { $0.isReady || $0.isServingTerminating })
  }

  private static func cluster(_ candidates: [Candidate], nodeName: String, zone: String?) -> [Backend] {
    let ready = candidates.filter(\.isReady)
    if ready.isEmpty {
      return candidates.filter(\.isServingTerminating).map(\.backend)
    }
    return TopologyHints.filter(ready, nodeName: nodeName, zone: zone).map(\.backend)
  }
}
