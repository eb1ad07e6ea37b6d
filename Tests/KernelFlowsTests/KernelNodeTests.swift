import Foundation
import IPTables
import KernelFlows
import NFTables
import NetworkAddresses
import RuleTargets
import Testing

/// What the harness sees of packets whose fate is known.
@Suite(.serialized, .enabled(if: KernelSupport.isUsable, Comment(rawValue: KernelSupport.need)))
struct KernelNodeTests {
  private static let transports: [FlowPacket.Transport] = [.tcp, .udp, .sctp]

  @Test(arguments: RuleTarget.allCases)
  func backendsAreReachedAndAnswer(target: RuleTarget) throws {
    let node = try SmallCluster.node(target)
    for transport in Self.transports {
      for packet in [
        FlowPacket(.pod, "10.244.1.9", "10.96.0.10", transport),
        FlowPacket(.node, "192.0.2.11", "10.96.0.10", transport),
        FlowPacket(.external, "203.0.113.9", "10.96.0.10", transport),
      ] {
        let observation = try node.observe(packet, attempts: Attempts.toReach(backends: 2))
        try #require(observation.action == .dnat, "\(packet): \(observation)")
        #expect(
          observation.backends.keys.sorted().map(\.description) == ["10.244.1.5:8080", "10.244.7.5:8080"], "\(packet)")
        for (address, backend) in observation.backends {
          #expect(backend.answer == .fromFrontend, "\(packet) to \(address)")
          #expect(!backend.isOnNode)
          #expect(observation.isMasqueraded(address) == (packet.origin != .pod), "\(packet) to \(address)")
        }
      }
      let packet = FlowPacket(.external, "2001:db8:ffff::9", "fd10:96::10", transport)
      let observation = try node.observe(packet, attempts: Attempts.toReach(backends: 1))
      let backend = BackendAddress("fd10:244:7::5", port: 8080)
      #expect(observation.action == .dnat)
      #expect(observation.backends.keys.map(\.self) == [backend])
      #expect(observation.backends[backend]?.answer == .fromFrontend)
      #expect(observation.isMasqueraded(backend) == true)
    }
  }

  @Test(arguments: RuleTarget.allCases)
  func podsReachThemselvesMasqueraded(target: RuleTarget) throws {
    let node = try SmallCluster.node(target)
    let observation = try node.observe(
      FlowPacket(.pod, "10.244.1.5", "10.96.0.10"), attempts: Attempts.toReach(backends: 2))
    let own = BackendAddress("10.244.1.5", port: 8080)
    #expect(observation.isMasqueraded(own) == true)
    #expect(observation.backends[own]?.answer == .fromFrontend)
    #expect(observation.isMasqueraded(BackendAddress("10.244.7.5", port: 8080)) == false)
  }

  @Test(arguments: RuleTarget.allCases)
  func refusalsAreTold(target: RuleTarget) throws {
    let node = try SmallCluster.node(target)
    for transport in Self.transports {
      for packet in [
        FlowPacket(.pod, "10.244.1.9", "10.96.0.11", transport),
        FlowPacket(.node, "192.0.2.11", "10.96.0.11", transport),
        FlowPacket(.external, "203.0.113.9", "10.96.0.11", transport),
      ] {
        #expect(try node.send(packet) == .refused(.unreachable(type: 3, code: 3)), "\(packet)")
      }
      let packet = FlowPacket(.external, "2001:db8:ffff::9", "fd10:96::11", transport)
      #expect(try node.send(packet) == .refused(.unreachable(type: 1, code: 4)), "\(packet)")
    }
  }

  /// More than a kernel with its usual limits would send in a second.
  @Test(arguments: RuleTarget.allCases)
  func everyRefusalIsTold(target: RuleTarget) throws {
    let node = try SmallCluster.node(target)
    for packet in [
      FlowPacket(.external, "203.0.113.9", "10.96.0.11"), FlowPacket(.external, "2001:db8:ffff::9", "fd10:96::11"),
    ] {
      #expect(try node.observe(packet, attempts: 1500).actions == [.reject: 1500])
    }
  }

  @Test(arguments: RuleTarget.allCases)
  func silenceIsSeen(target: RuleTarget) throws {
    let node = try SmallCluster.node(target)
    for packet in [
      FlowPacket(.pod, "10.244.1.9", "10.96.0.12"), FlowPacket(.node, "192.0.2.11", "10.96.0.12"),
      FlowPacket(.external, "203.0.113.9", "10.96.0.12"),
    ] {
      #expect(try node.send(packet) == .dropped, "\(packet)")
    }
  }

  /// TCP resets are refusals too, unless the node's own kernel sends them because nobody listens there.
  @Test func resetsOfRulesAreRefusals() throws {
    let node = try KernelNode(NodeLayout(addresses: SmallCluster.addresses))
    try node.load([.nftables(Self.resetTable)])
    for origin in [FlowPacket.Origin.external, .node] {
      let source: IPAddress = origin == .node ? "192.0.2.11" : "203.0.113.9"
      #expect(try node.send(FlowPacket(origin, source, "198.51.100.1", port: 81)) == .refused(.tcpReset))
      let fate = try node.send(FlowPacket(origin, source, "192.0.2.11", port: 82))
      guard case .untouched(let arrival) = fate else {
        Issue.record("\(fate)")
        continue
      }
      #expect(arrival.place == .node)
    }
  }

  /// `tcp dport 81 reject with tcp reset`, for what is forwarded and what the node sends.
  private static var resetTable: NFTables.Table {
    let rule = NFTables.Rule(.unknown("tcp dport 81 reject with tcp reset"))
    return NFTables.Table(
      family: .ipv4, name: "resets",
      chains: [BaseChain.Hook.forward, .output].map {
        NFTables.Chain($0.rawValue, base: BaseChain(.filter, hook: $0, priority: 0), rules: [rule])
      })
  }

  @Test(arguments: RuleTarget.allCases)
  func otherPacketsPass(target: RuleTarget) throws {
    let node = try SmallCluster.node(target)
    for (packet, place) in [
      (FlowPacket(.pod, "10.244.1.9", "198.51.100.7"), FlowFate.Arrival.Place.interface("eth0")),
      (FlowPacket(.external, "203.0.113.9", "10.244.1.5", .udp), .interface("pods0")),
      (FlowPacket(.external, "203.0.113.9", "192.0.2.11", .sctp), .node),
      (FlowPacket(.node, "192.0.2.11", "198.51.100.7"), .interface("eth0")),
      (FlowPacket(.node, "192.0.2.11", "192.0.2.11"), .node),
      (FlowPacket(.localhost, "127.0.0.1", "127.0.0.1", .udp), .node),
      (FlowPacket(.localhost, "::1", "::1"), .node),
      (FlowPacket(.pod, "10.244.1.9", "198.51.100.7", .icmpEcho, port: 0), .interface("eth0")),
      (FlowPacket(.external, "203.0.113.9", "192.0.2.11", .icmpEcho, port: 0), .node),
      (FlowPacket(.external, "2001:db8:ffff::9", "2001:db8::11", .icmpEcho, port: 0), .node),
      (FlowPacket(.external, "2001:db8:ffff::9", "2001:db8:eeee::1"), .interface("eth0")),
    ] {
      guard case .untouched(let arrival) = try node.send(packet) else {
        Issue.record("\(packet) does not pass")
        continue
      }
      #expect(arrival.place == place, "\(packet)")
      #expect(arrival.source.address == packet.source)
      #expect(!arrival.isSourceChanged)
      #expect(arrival.isAccepted == (target == .iptables ? false : nil), "\(packet)")
    }
  }

  @Test(arguments: RuleTarget.allCases)
  func backendsOnTheNodeAreSeen(target: RuleTarget) throws {
    let node = try SmallCluster.node(target)
    for packet in [
      FlowPacket(.pod, "10.244.1.9", "10.96.0.13"), FlowPacket(.external, "203.0.113.9", "10.96.0.13"),
      FlowPacket(.node, "192.0.2.11", "10.96.0.13"),
    ] {
      guard case .translated(let arrival) = try node.send(packet) else {
        Issue.record("\(packet) reaches nobody")
        continue
      }
      #expect(arrival.destination == BackendAddress("192.0.2.11", port: 8080))
      #expect(arrival.place == .node)
    }
  }

  @Test(arguments: RuleTarget.allCases)
  func clientsAreRememberedUntilForgotten(target: RuleTarget) throws {
    let node = try SmallCluster.node(target)
    for packet in [
      FlowPacket(.pod, "10.244.1.9", "10.96.0.14"), FlowPacket(.pod, "fd10:244:1::9", "fd10:96::14"),
    ] {
      let attempts = Attempts.toReach(backends: 2)
      #expect(try node.observe(packet, attempts: attempts).backends.count == 1)
      #expect(try node.observe(packet, attempts: attempts, forgettingClients: true).backends.count == 2)
    }
  }

  // MARK: States

  /// Rules that refuse new connections leave one that exists alone (REJ-8).
  @Test(arguments: RuleTarget.allCases)
  func establishedConnectionsGoOn(target: RuleTarget) throws {
    let node = try SmallCluster.node(target)
    for packet in [
      FlowPacket(.external, "203.0.113.9", "10.96.0.11"), FlowPacket(.pod, "10.244.1.9", "10.96.0.11", .udp),
      FlowPacket(.pod, "10.244.1.9", "10.96.0.11", .sctp), FlowPacket(.node, "192.0.2.11", "10.96.0.11"),
      FlowPacket(.external, "2001:db8:ffff::9", "fd10:96::11"), FlowPacket(.external, "203.0.113.9", "192.0.2.11"),
      FlowPacket(.pod, "10.244.1.9", "10.96.0.11", .icmpEcho, port: 0),
    ] {
      var established = packet
      established.state = .established
      let action = try node.observe(established, attempts: 3).action
      #expect(action == .noMatch || action == .accept, "\(packet): \(String(describing: action))")
    }
    // The rules are in force again.
    let fate = try node.send(FlowPacket(.external, "203.0.113.9", "10.96.0.11"))
    #expect(fate == .refused(.unreachable(type: 3, code: 3)))
  }

  /// Only the iptables rules have an opinion about them (IPT-22).
  @Test(arguments: RuleTarget.allCases)
  func invalidPacketsAreSent(target: RuleTarget) throws {
    let node = try SmallCluster.node(target)
    for transport in Self.transports + [.icmpEcho] {
      for (source, destination): (IPAddress, IPAddress) in [
        ("10.244.1.9", "198.51.100.7"), ("fd10:244:1::9", "2001:db8:eeee::1"),
      ] {
        let packet = FlowPacket(
          .pod, source, destination, transport, port: transport == .icmpEcho ? 0 : 80, state: .invalid)
        #expect(try node.send(packet).action == (target == .iptables ? .drop : .noMatch), "\(packet)")
      }
    }
  }

  @Test(arguments: RuleTarget.allCases)
  func announcedConnectionsAreSent(target: RuleTarget) throws {
    let node = try SmallCluster.node(target)
    for packet in [
      FlowPacket(.pod, "10.244.1.9", "198.51.100.7", state: .related),
      FlowPacket(.external, "2001:db8:ffff::9", "2001:db8:eeee::1", state: .related),
      FlowPacket(.external, "203.0.113.9", "192.0.2.11", state: .related),
      FlowPacket(.node, "192.0.2.11", "198.51.100.7", state: .related),
    ] {
      let action = try node.observe(packet, attempts: 2).action
      #expect(action == .noMatch || action == .accept, "\(packet): \(String(describing: action))")
    }
    let udp = FlowPacket(.pod, "10.244.1.9", "198.51.100.7", .udp, state: .related)
    #expect(throws: KernelFlowError.impossibleState(udp)) { try node.send(udp) }
  }

  @Test func packetsThatCannotBeAreRefused() throws {
    let node = try KernelNode(NodeLayout(addresses: SmallCluster.addresses))
    let mixed = FlowPacket(.external, "203.0.113.9", "2001:db8::11")
    #expect(throws: KernelFlowError.mixedFamilies(mixed)) { try node.send(mixed) }
    // The port of an echo request means nothing.
    #expect(try node.send(FlowPacket(.external, "203.0.113.9", "192.0.2.11", .icmpEcho, port: 7)).action == .noMatch)
  }

  // MARK: Rules

  @Test(arguments: RuleTarget.allCases)
  func rulesReplaceThoseBefore(target: RuleTarget) throws {
    let node = try SmallCluster.node(target)
    let packet = FlowPacket(.pod, "10.244.1.9", "10.96.0.10")
    #expect(try node.send(packet).action == .dnat)
    for _ in 0..<2 {
      try node.load(SmallCluster.plans("").map { target.compile($0) })
      #expect(try node.send(packet).action != .dnat)
      try node.load(SmallCluster.plans().map { target.compile($0) })
      #expect(try node.send(packet).action == .dnat)
    }
    for other in RuleTarget.allCases where other != target {
      try node.load(SmallCluster.plans("").map { other.compile($0) })
      #expect(try node.send(packet).action != .dnat, "the rules of \(target.rawValue) stayed")
      try node.load(SmallCluster.plans().map { target.compile($0) })
    }
  }

  @Test(arguments: IPTablesVariant.allCases)
  func bothVariantsOfIPTablesLoad(variant: IPTablesVariant) throws {
    let node = try SmallCluster.node(.iptables, iptables: variant)
    #expect(try node.send(FlowPacket(.pod, "10.244.1.9", "10.96.0.10")).action == .dnat)
    #expect(try node.send(FlowPacket(.pod, "10.244.1.9", "10.96.0.11")).action == .reject)
    let passing = try node.send(FlowPacket(.pod, "10.244.1.9", "198.51.100.7"))
    #expect(passing.action == .noMatch)
  }

  @Test func whatToolsSayIsPassedOn() throws {
    let node = try KernelNode(NodeLayout(addresses: []))
    #expect {
      try node.load([.nftables(NFTables.Table(family: .ipv4, name: "no name"))])
    } throws: { error in
      guard case KernelFlowError.failedTool(_, let status, let output) = error else { return false }
      return status != 0 && output.contains("syntax error")
    }
  }

  // MARK: The node

  @Test func nothingIsDoneOutsideTheNamespace() throws {
    let node = try KernelNode(NodeLayout(addresses: SmallCluster.addresses, interfaces: ["veth-inside"]))
    let devices = "/proc/thread-self/net/dev"
    let inside = try node.perform { try String(contentsOfFile: devices, encoding: .utf8) }
    let outside = try String(contentsOfFile: devices, encoding: .utf8)
    for name in ["pods0", "veth-inside"] {
      #expect(inside.contains(name))
      #expect(!outside.contains(name))
    }
  }

  @Test func nodesDoNotKnowOfEachOther() throws {
    let nodes = try RuleTarget.allCases.map { try SmallCluster.node($0) }
    let empty = try KernelNode(NodeLayout(addresses: SmallCluster.addresses))
    for node in nodes {
      #expect(try node.send(FlowPacket(.pod, "10.244.1.9", "10.96.0.10")).action == .dnat)
      #expect(try empty.send(FlowPacket(.pod, "10.244.1.9", "10.96.0.10")).action == .noMatch)
    }
  }

  @Test func interfacesAreThoseOfTheLayout() throws {
    let packet = FlowPacket(.pod, "10.244.1.9", "198.51.100.7", interface: "cni0")
    let node = try KernelNode(NodeLayout(addresses: []))
    #expect(throws: KernelFlowError.unknownInterface("cni0")) { try node.send(packet) }
    #expect(throws: KernelFlowError.unknownInterface("a/b")) {
      try KernelNode(NodeLayout(addresses: [], interfaces: ["a/b"]))
    }
    #expect(throws: KernelFlowError.noFreeMarkBit) { try KernelNode(NodeLayout(addresses: [], usedMarkBits: .max)) }
  }
}
