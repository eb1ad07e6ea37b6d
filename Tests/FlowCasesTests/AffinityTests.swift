import FlowCases
import RuleTargets
import Testing

@Suite struct AffinityTests {
  /// Two Services with affinity each, and flows to both.
  private static func text(groups: (String, String), timeouts: (Int, Int) = (60, 60)) -> String {
    func objects(_ name: String, _ address: String) -> String {
      """
      - apiVersion: v1
        kind: Service
        metadata: {name: \(name)}
        spec:
          clusterIP: \(address)
          clusterIPs: [\(address)]
          ipFamilies: [IPv4]
          ports: [{protocol: TCP, port: 80}]
          sessionAffinity: ClientIP
          sessionAffinityConfig: {clientIP: {timeoutSeconds: 60}}
      - apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: \(name)-1, labels: {kubernetes.io/service-name: \(name)}}
        addressType: IPv4
        ports: [{name: "", protocol: TCP, port: 8080}]
        endpoints:
        - {addresses: [10.244.1.5], conditions: {ready: true}}
        - {addresses: [10.244.1.6], conditions: {ready: true}}

      """
    }
    func flow(_ name: String, _ address: String, _ source: String, _ group: String, _ timeout: Int) -> String {
      """
      - name: \(name)
        from: {kind: pod, ip: \(source)}
        to: \(address)
        protocol: TCP
        port: 80
        expect: {action: dnat, backends: ['10.244.1.5:8080', '10.244.1.6:8080'], masquerade: false}
        affinity: {timeoutSeconds: \(timeout), group: \(group)}

      """
    }
    return """
      name: two
      config:
        nodeName: worker-1
        detectLocal: {mode: ClusterCIDR, cidrs: [10.244.0.0/16]}
      objects:
      \(objects("a", "10.96.0.1"))\(objects("b", "10.96.0.2"))flows:
      \(flow("to a", "10.96.0.1", "10.244.1.8", groups.0, timeouts.0))\
      \(flow("to b", "10.96.0.2", "10.244.1.9", groups.1, timeouts.1))
      """
  }

  private func mismatches(_ text: String, _ target: RuleTarget) throws -> [String: [String]] {
    let file = FlowCaseFile.read(text, named: "two.yaml")
    try #require(file.diagnostics.map { $0.text(files: [file.name]) } == [])
    var mismatches: [String: [String]] = [:]
    for result in FlowRun(targets: [target]).results(of: file.cases[0]) {
      if case .failed(let failure) = result.verdict {
        mismatches[result.name ?? "", default: []] += failure.mismatches.map(\.description)
      }
    }
    return mismatches
  }

  @Test(arguments: RuleTarget.allCases)
  func eachServiceRemembersForItself(_ target: RuleTarget) throws {
    #expect(try mismatches(AffinityTests.text(groups: ("a", "b")), target) == [:])
  }

  /// The flows have different clients; what counts is that a client would come back.
  @Test(arguments: RuleTarget.allCases)
  func aGroupAcrossServicesFails(_ target: RuleTarget) throws {
    let both = "10.244.1.5:8080, 10.244.1.6:8080"
    #expect(
      try mismatches(AffinityTests.text(groups: ("both", "both")), target) == [
        "to b": [
          "affinity: 0 s after \"to a\" took a client to 10.244.1.5:8080, it comes to \(both)",
          "affinity: 0 s after \"to b\" took a client to 10.244.1.5:8080, it comes to \(both)",
        ]
      ])
  }

  @Test(arguments: RuleTarget.allCases)
  func timeoutsAreMeasured(_ target: RuleTarget) throws {
    let both = "10.244.1.5:8080, 10.244.1.6:8080"
    #expect(
      try mismatches(AffinityTests.text(groups: ("a", "b"), timeouts: (50, 70)), target) == [
        "to a": [
          """
          affinity: 51 s after "to a" took a client to 10.244.1.5:8080, the time is over, but it comes to \
          10.244.1.5:8080 only
          """
        ],
        "to b": ["affinity: 69 s after \"to b\" took a client to 10.244.1.5:8080, it comes to \(both)"],
      ])
  }
}
