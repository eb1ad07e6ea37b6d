#if Netlink && os(Linux)
  import CNamespaces
  import Foundation
  import Glibc
  import IPTables
  import KernelFlows
  import KubernetesObjects
  import NFTables
  import NFTablesNetlink
  import NetworkAddresses
  import RuleTargets
  import ServicePlan
  import SystemPrograms

  /// Times the first packet of a connection to a Service: the rules walked, an endpoint chosen, the connection tracked, and
  /// the packet sent on.
  ///
  /// Each target has a namespace of its own, and they are used in turns. A packet is written into one TUN device; the kernel
  /// is done with it when the write returns, and it waits in the other device, which is emptied while no clock runs.
  struct DataPlane {
    let plan: NodePlan
    let size: ClusterSize
    let targets: [RuleTarget]
    /// Turns of all targets.
    let rounds: Int

    /// Packets of a round; connections are forgotten after each.
    private static let packets = 4096
    /// The queue of a TUN device takes 500.
    private static let packetsAtOnce = 256

    /// The calling thread is left in another namespace.
    func measure() throws -> [Measurement] {
      let services = destinations()
      guard !services.isEmpty else { throw BenchmarkError.notFound("Services to send to") }
      var nodes: [ForwardingNode] = []
      for target in targets { nodes.append(try ForwardingNode(target, plan)) }
      var toServices: [RuleTarget: [Double]] = [:]
      var toPods: [RuleTarget: [Double]] = [:]
      let pods = [Destination(address: IPAddress(ipv4: 0x0aff_fff0), port: 8080)]
      // The first round warms up.
      for round in 0...rounds {
        // Whoever comes first has no advantage of it.
        for offset in nodes.indices {
          let node = nodes[(offset + round) % nodes.count]
          let service = try node.seconds(services, packets: Self.packets, atOnce: Self.packetsAtOnce)
          let pod = try node.seconds(pods, packets: Self.packets, atOnce: Self.packetsAtOnce)
          if round > 0 {
            toServices[node.target, default: []].append(service)
            toPods[node.target, default: []].append(pod)
          }
        }
      }
      var results: [Measurement] = []
      for node in nodes {
        let mine = toServices[node.target] ?? []
        var result = measurement(.newConnection, node.target, mine)
        if node.target != .nftMaps, let maps = toServices[.nftMaps] {
          result.ratios.append(.init(to: "new connection with nft-maps", samples: zip(mine, maps).map { $0 / $1 }))
        }
        results += [result, measurement(.plainAddress, node.target, toPods[node.target] ?? [])]
      }
      return results
    }

    private func measurement(_ stage: Stage, _ target: RuleTarget, _ samples: [Double]) -> Measurement {
      Measurement(
        stage: stage, target: target.rawValue, services: size.services, endpoints: size.endpoints, samples: samples)
    }

    /// Cluster IPs from all over the plan, always the same ones. Without affinity, whose cost is another matter.
    private func destinations() -> [Destination] {
      var all = plan.servicePorts.compactMap { port in
        port.affinitySeconds == nil ? port.clusterIP.map { Destination(address: $0, port: port.port) } : nil
      }
      var state: UInt64 = 1
      for index in all.indices.reversed() {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        all.swapAt(index, Int(state >> 33) % (index + 1))
      }
      return Array(all.prefix(Self.packets))
    }
  }

  /// Where a packet is sent to.
  struct Destination {
    var address: IPAddress
    var port: UInt16
  }

  /// A node with rules, between a client and all pods.
  private final class ForwardingNode {
    let target: RuleTarget
    private let client: Int32
    private let pods: Int32
    private let netfilter: Int32
    private var packet = [UInt8](repeating: 0, count: 32)
    private var room = [UInt8](repeating: 0, count: 2048)
    /// Source address and port, counted up: no two packets are of one connection.
    private var source: UInt32 = 0

    /// Moves the thread into a new namespace, which lives as long as what is open here.
    init(_ target: RuleTarget, _ plan: NodePlan) throws {
      self.target = target
      try Self.check(cns_unshare_network(), "a network namespace")
      client = cns_open_tun("cali0")
      pods = cns_open_tun("pods0")
      netfilter = cns_open_netfilter(2000)
      for (descriptor, name) in [(client, "cali0"), (pods, "pods0"), (netfilter, "netfilter")] {
        try Self.check(descriptor, name)
      }
      let settings = [("ip_forward", "1")] + ["all", "cali0", "pods0"].map { ("conf/\($0)/rp_filter", "0") }
      for (name, value) in settings { try Data(value.utf8).write(to: URL(filePath: "/proc/sys/net/ipv4/\(name)")) }
      let commands =
        "link set lo up\nlink set cali0 up\nlink set pods0 up\naddr add 192.0.2.1/32 dev lo\n"
        + "route add 10.128.0.0/9 dev pods0\nroute add 172.16.0.0/12 dev cali0\n"
      try SystemProgram("ip").run(["-batch", "-"], input: commands.utf8)
      packet[0] = 0x45
      packet[3] = 32
      packet[8] = 64
      packet[9] = 17
      packet[25] = 12
      try load(plan)
      // Nothing but a translation gets a packet to the pods: there is no route to cluster IPs.
      guard let service = plan.servicePorts.first(where: { $0.clusterIP != nil && $0.affinitySeconds == nil }),
        let address = service.clusterIP
      else { return }
      write(Destination(address: address, port: service.port))
      guard empty() == 1 else { throw BenchmarkError.untranslated(target: target.rawValue) }
    }

    deinit { for descriptor in [client, pods, netfilter] { close(descriptor) } }

    private func load(_ plan: NodePlan) throws {
      switch target.compile(plan) {
      case .nftables(let table):
        var connection = try NetlinkConnection()
        var transaction = Transaction()
        transaction.add(table)
        try connection.commit(transaction)
      case .iptables(let rules):
        try SystemProgram("iptables-legacy-restore").run(
          ["--wait", "600"], input: CompiledRules.iptables(rules).text())
      }
    }

    /// Processor seconds a packet: all of its way is walked by the thread that writes it.
    func seconds(_ destinations: [Destination], packets: Int, atOnce: Int) throws -> Double {
      try forgetConnections()
      var total = 0.0
      for start in stride(from: 0, to: packets, by: atOnce) {
        let clock = ThreadClock.now
        for index in start..<start + atOnce { write(destinations[index % destinations.count]) }
        total += ThreadClock.now - clock
        let arrived = empty()
        guard arrived == atOnce else {
          throw BenchmarkError.untranslated(target: "\(target.rawValue): \(arrived) of \(atOnce) packets")
        }
      }
      return total / Double(packets)
    }

    private func write(_ destination: Destination) {
      source += 1
      // 172.16.0.0/12, and ports from 4096.
      let address = 0xac10_0000 | source >> 15 & 0xfffff
      let port = UInt16(4096 + source & 0x7fff)
      put(address, at: 12)
      put(UInt32(truncatingIfNeeded: destination.address.low), at: 16)
      put(UInt32(port) << 16 | UInt32(destination.port), at: 20)
      packet[10] = 0
      packet[11] = 0
      var sum: UInt32 = 0
      for index in stride(from: 0, to: 20, by: 2) { sum += UInt32(packet[index]) << 8 | UInt32(packet[index + 1]) }
      sum = (sum & 0xffff) + (sum >> 16)
      sum = (sum & 0xffff) + (sum >> 16)
      packet[10] = UInt8(truncatingIfNeeded: ~sum >> 8)
      packet[11] = UInt8(truncatingIfNeeded: ~sum)
      // A packet that is not taken is missed when they are counted.
      _ = packet.withUnsafeBytes { Glibc.write(client, $0.baseAddress, $0.count) }
    }

    private func put(_ value: UInt32, at offset: Int) {
      for index in 0..<4 { packet[offset + index] = UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * index)) }
    }

    /// Takes away what came out at the pods' side, and counts it.
    private func empty() -> Int {
      var count = 0
      while true {
        let length = room.withUnsafeMutableBytes { read(pods, $0.baseAddress, $0.count) }
        if length <= 0 { return count }
        // IPv6 says of itself that it is there; UDP does not.
        if room[0] >> 4 == 4, room[9] == 17 { count += 1 }
      }
    }

    /// As `conntrack -F` does, in the namespace of this node.
    private func forgetConnections() throws {
      // struct nlmsghdr with IPCTNL_MSG_CT_DELETE, which is answered, and struct nfgenmsg of no family; little endian.
      let message: [UInt8] = [20, 0, 0, 0, 2, 1, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
      let sent = message.withUnsafeBytes { send(netfilter, $0.baseAddress, $0.count, 0) }
      guard sent == message.count else { throw BenchmarkError.notFound("connection tracking") }
      _ = room.withUnsafeMutableBytes { recv(netfilter, $0.baseAddress, $0.count, 0) }
    }

    private static func check(_ result: Int32, _ what: String) throws {
      if result < 0 { throw BenchmarkError.notFound("\(what): \(String(cString: strerror(-result)))") }
    }
  }
#endif
