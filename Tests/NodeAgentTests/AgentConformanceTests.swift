#if Agent && os(Linux)
  import ConnectionTracking
  import ConntrackNetlink
  import FlowCases
  import Foundation
  import HealthChecks
  import KernelFlows
  import KubernetesAPI
  import KubernetesObjects
  import NFTables
  import NetworkAddresses
  import Netlink
  import RuleTargets
  import ServicePlan
  import Synchronization
  import TestSupport
  import Testing

  @testable import NodeAgent
  @testable import svcnat

  /// The conformance cases through an agent, with real packets, connections in the kernel's table and health check ports.
  @Suite(.serialized, .enabled(if: KernelSupport.isUsable, Comment(rawValue: KernelSupport.need)))
  struct AgentConformanceTests {
    private static let cases = Result {
      try CaseFile.cases().filter { flowCase in flowCase.modes.contains(.nftables) }
    }

    @Test(arguments: try cases.get())
    func flowsEndWhereTheCaseSays(flowCase: FlowCase) throws {
      let fed = FedAgent(flowCase)
      defer { fed.stop() }
      var run = FlowRun(targets: [.nftMaps])
      run.observer = { flowCase, target in try SentFlows(flowCase, target) { _ in try fed.follow() } }
      // Flows of connections that exist need the rules to be taken away for a moment, which an agent does not allow.
      let results = run.results(of: flowCase.withNewFlowsOnly)
      for result in results {
        if case .failed(let failure) = result.verdict { Issue.record("\(result.path): \(failure.mismatches)") }
      }
      #expect(fed.problem == nil)
    }

    /// Steps with an expectation of the connection tracking table or of health checks.
    private static let others = Result {
      try CaseFile.cases().filter { flowCase in
        flowCase.modes.contains(.nftables)
          && flowCase.steps.contains { $0.conntrack != nil || !$0.healthChecks.isEmpty }
      }
    }

    @Test(arguments: try others.get())
    func connectionsAndHealthChecks(flowCase: FlowCase) throws {
      let states = ClusterState.all(of: flowCase)
      let node = try KernelNode(NodeLayout(flowCase.configuration, plans: states.flatMap(\.plans), packets: []))
      let loop = try RunningLoop(.following(flowCase.configuration), on: node)
      loop.post(ClusterState(flowCase))
      try loop.expect("it has started") { loop.health.report().lastUpdated != nil }
      for (step, state) in zip(flowCase.steps, states) {
        let entries = try Self.make(step.conntrack?.before ?? [], on: node)
        loop.post(state)
        try loop.drain()
        if let conntrack = step.conntrack {
          #expect(
            try Self.left(entries, on: node) == Set(entries.map(\.id)).subtracting(conntrack.deleted), "\(conntrack)")
        }
        for check in step.healthChecks {
          let entries = loop.healthChecks.compactMap { $0.entries[check.port] }
          let entry = entries.first { $0.service == check.service }
          #expect(check.answer?.localEndpoints == entry?.localEndpoints, "\(check.service) on \(check.port): \(check)")
          #expect(check.answer?.status == entry.map { HealthCheckAnswer($0, isProxyHealthy: true).status })
        }
      }
      try loop.stop()
    }

    /// Puts entries in the place of all there are. No two may be alike in one direction, as some of a case are.
    ///
    /// - Returns: those that could be made.
    private static func make(_ entries: [ConntrackEntry], on node: KernelNode) throws -> [ConntrackEntry] {
      try node.perform {
        var table = try ConntrackConnection()
        var former: [TrackedConnection] = []
        for family in IPFamily.allCases {
          for transport in TransportProtocol.allCases { _ = try table.list(family, transport) { former.append($0) } }
        }
        _ = table.delete(former)
        return try entries.filter { entry in
          do {
            try table.insert(TrackedConnection(entry), seconds: 600)
            return true
          } catch let error as NetlinkError where error.code == EEXIST {
            return false
          }
        }
      }
    }

    /// Which of the entries are still there.
    private static func left(_ entries: [ConntrackEntry], on node: KernelNode) throws -> Set<String> {
      let left = try node.perform {
        var table = try ConntrackConnection()
        var left: Set<TrackedConnection> = []
        for family in IPFamily.allCases {
          for transport in TransportProtocol.allCases {
            _ = try table.list(family, transport) { connection in
              var connection = connection
              connection.id = nil
              left.insert(connection)
            }
          }
        }
        return left
      }
      return Set(entries.filter { left.contains(TrackedConnection($0)) }.map(\.id))
    }
  }

  /// An agent that is told the steps of a case, one after the other, whenever their rules would be loaded.
  private final class FedAgent: Sendable {
    private struct State {
      var steps: [ClusterState]
      var loop: RunningLoop?
      var problem: String?
    }

    private let configuration: NodeConfiguration
    private let state: Mutex<State>

    init(_ flowCase: FlowCase) {
      configuration = flowCase.configuration
      state = Mutex(State(steps: ClusterState.all(of: flowCase)))
    }

    var problem: String? { state.withLock { $0.problem } }

    /// Is called on the thread of the node.
    func follow() throws {
      let (loop, step) = try state.withLock { state in
        let loop = try state.loop ?? RunningLoop(here: .following(configuration))
        state.loop = loop
        return (loop, state.steps.isEmpty ? nil : state.steps.removeFirst())
      }
      guard let step else {
        state.withLock { $0.problem = "rules were loaded more often than there are steps" }
        return
      }
      loop.post(step)
      try loop.expect("the kernel has the rules of the step") { try loop.isRightHere(step.objects, step.node) }
    }

    func stop() { try? state.withLock { $0.loop }?.stop() }
  }

  extension ClusterState {
    /// The Node, as far as a case says anything of it.
    fileprivate var node: Node {
      var node = Node(name: configuration.nodeName, position: SourcePosition(file: 0, line: 1, column: 1))
      node.zone = configuration.zone
      return node
    }
  }

  extension RunningLoop {
    fileprivate func post(_ state: ClusterState) { post(state.objects, node: state.node) }
  }

  extension AgentConfiguration {
    /// The node is as a case says, only its zone may change.
    fileprivate static func following(_ configuration: NodeConfiguration) -> AgentConfiguration {
      var following = AgentConfiguration(target: .nftMaps) { node in
        var configuration = configuration
        configuration.zone = node?.zone
        return configuration
      }
      following.minSyncPeriod = .zero
      return following
    }
  }

  extension FlowCase {
    /// Without flows of connections that exist already.
    var withNewFlowsOnly: FlowCase {
      var flowCase = self
      for step in flowCase.steps.indices {
        flowCase.steps[step].flows.removeAll { FlowPacket($0.packet).map { $0.state != .new } ?? true }
        flowCase.steps[step].conntrack = nil
        flowCase.steps[step].healthChecks = []
      }
      return flowCase
    }
  }
#endif
