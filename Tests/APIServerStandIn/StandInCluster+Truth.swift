#if Agent
  import KubernetesObjects

  extension StandInCluster {
    /// What somebody who chooses as kube-proxy knows when all has come.
    ///
    /// - Parameter nodeName: whose Node it is.
    public func truth(nodeName: String = "node-1") -> (objects: ObjectSet, node: Node?) {
      var objects = ObjectSet()
      objects.services = read(.services, ["labelSelector": "!service.kubernetes.io/service-proxy-name"]).services
        .filter { !$0.isHeadless }
      objects.slices = read(.endpointslices, ["labelSelector": "!service.kubernetes.io/headless"]).slices
      objects.serviceCIDRs = read(.servicecidrs).serviceCIDRs
      return (objects, read(.nodes, ["fieldSelector": "metadata.name=\(nodeName)"]).nodes.first)
    }

    private func read(_ resource: StandInResource, _ query: [String: String] = [:]) -> ObjectSet {
      var reader = ObjectReader()
      var text = list(resource, query: query)
      text.withUTF8 { reader.read(UnsafeRawBufferPointer($0), named: "truth", format: .json) }
      return reader.finish()
    }
  }
#endif
