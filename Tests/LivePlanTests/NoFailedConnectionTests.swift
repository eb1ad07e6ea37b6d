#if Netlink && os(Linux)
  import CNamespaces
  import Foundation
  @testable import KernelFlows
  import KubernetesObjects
  import LivePlan
  import NFTables
  import NFTablesNetlink
  import NetworkAddresses
  import RuleTargets
  import ServicePlan
  import TestSupport
  import Testing

  /// Clients open connections without pause while Services change: none fails, none has to be tried again, and those that
  /// are open stay open.
  ///
  /// Sockets of the kernel, on both sides, in one network namespace. `SVCNAT_ROUNDS` says how many changes there are.
  @Suite(.serialized, .enabled(if: KernelSupport.isUsable, Comment(rawValue: KernelSupport.need)))
  struct NoFailedConnectionTests {
    private static let rounds = ProcessInfo.processInfo.environment["SVCNAT_ROUNDS"].flatMap(Int.init)

    private static let node = "192.0.2.11"
    private static let endpointPort: UInt16 = 8080
    private static let endpoints = (1...100).map { "10.244.\($0 % 2 + 1).\($0 + 10)" }
    /// By name; the last one has a node port, too.
    private static let services = ["scaled": "10.96.0.10", "replaced": "10.96.0.11", "exposed": "10.96.0.12"]
    /// Two of them are pods, the others are masqueraded.
    private static let clients = ["10.244.9.1", "10.244.9.2", "203.0.113.9", "203.0.113.10"]

    @Test func noConnectionFails() throws {
      let thread = try NamespaceThread()
      let namespace = try thread.perform {
        for command in Self.network {
          try Tool("sh").run(["-c", "PATH=$PATH:/usr/sbin:/sbin; \(command)"], input: "".utf8)
        }
        return "/proc/" + (try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/thread-self"))
      }
      let cluster = try ChangingCluster(Self.endpoints, Self.services)
      let first = try #require(cluster.live.table(.ipv4))
      try thread.perform {
        var connection = try NetlinkConnection()
        try connection.update(to: first)
      }

      let server = EchoServer()
      let isReady = DispatchSemaphore(value: 0)
      let (serving, connecting) = (DispatchGroup(), DispatchGroup())
      func start(in group: DispatchGroup, _ body: @escaping @Sendable () throws -> Void) {
        group.enter()
        Thread {
          defer { group.leave() }
          let result = cns_enter_network(namespace + "/ns/net")
          #expect(result == 0)
          #expect(throws: Never.self) { try body() }
        }.start()
      }
      start(in: serving) { try server.run(Self.endpoints, port: Self.endpointPort) { isReady.signal() } }
      isReady.wait()
      let frontends = Self.services.values.sorted().map { ($0, UInt16(80)) } + [(Self.node, UInt16(30080))]
      let clients = Self.clients.map { ConnectingClient(from: $0, to: frontends) }
      for client in clients { start(in: connecting) { client.run() } }

      // They are opened before the first change and used between all changes.
      let rounds = Self.rounds ?? 300
      let changes = cluster
      let updates = try thread.perform {
        let open = try frontends.map { address, port in
          let socket = try InternetSocket(SOCK_STREAM)
          try socket.connect(address, port)
          return OpenConnection(socket)
        }
        var connection = try NetlinkConnection()
        var cluster = changes
        var updates = 0
        for round in 0..<rounds {
          try cluster.change(round)
          for change in cluster.live.takeChange().families {
            let update = TableUpdate(try #require(change.table))
            try connection.commit(update)
            updates += update.transactions.count
          }
          try open[round % open.count].socket.exchange()
        }
        for connection in open { try connection.socket.exchange() }
        return updates
      }
      for client in clients { client.end() }
      connecting.wait()
      server.end()
      serving.wait()
      let outcomes = clients.map(\.result)
      let opened = outcomes.reduce(0) { $0 + $1.opened }
      if Self.rounds != nil { print("\(updates) transactions, \(opened) connections") }
      #expect(outcomes.allSatisfy { $0.failures.isEmpty }, "\(outcomes)")
      #expect(opened > rounds, "\(outcomes)")
      let retried = try Self.retriedConnections(namespace)
      #expect(retried == 0, "first packets that had to be sent again, of \(opened) connections")
    }

    /// Every address that is used belongs to loopback; cluster IPs do not, but lead there.
    private static let network = [
      "ip link set lo up", "ip address add \(node)/32 dev lo", "ip route add 10.96.0.0/16 dev lo",
      "ip route add local 10.244.0.0/16 dev lo", "ip route add local 203.0.113.0/24 dev lo",
      "sysctl -qw net.core.somaxconn=4096 net.ipv4.tcp_max_syn_backlog=4096",
      // Thousands of connections a second are forgotten in time.
      "nft 'table ip first { chain any { ct state new accept; }; }'; nft delete table ip first",
      "sysctl -qw net.netfilter.nf_conntrack_tcp_timeout_close=1 net.netfilter.nf_conntrack_udp_timeout=5",
    ]

    /// `TCPSynRetrans` of the namespace.
    private static func retriedConnections(_ namespace: String) throws -> Int {
      let lines = try String(contentsOfFile: namespace + "/net/netstat", encoding: .utf8)
        .split(separator: "\n").filter { $0.hasPrefix("TcpExt:") }.map { $0.split(separator: " ") }
      let place = try #require(lines.first?.firstIndex(of: "TCPSynRetrans"))
      return try #require(lines.last.flatMap { Int($0[place]) })
    }

    /// Keeps a socket open.
    private final class OpenConnection {
      let socket: InternetSocket
      init(_ socket: consuming InternetSocket) { self.socket = socket }
    }
  }

  /// Services of which some always have an endpoint, and others around them.
  private struct ChangingCluster: Sendable {
    var live: LiveNode
    private var random = SeededNumbers(seed: 47)
    private let endpoints: [String]

    init(_ endpoints: [String], _ services: [String: String]) throws {
      self.endpoints = endpoints
      var configuration = NodeConfiguration(nodeName: "here")
      let node = try #require(IPAddress("192.0.2.11"))
      configuration.nodeIPs = [node]
      configuration.interfaceAddresses = [node]
      configuration.detectLocal = .clusterCIDR(["10.244.0.0/16"].compactMap { IPPrefix($0) })
      live = LiveNode(configuration: configuration, target: .nftMaps, families: [.ipv4])
      for (name, address) in services {
        try apply(Self.service(name, address, nodePort: name == "exposed" ? 30080 : nil))
        try apply(Self.slice(name, [endpoints[0]]))
      }
      _ = live.takeChange()
    }

    /// 1 → 100 → 1, whole sets that are replaced, and Services that come and go.
    mutating func change(_ round: Int) throws {
      switch round % 4 {
      case 0:
        let count = [1, 2, 100, 3, 50, 1, 100][round / 4 % 7]
        try apply(Self.slice("scaled", Array(endpoints.shuffled(using: &random).prefix(count))))
      case 1: try apply(Self.slice("replaced", [random.one(of: endpoints), random.one(of: endpoints)]))
      case 2:
        let chosen = random.some(of: endpoints, 5)
        try apply(Self.slice("exposed", chosen.isEmpty ? [endpoints[7]] : chosen))
      default:
        let number = random.number(1...30)
        if random.chance(50) {
          try apply(Self.service("around-\(number)", "10.96.1.\(number)"))
          try apply(Self.slice("around-\(number)", random.some(of: endpoints, 10)))
        } else {
          live.apply(.deletedService(NamespacedName(namespace: "test", name: "around-\(number)")))
        }
      }
    }

    private mutating func apply(_ text: String) throws {
      var reader = ObjectReader()
      var text = text
      text.withUTF8 { reader.read(UnsafeRawBufferPointer($0), named: "change.yaml") }
      let objects = reader.finish()
      try #require(!objects.hasErrors, "\(objects.diagnostics)")
      for service in objects.services { live.apply(.service(service)) }
      for slice in objects.slices { live.apply(.slice(slice)) }
    }

    private static func service(_ name: String, _ address: String, nodePort: Int? = nil) -> String {
      let port = nodePort.map { ", nodePort: \($0)" } ?? ""
      return """
        apiVersion: v1
        kind: Service
        metadata: {name: \(name), namespace: test}
        spec:
          type: \(nodePort == nil ? "ClusterIP" : "NodePort")
          clusterIP: \(address)
          clusterIPs: [\(address)]
          ports: [{name: t, protocol: TCP, port: 80\(port)}, {name: u, protocol: UDP, port: 80\(port)}]

        """
    }

    private static func slice(_ service: String, _ addresses: [String]) -> String {
      """
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata: {name: \(service)-1, namespace: test, labels: {kubernetes.io/service-name: \(service)}}
      addressType: IPv4
      ports: [{name: t, protocol: TCP, port: 8080}, {name: u, protocol: UDP, port: 8080}]
      endpoints: [\(Set(addresses).sorted().map { "{addresses: [\($0)]}" }.joined(separator: ", "))]

      """
    }
  }
#endif
