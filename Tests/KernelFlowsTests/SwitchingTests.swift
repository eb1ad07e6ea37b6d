#if Netlink && os(Linux)
  import CNamespaces
  import Foundation
  import KernelFlows
  import NodeProgramming
  import RuleTargets
  import ServicePlan
  import Synchronization
  import SystemPrograms
  import Testing

  /// Another target takes over on a node in use: no first packet of a connection misses its translation.
  @Suite(.serialized, .enabled(if: KernelSupport.isUsable, Comment(rawValue: KernelSupport.need)))
  struct SwitchingTests {
    /// Sent in turn: clients inside and outside, all protocols, both families, a sticky Service.
    private static let packets = [
      FlowPacket(.external, "203.0.113.9", "10.96.0.10"), FlowPacket(.pod, "10.244.1.9", "10.96.0.10", .udp),
      FlowPacket(.node, "192.0.2.11", "10.96.0.10"), FlowPacket(.external, "203.0.113.9", "10.96.0.10", .sctp),
      FlowPacket(.external, "2001:db8:9::9", "fd10:96::10"), FlowPacket(.pod, "10.244.1.9", "10.96.0.14"),
    ]

    /// In this order, over and over; each is what `svcnat apply --take-over` does.
    private static let targets = [RuleTarget.nftMaps, .nftChains, .iptables, .nftMaps, .iptables, .nftChains]

    @Test(arguments: [RuleTarget.nftChains, .iptables])
    func noFirstPacketIsLost(startingWith kubeProxy: RuleTarget) throws {
      let plans = try SmallCluster.plans()
      let node = try KernelNode(NodeLayout(SmallCluster.configuration, plans: plans, packets: Self.packets))
      // As kube-proxy has them: not by svcnat.
      try node.load(plans.map { kubeProxy.compile($0) })
      let namespace = try node.perform {
        "/proc/" + (try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/thread-self")) + "/ns/net"
      }
      let switches = Switches()
      Thread { switches.finish(Result { try Self.change(plans, in: namespace, switches) }) }.start()
      var sent = 0
      while !switches.areDone {
        let packet = Self.packets[sent % Self.packets.count]
        guard let fate = try Self.fate(of: packet, on: node) else { continue }
        sent += 1
        if case .translated = fate { continue }
        Issue.record("after \(switches.number) switches: \(packet): \(fate)")
      }
      try switches.result()
      #expect(switches.number == 18)
      #expect(sent > 3 * switches.number, "\(sent) packets say little")
    }

    /// Changes the target again and again.
    private static func change(_ plans: [NodePlan], in namespace: String, _ switches: Switches) throws {
      let result = cns_enter_network(namespace)
      if result < 0 { throw KernelFlowError.refused(operation: namespace, code: -result) }
      var programmer = try NodeProgrammer()
      for round in 0..<3 {
        for target in targets {
          let plan = try programmer.plan(plans.map { target.compile($0) }, target: target, takesOver: round == 0)
          try programmer.carryOut(plan)
          switches.count()
        }
      }
    }

    /// Nil where the machine is too busy to say what became of it.
    private static func fate(of packet: FlowPacket, on node: KernelNode) throws -> FlowFate? {
      do {
        return try node.send(packet)
      } catch {
        if error == .stalled { return nil }
        throw error
      }
    }

    /// What one thread does while another sends.
    private final class Switches: Sendable {
      private struct State {
        var number = 0
        var result: Result<Void, any Error>?
      }

      private let state = Mutex(State())

      func count() { state.withLock { $0.number += 1 } }
      func finish(_ result: Result<Void, any Error>) { state.withLock { $0.result = result } }
      var number: Int { state.withLock { $0.number } }
      var areDone: Bool { state.withLock { $0.result != nil } }
      func result() throws { try state.withLock { $0.result }?.get() }
    }
  }
#endif
