#if Netlink && os(Linux)
  import CNamespaces
  import Foundation
  import KernelFlows
  import KubernetesObjects
  import LivePlan
  import NFTables
  import NFTablesNetlink
  import NetworkAddresses
  import RuleTargets
  import ServicePlan
  import Synchronization
  import TestSupport
  import Testing

  /// While Services change, every first packet of a connection ends at an endpoint, as long as there is one.
  ///
  /// One thread commits changes without pause, another one sends packets without pause. `SVCNAT_COMMITS` says how many
  /// changes there are; with it set, the figures are printed.
  @Suite(.serialized, .enabled(if: KernelSupport.isUsable, Comment(rawValue: KernelSupport.need)))
  struct NoLossTests {
    private static let commits = ProcessInfo.processInfo.environment["SVCNAT_COMMITS"].flatMap(Int.init)

    @Test func noFirstPacketIsLost() throws {
      let run = try ChangingNode(target: .nftMaps, joinsTransactions: false).run(commits: Self.commits ?? 2000)
      if Self.commits != nil { print("nft-maps: \(run)") }
      #expect(run.lost == 0, "\(run)")
      #expect(run.strangers.isEmpty, "\(run)")
      #expect(run.sent > 1000, "\(run)")
    }

    /// Endpoints are in anonymous maps there, which go with the rule they belong to: some packets are lost, and no
    /// arrangement of commits helps. They are counted, not judged.
    @Test func noPacketIsLedAstrayByTheChainsLayout() throws {
      let run = try ChangingNode(target: .nftChains, joinsTransactions: false).run(commits: Self.commits ?? 500)
      if Self.commits != nil { print("nft-chains: \(run)") }
      #expect(run.strangers.isEmpty, "\(run)")
      #expect(run.sent > 1000, "\(run)")
    }

    /// The same changes in one transaction each, as kube-proxy commits them. What is lost is the kernel's luck: it is
    /// reported, not judged.
    @Test(.enabled(if: commits != nil, "set SVCNAT_COMMITS to measure"), arguments: [RuleTarget.nftMaps, .nftChains])
    func oneTransactionAlone(_ target: RuleTarget) throws {
      let run = try ChangingNode(target: target, joinsTransactions: true).run(commits: Self.commits ?? 2000)
      print("\(target.rawValue), one transaction a change: \(run)")
      #expect(run.strangers.isEmpty, "\(run)")
    }
  }

  /// A node whose Services change while packets are sent to them.
  private final class ChangingNode {
    struct Outcome: CustomStringConvertible {
      var commits = 0
      var sent = 0
      /// Packets that reached no endpoint.
      var lost = 0
      var lostTo: [String: Int] = [:]
      /// Where packets went that no Service ever had as an endpoint.
      var strangers: Set<BackendAddress> = []

      var description: String {
        "\(commits) transactions, \(sent) packets, \(lost) lost \(lostTo), strangers \(strangers)"
      }
    }

    private let target: RuleTarget
    private let joinsTransactions: Bool

    init(target: RuleTarget, joinsTransactions: Bool) {
      self.target = target
      self.joinsTransactions = joinsTransactions
    }

    private static let node = address("192.0.2.11")
    private static func address(_ text: String) -> IPAddress {
      guard let address = IPAddress(text) else { preconditionFailure(text) }
      return address
    }

    private static let endpoints = (1...8).map { "10.244.\($0 % 2 + 1).\($0 + 10)" }
    /// On this node, and always there.
    private static let fixed = "10.244.1.5"

    private static let packets: [(name: String, packet: FlowPacket)] = [
      ("replaced", packet("203.0.113.9", "10.96.0.10", 80)), ("policies", packet("203.0.113.9", "10.96.0.11", 80)),
      ("policies by node port", packet("203.0.113.9", "192.0.2.11", 30081)),
      ("affinity", packet("203.0.113.9", "10.96.0.12", 80)),
      ("load balancer", packet("203.0.113.9", "198.18.0.1", 80)), ("constant", packet("203.0.113.9", "10.96.0.13", 80)),
    ]

    private static func packet(_ source: String, _ destination: String, _ port: UInt16) -> FlowPacket {
      FlowPacket(from: .external, address(source), to: address(destination), .udp, port: port)
    }

    private static var configuration: NodeConfiguration {
      var configuration = NodeConfiguration(nodeName: "here")
      configuration.nodeIPs = [node]
      configuration.interfaceAddresses = [node]
      configuration.detectLocal = .clusterCIDR(["10.244.0.0/16"].compactMap { IPPrefix($0) })
      return configuration
    }

    func run(commits: Int) throws -> Outcome {
      var live = LiveNode(configuration: Self.configuration, target: target, families: [.ipv4])
      var random = SeededNumbers(seed: 31)
      for round in 0..<2 { try Self.next(&live, &random, round) }
      _ = live.takeChange()
      let plan = live.plan(.ipv4)
      let node = try KernelNode(
        NodeLayout(Self.configuration, plans: [plan], packets: Self.packets.map(\.packet)))
      let first = try #require(live.table(.ipv4))
      let namespace = try node.perform {
        var connection = try NetlinkConnection()
        try connection.update(to: first)
        return "/proc/" + (try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/thread-self")) + "/ns/net"
      }
      let progress = Progress()
      let changes = Changes(live: live, random: random, joinsTransactions: joinsTransactions)
      Thread { progress.finish(Result { try changes.commit(commits, in: namespace, progress) }) }.start()
      var outcome = Outcome()
      let known = Set((Self.endpoints + [Self.fixed]).compactMap { IPAddress($0) })
      while !progress.isDone {
        let (name, packet) = Self.packets[outcome.sent / 64 % Self.packets.count]
        let counts = try node.distribution(to: packet, packets: 64)
        outcome.sent += 64
        let lost = 64 - counts.values.reduce(0, +)
        outcome.lost += lost
        if lost > 0 { outcome.lostTo[name, default: 0] += lost }
        outcome.strangers.formUnion(counts.keys.filter { !known.contains($0.address) })
      }
      outcome.commits = try progress.result()
      return outcome
    }

    /// What one thread does while another one sends.
    private final class Progress: Sendable {
      private let state = Mutex<Result<Int, any Error>?>(nil)

      func finish(_ result: Result<Int, any Error>) { state.withLock { $0 = result } }
      var isDone: Bool { state.withLock { $0 != nil } }
      func result() throws -> Int { try state.withLock { $0 }?.get() ?? 0 }
    }

    /// Handed over to the thread that commits.
    private struct Changes: Sendable {
      var live: LiveNode
      var random: SeededNumbers
      var joinsTransactions: Bool

      /// - Returns: how many transactions there were.
      func commit(_ count: Int, in namespace: String, _ progress: Progress) throws -> Int {
        let result = cns_enter_network(namespace)
        if result < 0 { throw KernelFlowError.refused(operation: namespace, code: -result) }
        var connection = try NetlinkConnection()
        var (live, random) = (live, random)
        var transactions = 0
        for round in 2..<(count + 2) {
          try ChangingNode.next(&live, &random, round)
          for change in live.takeChange().families {
            guard let table = change.table else {
              try connection.update(to: #require(live.table(.ipv4)))
              transactions += 1
              continue
            }
            let update = TableUpdate(table)
            if joinsTransactions {
              var one = Transaction()
              for transaction in update.transactions { one.append(contentsOf: transaction) }
              try connection.commit(one)
              transactions += 1
            } else {
              try connection.commit(update)
              transactions += update.transactions.count
            }
          }
        }
        return transactions
      }
    }

    // MARK: - Changes

    /// Which sources may use the load balancer address: each has the one that packets come from, and they overlap.
    private static let ranges = [
      "", "203.0.113.0/24", "203.0.0.0/16", "203.0.113.8/29, 203.0.113.128/25", "198.51.100.0/24, 203.0.112.0/23",
    ]

    /// Scales, replaces and re-adds endpoints, turns policies and affinity, adds and removes Services around them.
    fileprivate static func next(_ live: inout LiveNode, _ random: inout SeededNumbers, _ round: Int) throws {
      func some() -> [String] {
        let chosen = random.some(of: endpoints, random.one(of: [10, 30, 90]))
        return chosen.isEmpty ? [random.one(of: endpoints)] : chosen
      }
      let texts: [String] =
        switch round < 2 ? round : 2 + random.number(0...5) {
        case 0:
          [
            service("replaced", "10.96.0.10"), service("policies", "10.96.0.11", nodePort: 30081),
            service("affinity", "10.96.0.12"), service("constant", "10.96.0.13"),
          ]
        case 1:
          ["replaced", "policies", "affinity", "constant"].map { slice($0, endpoints.suffix(2) + [fixed]) }
        case 2, 3: [slice("replaced", some())]
        case 4: [slice("affinity", some())]
        case 5: [slice("policies", some() + [fixed])]
        case 6:
          [
            service(
              "policies", "10.96.0.11", nodePort: 30081, external: random.one(of: ["Local", "Cluster"]),
              internalPolicy: random.one(of: ["Local", "Cluster"]), ranges: random.one(of: ranges)),
            service("affinity", "10.96.0.12", affinity: random.chance(50)),
          ]
        default:
          [service("around-\(random.number(0...20))", "10.96.1.\(random.number(1...20))")]
            + [slice("around-\(random.number(0...20))", some())]
        }
      for text in texts { try apply(text, &live) }
      if random.chance(15) {
        live.apply(.deletedService(NamespacedName(namespace: "test", name: "around-\(random.number(0...20))")))
      }
    }

    private static func apply(_ text: String, _ live: inout LiveNode) throws {
      var reader = ObjectReader()
      var text = text
      text.withUTF8 { reader.read(UnsafeRawBufferPointer($0), named: "change.yaml") }
      let objects = reader.finish()
      try #require(!objects.hasErrors, "\(objects.diagnostics)")
      for service in objects.services { live.apply(.service(service)) }
      for slice in objects.slices { live.apply(.slice(slice)) }
    }

    private static func service(
      _ name: String, _ address: String, nodePort: Int? = nil, external: String = "Cluster",
      internalPolicy: String = "Cluster", ranges: String = "", affinity: Bool = false
    ) -> String {
      let port = nodePort.map { ", nodePort: \($0)" } ?? ""
      let exposed =
        nodePort == nil
        ? "type: ClusterIP"
        : """
        type: LoadBalancer
          externalTrafficPolicy: \(external)
          loadBalancerSourceRanges: [\(ranges)]
        """
      return """
        apiVersion: v1
        kind: Service
        metadata: {name: \(name), namespace: test}
        spec:
          clusterIP: \(address)
          clusterIPs: [\(address)]
          internalTrafficPolicy: \(internalPolicy)
          sessionAffinity: \(affinity ? "ClientIP" : "None")
          ports: [{protocol: UDP, port: 80\(port)}]
          \(exposed)
        status: {loadBalancer: {ingress: [\(nodePort == nil ? "" : "{ip: 198.18.0.1}")]}}

        """
    }

    private static func slice(_ service: String, _ addresses: some Sequence<String>) -> String {
      let endpoints = addresses.map { address in
        "- {addresses: [\(address)], conditions: {ready: true}, nodeName: \(address.hasPrefix("10.244.1.") ? "here" : "there")}"
      }
      return """
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: \(service)-1, namespace: test, labels: {kubernetes.io/service-name: \(service)}}
        addressType: IPv4
        ports: [{protocol: UDP, port: 8080}]
        endpoints:
        \(endpoints.joined(separator: "\n"))

        """
    }
  }
#endif
