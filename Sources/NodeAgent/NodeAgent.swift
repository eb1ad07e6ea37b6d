#if Agent && os(Linux)
  import Foundation
  import HealthChecks
  import KubernetesAPI
  import struct KubernetesObjects.NamespacedName
  import Logging
  import NetworkAddresses
  import PrometheusMetrics
  import ServiceLifecycle
  import ServicePlan
  import UnixSignals

  /// Where an agent has its objects from.
  public enum ObjectSource: Sendable {
    case directory(DirectorySource)
    /// - Parameter nodeName: the Node to watch.
    case server(APIAccess, nodeName: String)
  }

  /// What `svcnat agent` runs: objects come in, rules, health checks and metrics go out.
  public struct NodeAgent: Sendable {
    private let configuration: AgentConfiguration
    private let source: ObjectSource
    private let log: Logger
    private let reload: @Sendable () throws -> AgentConfiguration

    /// - Parameter reload: reads the configuration anew, on SIGHUP.
    public init(
      _ configuration: AgentConfiguration, source: ObjectSource, log: Logger,
      reload: @escaping @Sendable () throws -> AgentConfiguration
    ) {
      self.configuration = configuration
      self.source = source
      self.log = log
      self.reload = reload
    }

    /// Runs until SIGTERM or SIGINT.
    ///
    /// - Throws: where it cannot begin: the kernel is not to be programmed, an address is in use.
    public func run() async throws {
      let registry = PrometheusRegistry(AgentMetrics.descriptions)
      let metrics = AgentMetrics(registry)
      let health = ProxyHealth(configuration.families, timeout: configuration.syncPeriod * 2)
      let mailbox = try Mailbox<LoopMessage>()
      let (checks, publisher) = AsyncStream.makeStream(of: [HealthCheckPorts].self, bufferingPolicy: .unbounded)
      let loop = LoopService(configuration, mailbox, health, metrics, log) { publisher.yield($0) }
      var client: APIClient?
      if case .server(let access, _) = source { client = try APIClient(access) }
      let events = client.map { EventReporter($0, nodeName: configuration.nodeName) }
      let faces = FacesService(configuration, health, registry, metrics, log, checks, events)
      let objects = SourceService(source, client, configuration, mailbox, metrics, log)
      let reloading = ReloadService(mailbox, log, reload)
      var group = ServiceGroupConfiguration(
        services: [.init(service: loop), .init(service: faces), .init(service: objects), .init(service: reloading)],
        gracefulShutdownSignals: [.sigterm, .sigint], logger: log.quiet)
      group.maximumGracefulShutdownDuration = .seconds(5)
      try await ServiceGroup(configuration: group).run()
    }
  }

  extension Logger {
    /// Without what libraries say of their own workings.
    fileprivate var quiet: Logger {
      var logger = self
      logger.logLevel = max(logLevel, .warning)
      return logger
    }
  }

  /// Runs the loop on a thread of its own.
  private struct LoopService: Service {
    private let configuration: AgentConfiguration
    private let mailbox: Mailbox<LoopMessage>
    private let health: ProxyHealth
    private let metrics: AgentMetrics
    private let log: Logger
    private let publish: @Sendable ([HealthCheckPorts]) -> Void

    init(
      _ configuration: AgentConfiguration, _ mailbox: Mailbox<LoopMessage>, _ health: ProxyHealth,
      _ metrics: AgentMetrics, _ log: Logger, publish: @escaping @Sendable ([HealthCheckPorts]) -> Void
    ) {
      self.configuration = configuration
      self.mailbox = mailbox
      self.health = health
      self.metrics = metrics
      self.log = log
      self.publish = publish
    }

    func run() async throws {
      try await withGracefulShutdownHandler {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
          let thread = Thread {
            do {
              let kernel = try LinuxKernel(
                configuration.target, takesOver: configuration.takesOver, ownsTables: configuration.ownsTables,
                countsConnections: configuration.connectionMetricsLimit != nil)
              let loop = try NodeLoop(
                configuration, kernel: kernel, mailbox: mailbox, health: health, metrics: metrics, log: log,
                publish: publish)
              loop.run()
              continuation.resume()
            } catch {
              continuation.resume(throwing: error)
            }
          }
          thread.name = "svcnat-loop"
          thread.stackSize = 8 << 20
          thread.start()
        }
      } onGracefulShutdown: {
        mailbox.post(.stop)
      }
    }
  }

  /// Brings what the source says to the loop.
  private struct SourceService: Service {
    private let source: ObjectSource
    /// Of a server.
    private let client: APIClient?
    private let configuration: AgentConfiguration
    private let mailbox: Mailbox<LoopMessage>
    private let metrics: AgentMetrics
    private let log: Logger

    init(
      _ source: ObjectSource, _ client: APIClient?, _ configuration: AgentConfiguration,
      _ mailbox: Mailbox<LoopMessage>, _ metrics: AgentMetrics, _ log: Logger
    ) {
      self.source = source
      self.client = client
      self.configuration = configuration
      self.mailbox = mailbox
      self.metrics = metrics
      self.log = log
    }

    func run() async throws {
      switch source {
      case .directory(let directory):
        try await cancelWhenGracefulShutdown { try await directory.run { mailbox.post(.event($0)) } }
      case .server(_, let nodeName): if let client { await watch(client, nodeName) }
      }
      // A service that returns would end the others.
      try? await gracefulShutdown()
    }

    private func watch(_ client: APIClient, _ nodeName: String) async {
      let kinds: [WatchedKind] = [
        .services(proxyName: configuration.serviceProxyName), .slices, .serviceCIDRs, .node(name: nodeName),
      ]
      await cancelWhenGracefulShutdown {
        await withTaskGroup(of: Void.self) { group in
          for kind in kinds {
            group.addTask {
              await ObjectWatch(
                kind, client: client, deliver: { mailbox.post(.event($0)) }, notice: { note($0) }
              ).run()
            }
          }
        }
      }
      await client.shutdown()
    }

    private func note(_ notice: WatchNotice) {
      switch notice {
      case .complete, .listing: log.info("\(notice)")
      case .failed(let kind, _, _), .relisting(let kind, _):
        metrics.watchRestarted("\(kind)")
        log.warning("\(notice)")
      }
    }
  }

  /// Answers HTTP.
  private struct FacesService: Service {
    private let configuration: AgentConfiguration
    private let health: ProxyHealth
    private let registry: PrometheusRegistry
    private let metrics: AgentMetrics
    private let log: Logger
    private let checks: AsyncStream<[HealthCheckPorts]>
    /// Nil: there is nobody to tell.
    private let events: EventReporter?

    init(
      _ configuration: AgentConfiguration, _ health: ProxyHealth, _ registry: PrometheusRegistry,
      _ metrics: AgentMetrics, _ log: Logger, _ checks: AsyncStream<[HealthCheckPorts]>, _ events: EventReporter?
    ) {
      self.configuration = configuration
      self.health = health
      self.registry = registry
      self.metrics = metrics
      self.log = log
      self.checks = checks
      self.events = events
    }

    func run() async throws {
      let faces = try await Faces.open(
        configuration.faces, health: health, registry: registry, metrics: metrics, log: log)
      // Determined once (HC-2).
      let node = try configuration.resolveNode(nil)
      let mode = configuration.target.mode
      let listeners = HealthCheckListeners(
        health: health, log: log, report: { report($0, $1) }
      ) { family in
        // Which addresses a keyword stands for is not known before there is a Node.
        let addresses = HealthCheckPorts.listenAddresses(family, node, for: mode)
        return addresses.isEmpty || node.nodePortAddresses == nil ? [.unspecified(family)] : addresses
      }
      await cancelWhenGracefulShutdown {
        for await ports in checks { await listeners.update(ports) }
      }
      await listeners.closeAll()
      await faces.close()
    }
  }

  extension FacesService {
    /// In the words of kube-proxy (HC-2).
    private func report(_ service: NamespacedName, _ words: String) {
      guard let events else { return }
      Task {
        do {
          try await events.warn(
            service, reason: "FailedToStartServiceHealthcheck", note: "node \(configuration.nodeName): \(words)")
        } catch {
          log.debug("an Event of \(service) was not sent: \(error)")
        }
      }
    }
  }

  /// Reads the configuration anew on SIGHUP.
  private struct ReloadService: Service {
    private let mailbox: Mailbox<LoopMessage>
    private let log: Logger
    private let reload: @Sendable () throws -> AgentConfiguration

    init(_ mailbox: Mailbox<LoopMessage>, _ log: Logger, _ reload: @escaping @Sendable () throws -> AgentConfiguration)
    {
      self.mailbox = mailbox
      self.log = log
      self.reload = reload
    }

    func run() async throws {
      for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
        do {
          mailbox.post(.reconfigure(try reload()))
        } catch {
          log.error("the configuration stays as it is: \(error)")
        }
      }
    }
  }
#endif
