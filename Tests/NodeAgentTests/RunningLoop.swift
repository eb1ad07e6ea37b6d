#if Agent && os(Linux)
  import CNamespaces
  import Foundation
  import HealthChecks
  import KernelFlows
  import KubernetesAPI
  import KubernetesObjects
  import LivePlan
  import Logging
  import NFTables
  import NFTablesNetlink
  import NetworkAddresses
  import NodeProgramming
  import PrometheusMetrics
  import RuleTargets
  import ServicePlan
  import Synchronization
  import Testing

  @testable import NodeAgent

  /// Whether tests that need a kernel can run here; in continuous integration a machine that cannot is a failure.
  enum KernelSupport {
    static let obstacle = KernelNode.obstacle(needsIPTables: false)

    static let isUsable = obstacle == nil || (getuid() == 0 && ProcessInfo.processInfo.environment["CI"] == "true")

    /// Whether tables can have an owner and stay without it.
    static let canOwnTables =
      isUsable
      && (try? KernelNode(NodeLayout(addresses: [])).perform { _ = try NodeProgrammer(ownsTables: true) }) != nil

    static let need = "needs Linux, root, ip and nft; " + (obstacle.map { "\($0)" } ?? "all there")
  }

  /// The loop of an agent on a thread of its own, in the network namespace of a node.
  final class RunningLoop: Sendable {
    let mailbox: Mailbox<LoopMessage>
    let health: ProxyHealth
    let registry = PrometheusRegistry(AgentMetrics.descriptions)
    let log = LogLines()
    private let givenNode: KernelNode?
    private let configuration: AgentConfiguration
    private let published = Mutex<[HealthCheckPorts]>([])
    private let end = Mutex<Result<Void, any Error>?>(nil)

    /// - Parameter kernel: what the loop works on, given the real one.
    convenience init(
      _ configuration: AgentConfiguration, on node: KernelNode,
      kernel: @escaping @Sendable (LinuxKernel) -> any NodeKernel = { $0 }
    ) throws {
      try self.init(
        configuration, node, namespace: try node.perform { try RunningLoop.namespace }, NodeLoop.time, kernel)
    }

    /// - Parameter wallClock: seconds since 1970.
    convenience init(
      _ configuration: AgentConfiguration, on node: KernelNode, wallClock: @escaping @Sendable () -> Double
    ) throws {
      try self.init(configuration, node, namespace: try node.perform { try RunningLoop.namespace }, wallClock) { $0 }
    }

    /// In the namespace of the calling thread.
    convenience init(here configuration: AgentConfiguration) throws {
      try self.init(configuration, nil, namespace: try RunningLoop.namespace, NodeLoop.time) { $0 }
    }

    private static var namespace: String {
      get throws {
        "/proc/" + (try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/thread-self")) + "/ns/net"
      }
    }

    private init(
      _ configuration: AgentConfiguration, _ node: KernelNode?, namespace: String,
      _ wallClock: @escaping @Sendable () -> Double, _ kernel: @escaping @Sendable (LinuxKernel) -> any NodeKernel
    ) throws {
      givenNode = node
      self.configuration = configuration
      mailbox = try Mailbox()
      health = ProxyHealth(configuration.families, timeout: configuration.syncPeriod * 2)
      let log = log
      let logger = Logger(label: "test") { _ in log }
      let thread = Thread { [self] in
        let result = Result {
          let code = cns_enter_network(namespace)
          guard code >= 0 else { throw KernelFlowError.refused(operation: namespace, code: -code) }
          let loop = try NodeLoop(
            configuration,
            kernel: kernel(
              try LinuxKernel(
                configuration.target, takesOver: configuration.takesOver, ownsTables: configuration.ownsTables,
                countsConnections: configuration.connectionMetricsLimit != nil)),
            mailbox: mailbox, health: health, metrics: AgentMetrics(registry), log: logger, wallClock: wallClock
          ) { [self] ports in published.withLock { $0 = ports } }
          loop.run()
        }
        end.withLock { $0 = result }
      }
      thread.stackSize = 8 << 20
      thread.start()
    }

    /// The node it was started on.
    var node: KernelNode {
      guard let givenNode else { preconditionFailure("started in the namespace of a thread") }
      return givenNode
    }

    /// What the health check node ports answer.
    var healthChecks: [HealthCheckPorts] { published.withLock { $0 } }

    func post(_ event: ClusterEvent) { mailbox.post(.event(event)) }

    /// All there is, as after a list.
    func post(_ objects: ObjectSet, node: Node? = nil) {
      post(.node(node ?? objects.nodes.first))
      post(.serviceCIDRs(objects.serviceCIDRs.map { Listed($0) }))
      post(.services(objects.services.map { Listed($0) }))
      post(.slices(objects.slices.map { Listed($0) }))
    }

    /// Waits until all that was posted is programmed, as far as it can be.
    func drain() throws {
      // The first one is seen while the others are taken, the second one when they have been dealt with.
      for _ in 0..<2 {
        let mark = "mark \(UUID())"
        post(.invalid(words: mark))
        try expect("the mark comes") { log.contains(mark) }
      }
    }

    /// Ends the loop as SIGTERM does.
    func stop() throws {
      mailbox.post(.stop)
      try expect("the loop ends") { self.end.withLock { $0 != nil } }
      try end.withLock { $0 }?.get()
    }

    /// Waits until it is so. The limit guards against hanging and measures nothing.
    func expect(
      _ what: String, within limit: Duration = .seconds(90), sourceLocation: SourceLocation = #_sourceLocation,
      _ condition: () throws -> Bool
    ) throws {
      let start = ContinuousClock.now
      while try !condition() {
        try #require(
          ContinuousClock.now - start < limit, "\(what): \(log.lines.suffix(12))", sourceLocation: sourceLocation)
        usleep(1000)
      }
    }

    // MARK: - What the kernel has

    /// Whether the kernel has what a compile from scratch makes of objects; the numbers of endpoints may follow history.
    func isRight(_ objects: ObjectSet, node clusterNode: Node? = nil) throws -> Bool {
      let clusterNode = clusterNode ?? objects.nodes.first
      return try node.perform { [self] in try isRightHere(objects, clusterNode) }
    }

    /// In the namespace of the calling thread.
    func isRightHere(_ objects: ObjectSet, _ clusterNode: Node?) throws -> Bool {
      let (target, families) = (configuration.target, configuration.families)
      var connection = try NetlinkConnection()
      var fresh = LiveNode(
        configuration: try configuration.resolveNode(clusterNode), target: target, families: families,
        maps: configuration.mapsOptions)
      fresh.replaceServices(with: objects.services.map { Listed($0) })
      fresh.replaceSlices(with: objects.slices.map { Listed($0) })
      fresh.replaceServiceCIDRs(with: objects.serviceCIDRs.map { Listed($0) })
      for place in RulePlace.all where place.target == target {
        for identity in families.compactMap({ place.table($0) }) {
          if let installed = try connection.table(identity)?.table { fresh.adopt(installed) }
        }
      }
      _ = fresh.takeChange()
      var programmer = try NodeProgrammer()
      if configuration.ownsTables {
        // Nobody else can plan while it runs.
        return try families.allSatisfy {
          LiveComparison.differences(from: try programmer.installedRules($0), to: fresh.rules($0)).isEmpty
        }
      }
      return try programmer.plan(families.map { fresh.rules($0) }, target: target).isEmpty
    }

    func expectRight(
      _ objects: ObjectSet, node clusterNode: Node? = nil, _ what: String = "the kernel has what the objects say",
      sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      try expect(what, sourceLocation: sourceLocation) { try isRight(objects, node: clusterNode) }
    }

    /// The number of the last change of rules that anybody made.
    func generation() throws -> UInt32 {
      try node.perform {
        var connection = try NetlinkConnection()
        return try connection.generation()
      }
    }

    /// How often the connection tracking table was swept.
    var sweeps: Double {
      registry.text().split(separator: "\n")
        .filter { $0.hasPrefix("kubeproxy_conntrack_reconciler_sync_duration_seconds_count") }
        .compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }.reduce(0, +)
    }

    /// The value of a metric; nil: it is not there.
    func metric(_ name: String) -> Double? {
      registry.text().split(separator: "\n").first { $0.hasPrefix(name + " ") }
        .flatMap { Double($0.dropFirst(name.count + 1)) }
    }
  }

  /// Keeps what is logged.
  struct LogLines: LogHandler {
    private final class Storage: Sendable {
      let lines = Mutex<[String]>([])
    }

    private let storage = Storage()
    var logLevel = Logger.Level.debug
    var metadata: Logger.Metadata = [:]

    var lines: [String] { storage.lines.withLock { $0 } }

    func contains(_ words: String) -> Bool { lines.contains { $0.contains(words) } }

    func log(event: LogEvent) {
      let line = "\(event.level): \(event.message)"
      storage.lines.withLock { $0.append(line) }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }
  }
#endif
