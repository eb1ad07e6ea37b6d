import FlowCases
import NetworkAddresses
import RuleEvaluator
import ServicePlan
import Testing

@Suite struct FlowCaseReaderTests {
  static let valid = """
    name: shop
    config:
      nodeName: worker-1
      nodeIPs: [192.0.2.11]
      detectLocal: {mode: ClusterCIDR, cidrs: [10.244.0.0/16]}
    objects:
    - apiVersion: v1
      kind: Service
      metadata: {name: web}
      spec: {clusterIP: 10.96.0.1, clusterIPs: [10.96.0.1], ipFamilies: [IPv4], ports: [{port: 80}]}
    flows:
    - name: from a pod
      from: {kind: pod, ip: 10.244.1.9}
      to: 10.96.0.1
      protocol: TCP
      port: 80
      expect: {action: dnat, backends: ['10.244.1.5:8080'], masquerade: false}
    healthChecks:
    - {service: default/web, port: 30000, open: true, localEndpoints: 1, status: 200}
    """

  static let stepped = """
    name: steps
    config: {nodeName: worker-1}
    steps:
    - apply:
      - apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: shop}
        spec: {clusterIP: 10.96.0.1, clusterIPs: [10.96.0.1], ipFamilies: [IPv4], ports: [{port: 80}]}
      nodeZone: zone-a
    - delete: [{kind: Service, namespace: shop, name: web}]
      nodeZone: null
      conntrackBefore:
      - {id: a, protocol: UDP, origSrc: 10.0.0.1, origSrcPort: 1, origDst: 10.0.0.2, origDstPort: 2, replySrc: 10.0.0.3, \
    replySrcPort: 3}
      conntrackDeleted: [a]
    """

  @Test func whatIsNotWrittenHasDefaults() throws {
    let file = FlowCaseFile.read(Self.valid, named: "shop.yaml")
    #expect(file.diagnostics.isEmpty)
    let flowCase = try #require(file.cases.first)
    #expect(flowCase.modes == Set(ProxyMode.allCases))
    #expect(flowCase.since == nil)
    #expect(!flowCase.hasSteps && flowCase.steps.count == 1)
    #expect(flowCase.configuration.interfaceAddresses == flowCase.configuration.nodeIPs)
    let flow = try #require(flowCase.steps[0].flows.first)
    let packet = Packet(
      from: .pod, try #require(IPAddress("10.244.1.9")), to: try #require(IPAddress("10.96.0.1")), .tcp, port: 80)
    #expect(flow.packet == packet)
    #expect(flow.expectations[.iptables] == flow.expectations[.nftables])
    #expect(flow.expectations[.iptables]?.description == "dnat to 10.244.1.5:8080, not masqueraded")
    #expect(flowCase.steps[0].apply.map(\.key.description) == ["Service default/web"])
    #expect(flowCase.steps[0].healthChecks.first?.answer?.localEndpoints == 1)
  }

  @Test func stepsChangeWhatIsThere() throws {
    let file = FlowCaseFile.read(Self.stepped, named: "steps.yaml")
    #expect(file.diagnostics.isEmpty)
    let flowCase = try #require(file.cases.first)
    let states = ClusterState.all(of: flowCase)
    #expect(states.map(\.objects.services.count) == [1, 0])
    #expect(states.map(\.configuration.zone) == ["zone-a", nil])
    #expect(flowCase.steps[1].conntrack?.deleted == ["a"])
    #expect(flowCase.steps[1].conntrack?.before.first?.replySource == FlowBackend("10.0.0.3:3"))
  }

  @Test func aFileHasSeveralCasesAndListsStandForTheirItems() throws {
    let list = Self.valid.replacing(
      "objects:\n",
      with: "objects:\n- apiVersion: v1\n  kind: List\n  items:\n  - {apiVersion: v1, kind: ServiceAccount, "
        + "metadata: {name: a}}\n")
    let file = FlowCaseFile.read(Self.valid + "\n---\n" + list, named: "two.yaml")
    #expect(file.cases.map(\.steps[0].apply.count) == [1, 2])
    #expect(
      file.diagnostics.map { $0.text(files: [file.name]) } == [
        "two.yaml:30:5: warning: objects[0].items[0]: this ServiceAccount changes nothing: a case is about Services, "
          + "EndpointSlices and its config"
      ])
  }

  /// A text of a valid case, what stands there instead, and what is said about it.
  struct Mistake: Sendable, CustomTestStringConvertible {
    var original: String
    var mistake: String
    var messages: [String]
    var testDescription: String { mistake }

    func made(in text: String) -> String { text.replacing(original, with: mistake, maxReplacements: 1) }

    init(_ original: String, _ mistake: String, _ messages: String...) {
      self.original = original
      self.mistake = mistake
      self.messages = messages
    }
  }

  static let mistakes = [
    Mistake("name: shop", "", ":2:1: error: name: is missing"),
    Mistake("name: shop", "name: ''", ":1:7: error: name: must not be empty"),
    Mistake("name: shop", "name: 7", ":1:7: error: name: expected a string, found the number 7; quote it: \"7\""),
    Mistake(
      "name: shop", "name: shop\nflow: []", ":2:1: error: flow: there is no such key; did you mean flows?"),
    Mistake("name: shop", "name: shop\nname: shop", ":2:1: error: name: is given twice, first in line 1"),
    Mistake(
      "name: shop", "name: shop\nmodes: [iptable]",
      ":2:9: error: modes[0]: \"iptable\" is none of iptables, nftables; did you mean iptables?"),
    Mistake("name: shop", "name: shop\nmodes: []", ":2:8: error: modes: must not be empty"),
    Mistake("name: shop", "name: shop\nsince: soon", ":2:8: error: since: expected a release such as \"1.37\""),
    Mistake(
      "  nodeName: worker-1", "  nodename: worker-1",
      ":3:3: error: config.nodename: there is no such key; did you mean nodeName?",
      ":3:3: error: config.nodeName: is missing"),
    Mistake(
      "nodeIPs: [192.0.2.11]", "nodeIPs: [192.0.2.300]",
      ":4:13: error: config.nodeIPs[0]: \"192.0.2.300\" is not an IP address"),
    Mistake(
      "nodeIPs: [192.0.2.11]", "nodeIPs: 192.0.2.11",
      ":4:12: error: config.nodeIPs: expected a list, found the string \"192.0.2.11\""),
    Mistake(
      "nodeIPs: [192.0.2.11]", "nodePortAddresses: [loopback]",
      ":4:23: error: config.nodePortAddresses[0]: \"loopback\" is not a CIDR, primary, localhost or all"),
    Mistake(
      "nodeIPs: [192.0.2.11]", "masqueradeAll: always",
      ":4:18: error: config.masqueradeAll: expected true or false, found the string \"always\""),
    Mistake(
      "mode: ClusterCIDR", "mode: clusterCidr",
      ":5:23: error: config.detectLocal.mode: \"clusterCidr\" is none of ClusterCIDR, NodeCIDR, BridgeInterface, "
        + "InterfaceNamePrefix, None; did you mean ClusterCIDR?"),
    Mistake(
      "mode: ClusterCIDR", "mode: None", ":5:36: error: config.detectLocal.cidrs: means nothing in mode None"),
    Mistake(
      "mode: ClusterCIDR, cidrs: [10.244.0.0/16]", "mode: BridgeInterface",
      ":5:16: error: config.detectLocal.interface: is missing"),
    Mistake(
      "cidrs: [10.244.0.0/16]", "cidrs: [10.244.0.0]",
      ":5:44: error: config.detectLocal.cidrs[0]: \"10.244.0.0\" is not an address range such as 10.0.0.0/8"),
    Mistake("metadata: {name: web}", "metadata: {name: web, namespace: a_b}", ":9:36: error: a_b/web: metadata"),
    Mistake("kind: Service", "sort: Service", ":7:3: error: expected a Kubernetes object"),
    Mistake(
      "- name: from a pod", "- title: from a pod", ":12:3: error: flows[0].title: there is no such key; known",
      ":12:3: error: flows[0].name: is missing"),
    Mistake(
      "kind: pod", "kind: pods",
      ":13:16: error: flows[0].from.kind: \"pods\" is none of pod, external, node, localhost; did you mean pod?"),
    Mistake(
      "kind: pod, ip", "kind: node, interface: eth0, ip",
      ":13:33: error: flows[0].from.interface: packets of kind node come in by no interface"),
    Mistake("to: 10.96.0.1\n", "to: web\n", ":14:7: error: flows[0].to: \"web\" is not an IP address"),
    Mistake(
      "to: 10.96.0.1\n", "to: fd00::1\n",
      ":14:7: error: flows[0].to: fd00::1 is of another address family than the source 10.244.1.9"),
    Mistake(
      "protocol: TCP", "protocol: tcp",
      ":15:13: error: flows[0].protocol: \"tcp\" is none of TCP, UDP, SCTP, ICMP; did you mean TCP?"),
    Mistake(
      "protocol: TCP", "protocol: ''", ":15:13: error: flows[0].protocol: must be one of TCP, UDP, SCTP, ICMP"),
    Mistake("protocol: TCP", "protocol: ICMP", ":16:9: error: flows[0].port: 80 is outside 0...0"),
    Mistake("port: 80\n", "port: 70000\n", ":16:9: error: flows[0].port: 70000 is outside 1...65535"),
    Mistake("  port: 80\n", "", ":12:3: error: flows[0].port: is missing"),
    Mistake(
      "expect: {", "ctState: new\n  expect: {",
      ":17:12: error: flows[0].ctState: \"new\" is none of NEW, ESTABLISHED, RELATED, INVALID, UNTRACKED; "
        + "did you mean NEW?"),
    Mistake(
      "expect: {", "expected: {", ":12:3: error: flows[0].expect: is missing", ":17:3: error: flows[0].expected:"),
    Mistake(
      "expect: {", "expectPerMode: {}\n  expect: {",
      ":17:18: error: flows[0].expectPerMode: a flow has either expect or expectPerMode"),
    Mistake(
      "action: dnat", "action: DNAT",
      ":17:20: error: flows[0].expect.action: \"DNAT\" is none of dnat, reject, drop, accept, no-match; "
        + "did you mean dnat?"),
    Mistake(
      "action: dnat", "action: drop",
      ":17:36: error: flows[0].expect.backends: has a meaning with action dnat only",
      ":17:69: error: flows[0].expect.masquerade: has a meaning with action dnat only"),
    Mistake(", masquerade: false", "", ":17:11: error: flows[0].expect.masquerade: is missing"),
    Mistake("'10.244.1.5:8080'", "", ":17:36: error: flows[0].expect.backends: must not be empty"),
    Mistake(
      "'10.244.1.5:8080'", "10.244.1.5",
      ":17:37: error: flows[0].expect.backends[0]: \"10.244.1.5\" is not an address and port such as 10.0.0.1:80 "
        + "or [fd00::1]:80"),
    Mistake(
      "'10.244.1.5:8080'", "'[fd00::1]:8080'",
      ":17:37: error: flows[0].expect.backends[0]: [fd00::1]:8080 is of another address family than the flow"),
    Mistake(
      "'10.244.1.5:8080'", "'10.244.1.5:80', '10.244.1.5:80'",
      ":17:54: error: flows[0].expect.backends[1]: 10.244.1.5:80 is given twice"),
    Mistake(
      "masquerade: false", "masquerade: {'10.244.1.6:8080': true}",
      ":17:69: error: flows[0].expect.masquerade: says nothing of 10.244.1.5:8080",
      ":17:70: error: flows[0].expect.masquerade[\"10.244.1.6:8080\"]: is none of the backends"),
    Mistake(
      "masquerade: false}", "masquerade: false}\n  affinity: {group: g, timeoutSeconds: 0}",
      ":18:40: error: flows[0].affinity.timeoutSeconds: 0 is outside 1...86400"),
    Mistake(
      "{action: dnat, backends: ['10.244.1.5:8080'], masquerade: false}",
      "{action: drop}\n  affinity: {group: g, timeoutSeconds: 9}",
      ":18:13: error: flows[0].affinity: has no meaning for a flow that is not translated"),
    Mistake(
      "default/web", "web", ":19:13: error: healthChecks[0].service: \"web\" is not namespace/name"),
    Mistake(
      "open: true", "open: false",
      ":19:68: error: healthChecks[0].localEndpoints: has no meaning for a closed port",
      ":19:79: error: healthChecks[0].status: has no meaning for a closed port"),
    Mistake(", status: 200", "", ":19:3: error: healthChecks[0].status: is missing"),
    Mistake(
      "objects:", "steps: []\nobjects:", "steps: must not be empty", "objects: stands inside", "flows: ", "health"),
  ]

  @Test(arguments: mistakes)
  func mistakesAreNamedWithTheirPlace(_ mistake: Mistake) throws {
    try check(Self.valid, mistake)
  }

  @Test(arguments: [
    Mistake(
      "namespace: shop, name: web", "name: web",
      ":10:12: error: steps[1].delete[0]: Service default/web is not there to be deleted"),
    Mistake(
      "conntrackDeleted: [a]", "conntrackDeleted: [b]",
      ":14:22: error: steps[1].conntrackDeleted[0]: \"b\" is no id of conntrackBefore"),
    Mistake(
      "origSrcPort: 1", "origSrcPort: 0",
      ":13:60: error: steps[1].conntrackBefore[0].origSrcPort: 0 is outside 1...65535"),
    Mistake(
      "- apply:", "- aply:", ":4:3: error: steps[0].aply: there is no such key; did you mean apply?",
      ":10:12: error: steps[1].delete[0]: Service shop/web is not there to be deleted"),
    Mistake("  nodeZone: zone-a", "  nodeZone: 3", ":9:13: error: steps[0].nodeZone: expected a string, found"),
  ])
  func mistakesInStepsAreNamedWithTheirPlace(_ mistake: Mistake) throws {
    try check(Self.stepped, mistake)
  }

  private func check(_ text: String, _ mistake: Mistake) throws {
    let wrong = mistake.made(in: text)
    try #require(wrong != text)
    let file = FlowCaseFile.read(wrong, named: "case.yaml")
    let messages = file.diagnostics.map { $0.text(files: [file.name]) }
    #expect(messages.count == mistake.messages.count, "\(messages)")
    for (message, expected) in zip(messages, mistake.messages) {
      let prefix = expected.hasPrefix(":") ? "case.yaml" + expected : expected
      #expect(expected.hasPrefix(":") ? message.hasPrefix(prefix) : message.contains(prefix), "\(message)")
    }
    #expect(file.cases.isEmpty)
  }

  @Test(arguments: ["", "# nothing\n", "---\n"])
  func anEmptyFileIsAnError(_ text: String) {
    let messages = FlowCaseFile.read(text, named: "x.yaml").diagnostics.map { $0.text(files: ["x.yaml"]) }
    #expect(messages == ["x.yaml:1:1: error: there is no case in this file"])
  }

  @Test(arguments: [
    ("10.0.0.1:80", true), ("[fd00::1]:80", true), ("fd00::1:80", false), ("[10.0.0.1]:80", false),
    ("10.0.0.1", false), ("10.0.0.1:0", false), ("10.0.0.1:+80", false), ("10.0.0.1:65536", false), (":80", false),
  ])
  func backendsAreWrittenOneWay(_ text: String, _ isValid: Bool) {
    #expect(FlowBackend(text)?.description == (isValid ? text : nil))
  }

  @Test(arguments: [("1.37", "1.37"), ("v1.36.2", "1.36"), ("1", nil), ("1.x", nil), ("1.37.0.0", nil), ("", nil)])
  func releasesAreMinorOnes(_ text: String, _ release: String?) {
    #expect(KubeProxyRelease(text)?.description == release)
  }
}
