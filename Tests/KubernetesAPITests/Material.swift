#if Agent
  import APIServerStandIn
  import KubernetesObjects
  import NetworkAddresses

  @testable import LivePlan

  extension StandInCluster {
    /// What somebody who chooses as kube-proxy knows when all has come.
    var truth: (store: ObjectStore, node: Node?) {
      let (objects, node) = truth()
      var store = ObjectStore()
      store.replaceServices(with: objects.services.map { Listed($0) })
      store.replaceSlices(with: objects.slices.map { Listed($0) })
      store.replaceServiceCIDRs(with: objects.serviceCIDRs.map { Listed($0) })
      return (store, node)
    }
  }

  extension ObjectStore {
    /// What is known, for comparison.
    var summary: [String] {
      names.map { name in
        guard let (service, slices) = self[name] else { return "\(name) has slices only" }
        let ports = service.ports.map { "\($0.name) \($0.port)" }
        let endpoints = slices.sorted { $0.name < $1.name }.map { "\($0.name) \($0.endpoints.map(\.address))" }
        return "\(name) \(service.clusterIPs.map(\.value)) \(ports) \(endpoints)"
      }.sorted() + ["ranges \(serviceCIDRs)"]
    }
  }

  extension Node {
    /// What is known, for comparison.
    var summary: String { "\(name) \(zone ?? "") \(addresses.map(\.value)) \(podCIDRs.map(\.value))" }
  }
#endif
