#if Agent
  import APIServerStandIn
  import KubernetesObjects
  import NetworkAddresses

  @testable import LivePlan

  extension StandInObject {
    static func service(
      _ name: String, namespace: String = "demo", address: String = "10.96.0.10", port: Int = 80,
      labels: [String: String] = [:]
    ) -> StandInObject {
      StandInObject(
        ID(.services, namespace, name), labels: labels, fields: ["spec.clusterIP": address],
        members: """
          "spec":{"ports":[{"name":"http","protocol":"TCP","port":\(port),"targetPort":8080}],"clusterIP":"\(address)",\
          "clusterIPs":["\(address)"],"type":"ClusterIP","sessionAffinity":"None","internalTrafficPolicy":"Cluster"},\
          "status":{"loadBalancer":{}}
          """)
    }

    static func slice(
      _ name: String, namespace: String = "demo", of service: String, addresses: [String],
      labels: [String: String] = [:]
    ) -> StandInObject {
      let endpoints = addresses.map {
        "{\"addresses\":[\"\($0)\"],\"conditions\":{\"ready\":true,\"serving\":true,\"terminating\":false}}"
      }
      return StandInObject(
        ID(.endpointslices, namespace, name),
        labels: labels.merging(["kubernetes.io/service-name": service]) { given, _ in given },
        members: """
          "addressType":"IPv4","endpoints":[\(endpoints.joined(separator: ","))],\
          "ports":[{"name":"http","protocol":"TCP","port":8080}]
          """)
    }

    static func range(_ name: String, _ prefix: String) -> StandInObject {
      StandInObject(ID(.servicecidrs, "", name), members: "\"spec\":{\"cidrs\":[\"\(prefix)\"]}")
    }

    static func node(_ name: String, zone: String) -> StandInObject {
      StandInObject(
        ID(.nodes, "", name), labels: ["topology.kubernetes.io/zone": zone],
        members: """
          "spec":{"podCIDRs":["10.244.1.0/24"]},\
          "status":{"addresses":[{"type":"InternalIP","address":"192.168.0.2"}]}
          """)
    }
  }

  extension StandInCluster {
    /// What somebody who chooses as kube-proxy knows when all has come.
    var truth: (store: ObjectStore, node: Node?) {
      var store = ObjectStore()
      let objects = read(.services, ["labelSelector": "!service.kubernetes.io/service-proxy-name"])
      store.replaceServices(with: objects.services.filter { !$0.isHeadless }.map { Listed($0) })
      store.replaceSlices(
        with: read(.endpointslices, ["labelSelector": "!service.kubernetes.io/headless"]).slices.map { Listed($0) })
      store.replaceServiceCIDRs(with: read(.servicecidrs).serviceCIDRs.map { Listed($0) })
      return (store, read(.nodes, ["fieldSelector": "metadata.name=node-1"]).nodes.first)
    }

    private func read(_ resource: StandInResource, _ query: [String: String] = [:]) -> ObjectSet {
      var reader = ObjectReader()
      var text = list(resource, query: query)
      text.withUTF8 { reader.read(UnsafeRawBufferPointer($0), named: "truth", format: .json) }
      return reader.finish()
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
