import IPTables
import KubernetesObjects
import NetworkAddresses
import ServicePlan
import TestSupport
import Testing

/// The real tools load what we write and print it back with the same meaning.
@Suite(.enabled(if: RestoreTool.areUsable, "needs root, unshare, and iptables and ip6tables in both variants"))
struct RestoreToolTests {
  @Test(arguments: try ReferenceCase.all.filter { $0.modes.contains(.iptables) })
  func documentsLoadAndComeBack(reference: ReferenceCase) throws {
    for plan in reference.plans {
      // One Node without Services in a family is like the other.
      guard !plan.servicePorts.isEmpty else { continue }
      let compiled = IPTablesLowering.compile(plan)
      try expectToLoad(compiled)
    }
  }

  @Test(arguments: IPFamily.allCases)
  func emptyPlansLoadAndComeBack(family: IPFamily) throws {
    try expectToLoad(
      IPTablesLowering.compile(
        NodePlan(family: family, configuration: NodeConfiguration(nodeName: "node"), servicePorts: [])))
  }

  /// Names of 63 bytes each stay within the kernel's limits of comments, chains and lists.
  @Test func theLongestNamesLoad() throws {
    let longest = String(repeating: "n", count: 63)
    let service = Plans.service { service in
      service.name = NamespacedName(namespace: longest, name: longest)
      service.kind = .loadBalancer
      service.ports[0].name = longest
      service.ports[0].nodePort = 30080
      service.externalTrafficPolicy = .local
      service.affinitySeconds = 86400
      service.loadBalancerIngress = [
        LoadBalancerIngress(
          address: IPAddress(ipv4: 0xc612_0a0b), hostname: nil, mode: .vip, position: Plans.position)
      ]
      service.sourceRanges = [Located(IPPrefix(IPAddress(ipv4: 0xcb00_7100), length: 24), at: Plans.position)]
    }
    var slice = Plans.slice(of: service, endpoints: 3) { $0.nodeName = "here" }
    slice.ports[0].name = longest
    let compiled = IPTablesLowering.compile(Plans.plan([service], [slice]))
    #expect(compiled[.nat]?.chains.contains { $0.name.hasPrefix("KUBE-FW-") } == true)
    try expectToLoad(compiled)
  }

  private func expectToLoad(_ compiled: IPTablesRuleSet) throws {
    let document = IPTablesDocument(header: ["a header", ""]).text(compiled)
    for tool in RestoreTool.all(compiled.family) {
      let outcome = try NetworkNamespace.run(
        "\(tool.load("rules", options: "--test")) && \(tool.load("rules")) && \(tool.save)", files: ["rules": document])
      try #require(outcome.status == 0, "\(tool): \(outcome.errors)")
      let loaded = try IPTablesParser.parse(outcome.output, family: compiled.family)
      let differences = IPTablesComparison().differences(expected: compiled, actual: loaded)
      #expect(differences.isEmpty, "\(tool)\n\(differences.map(\.description).joined(separator: "\n"))")
    }
  }

  private static let host = """
    *filter
    :INPUT DROP [0:0]
    :FORWARD ACCEPT [0:0]
    :OUTPUT ACCEPT [0:0]
    :HOST - [0:0]
    -A INPUT -p tcp -m tcp --dport 22 -m comment --comment "it's \\"mine\\"" -j ACCEPT
    -A INPUT -j HOST
    -A HOST -m limit --limit 1/sec -j LOG --log-prefix "host: "
    COMMIT

    """

  @Test(arguments: RestoreTool.allCases, [IPTablesDocument.BuiltInRules.append, .insertJumpsFirst])
  func leavesTheHostAlone(tool: RestoreTool, builtInRules: IPTablesDocument.BuiltInRules) throws {
    let plan = NodePlan(family: tool.family, configuration: NodeConfiguration(nodeName: "node"), servicePorts: [])
    let compiled = IPTablesLowering.compile(plan)
    let outcome = try NetworkNamespace.run(
      "\(tool.load("host")) && \(tool.load("rules")) && \(tool.save)",
      files: ["host": Self.host, "rules": IPTablesDocument(builtInRules: builtInRules).text(compiled)])
    try #require(outcome.status == 0, "\(outcome.errors)")
    let host = try IPTablesParser.parse(Self.host, family: tool.family)
    let loaded = try IPTablesParser.parse(outcome.output, family: tool.family)
    let input = try #require(loaded[.filter]?[chain: "INPUT"])
    #expect(input.policy == .drop)
    #expect(loaded[.filter]?[chain: "HOST"] == host[.filter]?[chain: "HOST"])
    let own = try #require(host[.filter]?[chain: "INPUT"]).rules
    let ours = try #require(compiled[.filter]?[chain: "INPUT"]).rules
    #expect(input.rules == (builtInRules == .append ? own + ours : ours + own))
  }

  /// What kube-proxy looks for with `iptables -C` at every start, so that it finds our rules and adds none (IPT-3).
  @Test(arguments: RestoreTool.allCases)
  func kubeProxyFindsItsEntryJumps(tool: RestoreTool) throws {
    let plan = NodePlan(family: tool.family, configuration: NodeConfiguration(nodeName: "node"), servicePorts: [])
    let document = IPTablesDocument().text(IPTablesLowering.compile(plan))
    let state = "-m conntrack --ctstate NEW -m comment --comment"
    let checks = [
      "filter -C INPUT \(state) 'kubernetes externally-visible service portals' -j KUBE-EXTERNAL-SERVICES",
      "filter -C FORWARD \(state) 'kubernetes externally-visible service portals' -j KUBE-EXTERNAL-SERVICES",
      "filter -C INPUT -m comment --comment 'kubernetes health check service ports' -j KUBE-NODEPORTS",
      "filter -C FORWARD \(state) 'kubernetes service portals' -j KUBE-SERVICES",
      "filter -C OUTPUT \(state) 'kubernetes service portals' -j KUBE-SERVICES",
      "filter -C FORWARD -m comment --comment 'kubernetes forwarding rules' -j KUBE-FORWARD",
      "filter -C INPUT \(state) 'kubernetes load balancer firewall' -j KUBE-PROXY-FIREWALL",
      "filter -C OUTPUT \(state) 'kubernetes load balancer firewall' -j KUBE-PROXY-FIREWALL",
      "filter -C FORWARD \(state) 'kubernetes load balancer firewall' -j KUBE-PROXY-FIREWALL",
      "nat -C OUTPUT -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES",
      "nat -C PREROUTING -m comment --comment 'kubernetes service portals' -j KUBE-SERVICES",
      "nat -C POSTROUTING -m comment --comment 'kubernetes postrouting rules' -j KUBE-POSTROUTING",
      "filter -C INPUT -j KUBE-FIREWALL", "filter -C OUTPUT -j KUBE-FIREWALL",
    ]
    let outcome = try NetworkNamespace.run(
      ([tool.load("rules")] + checks.map { "\(tool.rawValue) --wait 60 -t \($0)" }).joined(separator: " && "),
      files: ["rules": document])
    #expect(outcome.status == 0, "\(outcome.errors)")
  }
}
