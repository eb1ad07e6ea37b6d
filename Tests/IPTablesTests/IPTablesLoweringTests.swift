import IPTables
import KubernetesObjects
import NetworkAddresses
import ServicePlan
import Testing

@Suite struct IPTablesLoweringTests {
  private static func lines(_ plan: NodePlan, options: IPTablesOptions = IPTablesOptions()) -> [Substring] {
    IPTablesDocument().text(IPTablesLowering.compile(plan, options: options)).split(separator: "\n")
  }

  @Test func aClusterIPWithTwoEndpoints() {
    let own = Self.lines(Plans.plan(endpoints: 2)).filter { $0.contains("shop/cart") || $0.hasPrefix(":KUBE-S") }
    let expected = #"""
      :KUBE-SERVICES - [0:0]
      :KUBE-SERVICES - [0:0]
      :KUBE-SVC-I5LIAMPLWKMBJ54B - [0:0]
      :KUBE-SEP-ZBTNDHROFMO2ABGX - [0:0]
      :KUBE-SEP-M3DSMKQXPNDNLHGH - [0:0]
      -A KUBE-SERVICES -m comment --comment "shop/cart:http cluster IP" -m tcp -p tcp -d 10.96.0.10 --dport 80 -j KUBE-SVC-I5LIAMPLWKMBJ54B
      -A KUBE-SVC-I5LIAMPLWKMBJ54B -m comment --comment "shop/cart:http cluster IP" -m tcp -p tcp -d 10.96.0.10 --dport 80 ! -s 10.244.0.0/16 -j KUBE-MARK-MASQ
      -A KUBE-SVC-I5LIAMPLWKMBJ54B -m comment --comment "shop/cart:http -> 10.244.0.1:3000" -m statistic --mode random --probability 0.5000000000 -j KUBE-SEP-ZBTNDHROFMO2ABGX
      -A KUBE-SVC-I5LIAMPLWKMBJ54B -m comment --comment "shop/cart:http -> 10.244.0.2:3000" -j KUBE-SEP-M3DSMKQXPNDNLHGH
      -A KUBE-SEP-ZBTNDHROFMO2ABGX -m comment --comment shop/cart:http -s 10.244.0.1 -j KUBE-MARK-MASQ
      -A KUBE-SEP-ZBTNDHROFMO2ABGX -m comment --comment shop/cart:http -m tcp -p tcp -j DNAT --to-destination 10.244.0.1:3000
      -A KUBE-SEP-M3DSMKQXPNDNLHGH -m comment --comment shop/cart:http -s 10.244.0.2 -j KUBE-MARK-MASQ
      -A KUBE-SEP-M3DSMKQXPNDNLHGH -m comment --comment shop/cart:http -m tcp -p tcp -j DNAT --to-destination 10.244.0.2:3000
      """#
    #expect(own == expected.split(separator: "\n"))
  }

  @Test func aFullCompileIsTheSumOfItsFragments() throws {
    let first = Plans.service { $0.name.name = "a" }
    let second = Plans.service { service in
      service.clusterIPs[0].value = IPAddress(ipv4: 0x0a60_000b)
      service.ports[0].nodePort = 30080
    }
    let plan = Plans.plan(
      [first, second], [Plans.slice(of: first, endpoints: 3), Plans.slice(of: second, endpoints: 1)])
    let lowering = IPTablesLowering(plan)
    let whole = IPTablesLowering.compile(plan)
    let nat = try #require(whole[.nat])
    for port in plan.servicePorts {
      let fragment = lowering.lower(port)
      #expect(!fragment.chains.isEmpty)
      for chain in fragment.chains { #expect(nat[chain: chain.name] == chain) }
      #expect(nat[chain: "KUBE-SERVICES"]?.rules.filter { $0.servicePort == port.label } == fragment.natServices)
    }
    let alone = IPTablesLowering(Plans.plan([second], [Plans.slice(of: second, endpoints: 1)]))
    #expect(alone.lower(plan.servicePorts[1]) == lowering.lower(plan.servicePorts[1]))
  }

  /// Several threads lower a large plan, and its text comes in pieces.
  @Test func largePlansAreLoweredAsSmallOnes() {
    let services = (0..<2100).map { index in
      Plans.service { service in
        service.name.name = "cart-\(index)"
        service.clusterIPs = [Located(IPAddress(ipv4: 0x0a60_0001 + UInt32(index)), at: Plans.position)]
      }
    }
    let plan = Plans.plan(services, services.map { Plans.slice(of: $0, endpoints: 1) })
    #expect(plan.servicePorts.map(\.name.service) == services.map(\.name).sorted())
    let lowering = IPTablesLowering(plan)
    let rules = lowering.ruleSet(plan.servicePorts.map(lowering.lower))
    #expect(IPTablesLowering.compile(plan) == rules)
    var pieces: [[UInt8]] = []
    IPTablesDocument(header: ["a header"]).write(rules) { pieces.append(Array($0)) }
    #expect(pieces.count > 3 && pieces.allSatisfy { $0.last == UInt8(ascii: "\n") })
    #expect(pieces.flatMap(\.self) == IPTablesDocument(header: ["a header"]).bytes(rules))
  }

  /// IPT-26: beyond 1000 endpoints of all service ports their rules go without comments.
  @Test(arguments: [(1000, true), (1001, false)])
  func largeClustersHaveNoEndpointComments(endpoints: Int, hasComments: Bool) throws {
    let plan = Plans.plan(endpoints: endpoints)
    #expect(IPTablesLowering(plan).isLargeCluster == !hasComments)
    let nat = try #require(IPTablesLowering.compile(plan)[.nat])
    let ladder = try #require(nat[chain: "KUBE-SVC-I5LIAMPLWKMBJ54B"]).rules
    #expect(ladder.count == endpoints + 1)
    #expect(ladder[0].comment == "shop/cart:http cluster IP")
    #expect(ladder.dropFirst().allSatisfy { ($0.comment != nil) == hasComments })
    let endpointRules = nat.chains.filter { $0.name.hasPrefix("KUBE-SEP-") }.flatMap(\.rules)
    #expect(endpointRules.count == endpoints * 2)
    #expect(endpointRules.allSatisfy { ($0.comment != nil) == hasComments })
  }

  @Test func endpointsThatCannotBeUsedCountAsWell() {
    let service = Plans.service()
    let slice = Plans.slice(of: service, endpoints: 1001) { $0.isReady = false }
    #expect(IPTablesLowering(Plans.plan([service], [slice])).isLargeCluster)
  }

  @Test func accountingOnlyOnRequest() throws {
    let plan = Plans.plan(endpoints: 1) { $0.ports[0].nodePort = 30080 }
    #expect(!Self.lines(plan).contains { $0.contains("nfacct") })
    let counted = IPTablesLowering.compile(plan, options: IPTablesOptions(usesAccounting: true))
    #expect(
      counted[.filter]?[chain: "KUBE-FORWARD"]?.rules.first?.text
        == "-m conntrack --ctstate INVALID -m nfacct --nfacct-name ct_state_invalid_dropped_pkts -j DROP")
    let external = "-j KUBE-EXT-I5LIAMPLWKMBJ54B"
    #expect(
      counted[.nat]?[chain: "KUBE-NODEPORTS"]?.rules.map(\.text) == [
        "-m comment --comment shop/cart:http -m tcp -p tcp -d 127.0.0.0/8 --dport 30080 "
          + "-m nfacct --nfacct-name localhost_nps_accepted_pkts \(external)",
        "-m comment --comment shop/cart:http -m tcp -p tcp --dport 30080 \(external)",
      ])
    var unlocal = plan
    unlocal = Plans.plan(
      [Plans.service { $0.ports[0].nodePort = 30080 }], [Plans.slice(of: Plans.service(), endpoints: 1)]
    ) { $0.localhostNodePorts = false }
    let without = IPTablesLowering.compile(unlocal, options: IPTablesOptions(usesAccounting: true))
    #expect(without[.nat]?[chain: "KUBE-NODEPORTS"]?.rules.count == 1)
  }

  @Test func masqueradingRandomPortsByDefault() {
    let plan = Plans.plan([], [])
    #expect(Self.lines(plan).contains { $0.hasSuffix("-j MASQUERADE --random-fully") })
    let options = IPTablesOptions(masqueradesFullyRandom: false)
    #expect(Self.lines(plan, options: options).contains { $0.hasSuffix("-j MASQUERADE") })
  }

  @Test func liberalConntrackLetsInvalidPacketsPass() {
    #expect(Self.lines(Plans.plan([], [])).contains("-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP"))
    let liberal = Plans.plan([], []) { $0.conntrackTCPLiberal = true }
    #expect(!Self.lines(liberal).contains { $0.contains("INVALID") })
  }

  @Test func theMasqueradeBitIsTheOneAskedFor() {
    let plan = Plans.plan([], []) { $0.iptablesMasqueradeBit = 31 }
    #expect(Self.lines(plan).filter { $0.contains("ark 0x") }.allSatisfy { $0.contains("0x80000000") })
    #expect(Self.lines(plan).contains("-A KUBE-MARK-MASQ -j MARK --or-mark 0x80000000"))
  }

  @Test func aFrontendOfAnotherServiceHasNoRules() throws {
    let owner = Plans.service { $0.name.name = "a" }
    let loser = Plans.service { $0.ports[0].nodePort = 30080 }
    let plan = Plans.plan(
      [loser, owner], [Plans.slice(of: owner, endpoints: 1), Plans.slice(of: loser, endpoints: 1)])
    let fragment = IPTablesLowering(plan).lower(try #require(plan.servicePorts.last))
    #expect(plan.servicePorts.last?.clusterIP == nil)
    #expect(fragment.natServices == [])
    #expect(fragment.natNodePorts.count == 1)
    #expect(fragment.chains.map { $0.name.prefix(9) } == ["KUBE-EXT-", "KUBE-SVC-", "KUBE-SEP-"])
    #expect(!fragment.chains.flatMap(\.rules).contains { $0.comment == "shop/cart:http cluster IP" })
  }

  @Test func aServicePortWithoutFrontendsHasNoRules() throws {
    let owner = Plans.service { $0.name.name = "a" }
    let loser = Plans.service()
    let plan = Plans.plan([loser, owner], [Plans.slice(of: loser, endpoints: 1)])
    #expect(IPTablesLowering(plan).lower(try #require(plan.servicePorts.last)) == IPTablesFragment())
  }

  /// Every jump leads to a chain of the same table, and every chain of a service port is led to.
  @Test func jumpsAndChainsBelongTogether() throws {
    let service = Plans.service { service in
      service.kind = .loadBalancer
      service.ports[0].nodePort = 30080
      service.externalTrafficPolicy = .local
      service.internalTrafficPolicy = .local
      service.affinitySeconds = 60
      service.loadBalancerIngress = [
        LoadBalancerIngress(
          address: IPAddress(ipv4: 0xc612_0a0b), hostname: nil, mode: .vip, position: Plans.position)
      ]
      service.sourceRanges = [Located(IPPrefix(IPAddress(ipv4: 0xcb00_7100), length: 24), at: Plans.position)]
    }
    let slice = Plans.slice(of: service, endpoints: 4) { $0.nodeName = $0.address.low % 2 == 0 ? "here" : "there" }
    let nat = try #require(IPTablesLowering.compile(Plans.plan([service], [slice]))[.nat])
    let chains = Set(nat.chains.map(\.name))
    let jumps = Set(
      nat.chains.flatMap(\.rules).compactMap { rule -> String? in
        if case .jump(let chain) = rule.target { chain } else { nil }
      })
    #expect(jumps.isSubset(of: chains))
    #expect(chains.subtracting(jumps) == ["PREROUTING", "OUTPUT", "POSTROUTING", "KUBE-PROXY-CANARY"])
    #expect(nat.chains.count == chains.count)
    #expect(chains.contains { $0.hasPrefix("KUBE-FW-") } && chains.contains { $0.hasPrefix("KUBE-SVL-") })
  }
}
