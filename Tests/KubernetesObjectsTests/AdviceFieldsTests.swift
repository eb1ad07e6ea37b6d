import KubernetesObjects
import Testing

/// What has no effect on rules and is read for advice alone.
@Suite struct AdviceFieldsTests {
  private static let service = """
    apiVersion: v1
    kind: Service
    metadata:
      name: web
      annotations:
        svcnat/ignore: "SVC101, SVC201"
        service.beta.kubernetes.io/load-balancer-source-ranges: 10.0.0.0/8
        service.alpha.kubernetes.io/tolerate-unready-endpoints: "true"
        example.org/other: x
    spec:
      type: LoadBalancer
      clusterIP: 10.96.0.1
      internalTrafficPolicy: Local
      externalTrafficPolicy: Local
      sessionAffinity: ClientIP
      healthCheckNodePort: 31000
      trafficDistribution: PreferSameZone
      loadBalancerIP: 192.0.2.1
      selector:
        app: web
      ports:
      - port: 80
        nodePort: 30080
        targetPort: http
        name: a
      - {name: b, port: 81}
    """

  @Test func keepsPositionsOfFields() throws {
    let service = try #require(read(Self.service).services.first)
    #expect(service.fields.type?.line == 11)
    #expect(service.fields.clusterIP?.line == 12)
    #expect(service.fields.internalTrafficPolicy?.line == 13)
    #expect(service.fields.externalTrafficPolicy?.line == 14)
    #expect(service.fields.sessionAffinity?.line == 15)
    #expect(service.fields.healthCheckNodePort?.line == 16)
    #expect(service.trafficDistribution?.value == "PreferSameZone" && service.trafficDistribution?.position.line == 17)
    #expect(service.loadBalancerIP?.value == "192.0.2.1" && service.loadBalancerIP?.position.line == 18)
    #expect(service.fields.selector == SourcePosition(file: 0, line: 19, column: 3))
    #expect(service.ports.first?.nodePortPosition == SourcePosition(file: 0, line: 23, column: 15))
    #expect(service.ports.first?.targetPortPosition == SourcePosition(file: 0, line: 24, column: 17))
    #expect(service.ports.last?.nodePortPosition == nil && service.ports.last?.targetPortPosition == nil)
  }

  @Test func keepsAnnotationsThatMeanSomething() throws {
    let service = try #require(read(Self.service).services.first)
    #expect(
      service.annotations.mapValues(\.value) == [
        "svcnat/ignore": "SVC101, SVC201",
        "service.beta.kubernetes.io/load-balancer-source-ranges": "10.0.0.0/8",
        "service.alpha.kubernetes.io/tolerate-unready-endpoints": "true",
      ])
    #expect(service.annotations["svcnat/ignore"]?.position == SourcePosition(file: 0, line: 6, column: 20))
  }

  @Test func aSliceKeepsItsTwoAnnotationsApart() throws {
    let slice = try #require(
      read(
        """
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata:
          name: a-1
          labels: {kubernetes.io/service-name: a}
          annotations: {svcnat/ignore: SVC202, endpoints.kubernetes.io/last-change-trigger-time: "2025-01-01T00:00:00Z"}
        addressType: IPv4
        """
      ).slices.first)
    #expect(slice.ignoredChecks?.value == "SVC202")
    #expect(slice.lastChangeTriggerTime == "2025-01-01T00:00:00Z")
  }

  @Test(
    arguments: [
      ("loadBalancerSourceRanges: [10.0.0.0/33]", .sourceRange),
      ("sessionAffinityConfig: {clientIP: {timeoutSeconds: 86401}}", .affinityTimeout),
      ("clusterIP: web", nil),
    ] as [(String, Diagnostic.Topic?)])
  func saysWhatADiagnosticIsAbout(spec: String, topic: Diagnostic.Topic?) {
    let set = read("apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  ports: [{port: 80}]\n  \(spec)\n")
    #expect(set.diagnostics.map(\.topic) == [topic])
  }

  @Test func aNodePortGivenTwiceHasATopic() {
    let ports = "[{name: a, port: 80, nodePort: 30080}, {name: b, port: 81, nodePort: 30080}]"
    let set = read("apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {type: NodePort, ports: \(ports)}\n")
    #expect(set.diagnostics.map(\.topic) == [.nodePortGivenTwice])
  }

  // MARK: - Pod templates

  private static let workloads = """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web, namespace: shop}
    spec:
      selector: {matchLabels: {app: other}}
      template:
        metadata: {labels: {app: web, tier: "1"}}
        spec:
          containers:
          - {name: a, ports: [{name: http, containerPort: 8080}]}
          initContainers:
          - {name: b, restartPolicy: Always, ports: [{containerPort: 15001, protocol: UDP}]}
          - {name: c, ports: [{containerPort: 1}]}
    ---
    apiVersion: batch/v1
    kind: CronJob
    metadata: {name: nightly}
    spec: {jobTemplate: {spec: {template: {metadata: {labels: {app: nightly}}}}}}
    ---
    apiVersion: apps/v1
    kind: ReplicaSet
    metadata: {name: web-1, ownerReferences: [{kind: Deployment, name: web}]}
    spec: {template: {metadata: {labels: {app: web}}}}
    ---
    apiVersion: extensions/v1beta1
    kind: Deployment
    metadata: {name: old}
    spec: {template: {metadata: {labels: {app: old}}}}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: broken}
    spec: {template: {metadata: {labels: [1]}, spec: {containers: {a: 1}}}}
    """

  @Test func readsPodTemplatesWhereAsked() throws {
    var reader = ObjectReader(options: ObjectReader.Options(readsPodTemplates: true))
    var text = Self.workloads
    text.withUTF8 { reader.read(UnsafeRawBufferPointer($0), named: "in.yaml") }
    let set = reader.finish()
    #expect(set.said == [], "what is wrong in a workload is none of our business")
    #expect(
      set.podTemplates.map { "\($0.kind) \($0.name)" } == [
        "Deployment shop/web", "CronJob default/nightly", "Deployment default/broken",
      ])
    let web = try #require(set.podTemplates.first)
    #expect(web.labels == ["app": "web", "tier": "1"])
    #expect(web.containerPorts.map(\.port) == [8080, 15001])
    #expect(web.containerPorts.map(\.transport) == [.tcp, .udp])
    #expect(web.declaresAllPorts)
    #expect(web.position.line == 3)
    #expect(set.passedOver["apps/v1 Deployment"] == 2, "as without templates")
  }

  @Test(arguments: [
    ("[{name: a, ports: [{containerPort: 1}]}]", true), ("[{name: a, ports: [{containerPort: 1}]}, {name: b}]", false),
    ("[{name: a, ports: []}]", false), ("null", false),
  ])
  func saysWhetherEveryContainerNamesPorts(containers: String, expected: Bool) throws {
    let set = read("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: \(containers)}\n")
    #expect(set.pods.map(\.declaresAllPorts) == [expected])
  }

  @Test func readsNoPodTemplatesOtherwise() {
    let set = read(Self.workloads)
    #expect(set.podTemplates.isEmpty && set.said == [])
  }
}
