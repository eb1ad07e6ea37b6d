#if Agent && os(Linux)
  import KubernetesObjects
  import NetworkAddresses
  import RuleTargets
  import ServicePlan
  import Testing

  @testable import NodeAgent

  /// A few Services, as manifests.
  enum SmallCluster {
    static let node = """
      apiVersion: v1
      kind: Node
      metadata: {name: node-1, labels: {topology.kubernetes.io/zone: a}}
      spec: {podCIDRs: [10.244.1.0/24]}
      status: {addresses: [{type: InternalIP, address: 192.0.2.11}]}

      """

    static func service(
      _ name: String, _ address: String, port: Int = 80, transport: String = "TCP", more: String = "",
      labels: String = ""
    ) -> String {
      """
      apiVersion: v1
      kind: Service
      metadata: {name: \(name), namespace: shop, labels: {\(labels)}}
      spec: {clusterIP: \(address), clusterIPs: [\(address)], ports: [{protocol: \(transport), port: \(port)}]\(more)}

      """
    }

    static func slice(_ service: String, _ addresses: [String], transport: String = "TCP", more: String = "") -> String
    {
      let endpoints = addresses.map { "{addresses: [\($0)], conditions: {ready: true}, nodeName: node-1\(more)}" }
      return """
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: \(service)-1, namespace: shop, labels: {kubernetes.io/service-name: \(service)}}
        addressType: IPv4
        ports: [{protocol: \(transport), port: 8080}]
        endpoints: [\(endpoints.joined(separator: ", "))]

        """
    }

    static let text = [
      node, service("web", "10.96.0.10"), slice("web", ["10.244.1.5", "10.244.1.6"]), service("empty", "10.96.0.11"),
      service("dns", "10.96.0.12", port: 53, transport: "UDP"), slice("dns", ["10.244.1.7"], transport: "UDP"),
    ].joined(separator: "---\n")

    static func objects(_ texts: String...) throws -> ObjectSet {
      var reader = ObjectReader()
      for var text in texts { text.withUTF8 { reader.read(UnsafeRawBufferPointer($0), named: "objects.yaml") } }
      let objects = reader.finish()
      try #require(!objects.hasErrors, "\(objects.diagnostics)")
      return objects
    }

    static var objects: ObjectSet { get throws { try objects(text) } }

    static var namespacedWeb: NamespacedName { NamespacedName(namespace: "shop", name: "web") }
  }

  extension AgentConfiguration {
    /// Without pauses; the node as its Node says.
    static func hasty(
      _ target: RuleTarget = .nftMaps, families: [IPFamily] = [.ipv4], nodePortAddresses: [String] = ["192.0.2.0/24"]
    ) -> AgentConfiguration {
      var configuration = AgentConfiguration(target: target) { node in
        var resolved = NodeConfiguration(nodeName: "node-1")
        resolved.nodeIPs = node?.addresses.map(\.value) ?? []
        resolved.interfaceAddresses = resolved.nodeIPs
        resolved.zone = node?.zone
        resolved.nodePortAddresses = nodePortAddresses.compactMap { IPPrefix($0) }.map { .prefix($0) }
        resolved.detectLocal = .nodeCIDR(node?.podCIDRs.map(\.value) ?? [])
        return resolved
      }
      configuration.families = families
      configuration.minSyncPeriod = .zero
      configuration.syncPeriod = .milliseconds(200)
      return configuration
    }
  }
#endif
