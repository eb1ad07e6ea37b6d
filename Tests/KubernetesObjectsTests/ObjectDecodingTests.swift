import KubernetesObjects
import NetworkAddresses
import Testing

/// Every field that is read arrives where it belongs, and what is missing has the API server's default.
@Suite struct ObjectDecodingTests {
  @Test func readsEveryField() throws {
    let set = read(Sample.yaml)
    #expect(
      set.said == [
        "in.yaml:45:7: warning: shop/web: status.loadBalancer.ingress[2]: lb.example.org has no address; a proxy does not serve host names (FRONT-5)"
      ])
    let service = try #require(set.services.first)
    #expect(service.name == NamespacedName(namespace: "shop", name: "web"))
    #expect(service.position == SourcePosition(file: 0, line: 4, column: 9))
    #expect(service.labels == ["app": "web", "tier": "1"])
    #expect(service.annotations.mapValues(\.value) == ["service.kubernetes.io/topology-mode": "Auto"])
    #expect(service.annotations.values.map(\.position.line) == [10])
    #expect(service.kind == .loadBalancer)
    #expect(!service.isHeadless)
    #expect(service.clusterIPs.map(\.value.description) == ["10.96.0.10", "fd10:96::a"])
    #expect(service.clusterIPs.map(\.position.column) == [16, 28])
    #expect(service.ipFamilies == [.ipv4, .ipv6])
    #expect(service.ipFamilyPolicy == .requireDualStack)
    #expect(service.ports.map(\.name) == ["http", "dns", "sig"])
    #expect(service.ports.map(\.transport) == [.tcp, .udp, .sctp])
    #expect(service.ports.map(\.port) == [80, 53, 99])
    #expect(service.ports.map(\.nodePort) == [30080, 0, 0])
    #expect(service.ports.map(\.targetPort) == [.name("http"), .number(5353), nil])
    #expect(service.externalIPs.map(\.value.description) == ["203.0.113.7"])
    #expect(service.sourceRanges.map(\.value.description) == ["198.51.100.0/24", "2001:db8::/32"])
    #expect(!service.allocatesNodePorts)
    #expect(service.internalTrafficPolicy == .local && service.externalTrafficPolicy == .local)
    #expect(service.affinitySeconds == 600)
    #expect(service.healthCheckNodePort == 31000)
    #expect(service.selector == ["app": "web", "tier": "1"])
    #expect(service.publishNotReadyAddresses)
    #expect(service.loadBalancerIngress.map(\.address?.description) == ["192.0.2.50", "192.0.2.51", nil])
    #expect(service.loadBalancerIngress.map(\.mode) == [.proxy, .vip, .vip])
    #expect(service.loadBalancerIngress.map(\.hostname) == [nil, nil, "lb.example.org"])

    let slice = try #require(set.slices.first)
    #expect(slice.owner == service.name)
    #expect(slice.isHeadless && slice.origin == .written && slice.addressType == .ipv4)
    #expect(slice.lastChangeTriggerTime == "2025-01-01T00:00:00Z")
    #expect(slice.ports.map(\.name) == ["http", ""])
    #expect(slice.ports.map(\.port) == [8080, 5353])
    #expect(slice.ports.map(\.transport) == [.tcp, .udp])
    #expect(slice.endpoints.map(\.address.description) == ["10.244.0.5", "10.244.1.5", "10.244.1.6"])
    #expect(slice.endpoints.map(\.isReady) == [true, false, true])
    #expect(slice.endpoints.map(\.isServing) == [true, false, true])
    #expect(slice.endpoints.map(\.isTerminating) == [false, true, false])
    #expect(slice.endpoints.map(\.nodeName) == ["worker-1", nil, nil])
    #expect(slice.endpoints.map(\.zone) == ["zone-a", nil, nil])
    #expect(
      slice.endpoints.map(\.hints) == [
        EndpointHints(forNodes: ["worker-1"], forZones: ["zone-a", "zone-b"]), nil, EndpointHints(),
      ])

    let node = try #require(set.nodes.first)
    #expect(node.name == "worker-1" && node.zone == "zone-a" && node.isDeleting)
    #expect(node.addresses.map(\.value.description) == ["192.0.2.1", "2001:db8::1", "203.0.113.1"])
    #expect(node.podCIDRs.map(\.value.description) == ["10.244.0.0/24", "fd10:244::/64"])
    #expect(node.taintKeys == ["ToBeDeletedByClusterAutoscaler"])

    #expect(set.serviceCIDRs.map { $0.cidrs.map(\.value.description) } == [["10.96.0.0/16", "fd10:96::/112"]])

    let pod = try #require(set.pods.first)
    #expect(pod.name.description == "shop/web-0" && pod.labels == ["app": "web"])
    #expect(pod.nodeName == "worker-1" && pod.hostname == "zero" && pod.subdomain == "web" && pod.usesHostNetwork)
    #expect(pod.phase == .running && pod.isReady && !pod.isDeleting)
    #expect(pod.addresses.map(\.value.description) == ["10.244.0.5", "fd10:244::5"])
    #expect(pod.containerPorts.map(\.name) == ["http", "side"])
    #expect(pod.containerPorts.map(\.port) == [8080, 2])

    let endpoints = try #require(set.endpoints.first)
    #expect(endpoints.skipsMirroring)
    #expect(endpoints.subsets.map { $0.addresses.map(\.address.description) } == [["10.244.0.7", "10.244.0.8"]])
    #expect(endpoints.subsets.map { $0.addresses.map(\.isReady) } == [[true, false]])
    #expect(endpoints.subsets.map { $0.ports.map(\.name) } == [["http", ""]])
  }

  @Test func appliesDefaults() throws {
    let set = read(
      """
      apiVersion: v1
      kind: Service
      metadata: {name: a}
      spec: {type: "", ports: [{port: 80, targetPort: 0, protocol: ""}], sessionAffinity: ClientIP, clusterIP: null}
      ---
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata: {name: a-1, namespace: "", labels: {kubernetes.io/service-name: a}}
      addressType: IPv4
      ports: [{port: 80}]
      endpoints: [{addresses: [10.0.0.1], conditions: {ready: null}}]
      """)
    #expect(set.said == [])
    let service = try #require(set.services.first)
    #expect(service.name.namespace == "default")
    #expect(service.kind == .clusterIP && service.clusterIPs.isEmpty && !service.isHeadless)
    #expect(service.internalTrafficPolicy == .cluster && service.externalTrafficPolicy == .cluster)
    #expect(service.affinitySeconds == 10800)
    #expect(service.allocatesNodePorts)
    #expect(service.ports.map(\.transport) == [.tcp])
    #expect(service.ports.map(\.targetPort) == [nil])
    #expect(set.slices.first?.owner == service.name)
    #expect(set.slices.first?.ports.map(\.name) == [""])
    #expect(set.slices.first?.endpoints.map(\.isReady) == [true])
  }

  @Test(
    arguments: [
      ("clusterIP: None", true, []),
      ("clusterIPs: [None]", true, []),
      ("clusterIP: ''\n  clusterIPs: ['']", false, []),
      ("clusterIP: 10.0.0.1", false, ["10.0.0.1"]),
      ("clusterIPs: [10.0.0.1, 'fd00::1']", false, ["10.0.0.1", "fd00::1"]),
      ("clusterIP: 10.0.0.1\n  clusterIPs: []", false, ["10.0.0.1"]),
    ] as [(String, Bool, [String])])
  func clusterIPs(spec: String, isHeadless: Bool, addresses: [String]) {
    let set = read("apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  ports: [{port: 80}]\n  \(spec)\n")
    #expect(set.said == [])
    #expect(set.services.map(\.isHeadless) == [isHeadless])
    #expect(set.services.first?.clusterIPs.map(\.value.description) == addresses)
  }

  @Test func jsonAndYAMLGiveTheSame() {
    let (documents, diagnostics) = DocumentTree.read(Sample.yaml, named: "in.yaml")
    #expect(diagnostics.isEmpty)
    let json = "[" + documents.map { Self.json($0.root) }.joined(separator: ",") + "]"
    let fromJSON = read(#"{"kind":"List","apiVersion":"v1","items":\#(json)}"#, named: "in.json")
    let fromYAML = read(Sample.yaml)
    #expect(fromJSON.services.map(\.selector) == fromYAML.services.map(\.selector))
    #expect(fromJSON.services.map(\.ports.count) == fromYAML.services.map(\.ports.count))
    #expect(fromJSON.slices.map { $0.endpoints.map(\.hints) } == fromYAML.slices.map { $0.endpoints.map(\.hints) })
    #expect(fromJSON.pods.map(\.containerPorts.count) == fromYAML.pods.map(\.containerPorts.count))
    #expect(fromJSON.diagnostics.map(\.message) == fromYAML.diagnostics.map(\.message))
  }

  static func json(_ node: DocumentNode) -> String {
    switch node.kind {
    case .null: "null"
    case .boolean, .number: node.scalarText ?? ""
    case .string: (node.string ?? "").debugDescription
    case .list: "[" + node.elements.map(json).joined(separator: ",") + "]"
    case .mapping:
      "{" + node.entries.map { $0.key.debugDescription + ":" + json($0.value) }.joined(separator: ",") + "}"
    }
  }
}
