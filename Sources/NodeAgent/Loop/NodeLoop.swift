#if Agent && os(Linux)
  import CNamespaces
  import ConnectionTracking
  import Foundation
  import Glibc
  import HealthChecks
  import IPTables
  import KernelParameters
  import KubernetesAPI
  import KubernetesObjects
  import LivePlan
  import Logging
  import NFTables
  import NetworkAddresses
  import NodeProgramming
  import RuleTargets
  import ServicePlan

  /// Keeps the rules of this node right: takes what the cluster says, works out what becomes different, and commits it.
  ///
  /// It lives on one thread, the one that makes it. What comes from elsewhere comes through its mailbox.
  final class NodeLoop {
    private var configuration: AgentConfiguration
    private let kernel: any NodeKernel
    private let mailbox: Mailbox<LoopMessage>
    private let health: ProxyHealth
    private let metrics: AgentMetrics
    private let log: Logger
    /// Is told what health check node ports there are.
    private let publish: @Sendable ([HealthCheckPorts]) -> Void

    private var live: LiveNode
    private var schedule: SyncSchedule
    private var details: [WatchedDetails]
    private var datagramSlices = DatagramSlices()
    private var isSweepDue = false
    private var sweepRetry = SweepRetry()
    private var connections: ConnectionCounts?
    /// When what the kernel counts is to be read; nil: nothing is counted, or not yet.
    private var countersDue: ContinuousClock.Instant?
    /// When memory is to be given back: whole lists and whole tables take more than what is kept of them, and are let go of a
    /// moment later. Changes leave holes behind that only add up to pages in the course of time.
    private var memoryDue: ContinuousClock.Instant?
    /// The counters of packets that rules of iptables name.
    private var packetCounters: [PacketCounter] = []

    /// What has not come yet; nothing is programmed before all has (SEL-5).
    private var awaited: Set<Kind> = [.services, .slices, .node]
    private var node: Node?
    private var interfaceAddresses: [IPAddress] = []
    private var hasStarted = false
    /// The tables have to be compared whole, because it is not known what they are.
    private var isKernelUnknown = true
    private var repairLimit = RepairLimit()
    private var suspicion: Suspicion?
    private var isolation = IsolatedServices()
    private var pendingSlices = 0
    private var pendingServices = 0
    /// When the Pods changed of which slices tell that wait, seconds since 1970 (MET-5).
    private var triggers: [IPFamily: [Double]] = [:]
    /// Seconds since 1970, for what is shown: nothing is decided by it.
    private let wallClock: @Sendable () -> Double
    private let processStart: Double
    /// Rules of others that were spoken of.
    private var namedPlaces: Set<String> = []

    private enum Kind: Hashable {
      case services
      case slices
      case node
    }

    /// Somebody else seems to have changed our rules.
    private struct Suspicion {
      var culprit: String?
      /// When to look.
      var at: ContinuousClock.Instant
    }

    init(
      _ configuration: AgentConfiguration, kernel: any NodeKernel, mailbox: Mailbox<LoopMessage>, health: ProxyHealth,
      metrics: AgentMetrics, log: Logger, wallClock: @escaping @Sendable () -> Double = NodeLoop.time,
      publish: @escaping @Sendable ([HealthCheckPorts]) -> Void
    ) throws {
      self.configuration = configuration
      self.kernel = kernel
      self.mailbox = mailbox
      self.health = health
      self.metrics = metrics
      self.log = log
      self.publish = publish
      self.wallClock = wallClock
      processStart = wallClock()
      connections = configuration.connectionMetricsLimit.map { ConnectionCounts(limit: $0, metrics) }
      live = LiveNode(
        configuration: try configuration.resolved(nil), target: configuration.target,
        families: configuration.families, maps: configuration.mapsOptions)
      schedule = SyncSchedule(
        minimum: configuration.minSyncPeriod, retry: configuration.syncPeriod,
        verification: configuration.verification)
      details = configuration.families.map { WatchedDetails($0) }
    }

    // MARK: - Running

    /// Returns when it is told to stop; rules stay as they are.
    func run() {
      let families = configuration.families.map(\.rawValue).joined(separator: ", ")
      log.info(
        "node \(configuration.nodeName), target \(configuration.target.rawValue), \(families), \(configuration.sourceName)"
      )
      if let server = configuration.apiServer, server.isInCluster {
        log.warning(
          """
          the API server is reached at the cluster IP \(server.address), which works only while rules are there: on a node \
          without any nothing can be learned; give the server's own address with --server or --kubeconfig
          """)
      }
      setKernelParameters()
      readInterfaceAddresses()
      while true {
        do {
          for event in try kernel.wait(for: mailbox.descriptor, timeout: timeout) { take(event) }
        } catch {
          // What was missed is found by looking.
          log.error("listening to the kernel: \(error)")
          suspicion = Suspicion(culprit: nil, at: .now + .seconds(1))
        }
        for message in mailbox.take() {
          switch message {
          case .event(let event): take(event)
          case .reconfigure(let configuration): reconfigure(configuration)
          case .stop:
            finish()
            return
          }
        }
        guard awaited.isEmpty else { continue }
        let now = ContinuousClock.now
        // Before anything is committed: what goes by it is heard of later.
        if let countersDue, countersDue <= now { readCounters() }
        if let suspicion, suspicion.at <= now {
          repair(suspicion)
        } else if !hasStarted {
          start()
        } else if let reason = schedule.due(now) {
          sync(reason)
        } else if let retry = isolation.nextRetry, retry <= now {
          sync(.changes)
        } else if let retry = sweepRetry.next, retry <= now {
          sweep()
        } else if let memoryDue, memoryDue <= now {
          self.memoryDue = nil
          cns_give_memory_back()
        }
      }
    }

    private var timeout: Duration? {
      let now = ContinuousClock.now
      guard awaited.isEmpty else { return nil }
      if !hasStarted { return .zero }
      let due = [schedule.next, suspicion?.at, isolation.nextRetry, sweepRetry.next, countersDue, memoryDue]
      return due.compactMap(\.self).min().map { max(.zero, $0 - now) }
    }

    private func finish() {
      guard configuration.cleansUpOnExit else {
        log.info("stopping; the rules stay")
        return
      }
      do {
        try kernel.cleanUp(configuration.families)
        log.info("stopping; the rules are gone")
      } catch {
        metrics.cleanupFailed()
        log.error("removing the rules: \(error)")
      }
    }

    // MARK: - What comes

    private func take(_ event: ClusterEvent) {
      switch event {
      case .services(let services):
        live.replaceServices(with: services.compactMap { own($0.object, $0.resourceVersion) })
        awaited.remove(.services)
        memoryDue = .now + .seconds(1)
        countServices(services.count)
      case .slices(let slices):
        live.replaceSlices(with: slices)
        if datagramSlices.replace(with: slices.map(\.object)) { isSweepDue = true }
        awaited.remove(.slices)
        memoryDue = .now + .seconds(1)
        countSlices(slices.count)
      case .serviceCIDRs(let ranges):
        // Beside another proxy addresses without a Service of ours may be Services of the other's.
        if configuration.serviceProxyName == nil { live.replaceServiceCIDRs(with: ranges) }
      case .change(let change, let version): take(change, version)
      case .node(let node):
        awaited.remove(.node)
        if self.node != node || !hasStarted {
          if node == nil {
            log.warning(
              "there is no Node \(configuration.nodeName): its zone, addresses and podCIDRs are not known; see --node-name"
            )
          }
          self.node = node
          health.nodeIs(known: node != nil, isDeleting: node?.isDeleting ?? false, taints: node?.taintKeys ?? [])
          updateNode()
        }
      case .invalid(let words): log.warning("passed over: \(words)")
      }
      if live.hasChanges { queue() }
    }

    private func take(_ change: ObjectChange, _ version: UInt64?) {
      switch change {
      case .service(let service):
        if let own = own(service, version) {
          live.apply(.service(own.object), resourceVersion: version)
        } else {
          live.apply(.deletedService(service.name), resourceVersion: version)
        }
        // Perhaps it is mended.
        readmitChanged(service.name)
        countServices()
      case .deletedService(let name):
        live.apply(change, resourceVersion: version)
        readmitChanged(name)
        countServices()
      case .slice(let slice):
        live.apply(change, resourceVersion: version)
        if datagramSlices.put(slice) { isSweepDue = true }
        noteTrigger(slice)
        countSlices()
      case .deletedSlice(let name):
        live.apply(change, resourceVersion: version)
        if datagramSlices.remove(name) { isSweepDue = true }
        countSlices()
      case .serviceCIDR, .deletedServiceCIDR:
        if configuration.serviceProxyName == nil { live.apply(change, resourceVersion: version) }
      }
    }

    private func readmitChanged(_ service: NamespacedName) {
      guard isolation.forget(service) else { return }
      live.readmit(service)
      metrics.setAside(isolation.count)
    }

    private func noteTrigger(_ slice: EndpointSlice) {
      guard let text = slice.lastChangeTriggerTime, let date = try? Date(text, strategy: .iso8601) else { return }
      let time = date.timeIntervalSince1970
      guard time > processStart, let family = slice.addressType.family else { return }
      triggers[family, default: []].append(time)
    }

    private func countServices(_ count: Int = 1) {
      pendingServices += count
      metrics.servicesChanged(count, pending: pendingServices)
    }

    private func countSlices(_ count: Int = 1) {
      pendingSlices += count
      metrics.endpointsChanged(count, pending: pendingSlices)
    }

    /// A Service as rules are to see it; nil: it is another proxy's.
    private func own(_ service: Service, _ version: UInt64?) -> Listed<Service>? {
      guard let name = configuration.serviceProxyName else { return Listed(service, resourceVersion: version) }
      guard service.proxyName == name else { return nil }
      var service = service
      service.labels[Service.proxyNameLabel] = nil
      return Listed(service, resourceVersion: version)
    }

    private func queue() {
      schedule.request()
      // Before the start it is not up to us how long something waits.
      if hasStarted { health.queued(.now) }
      metrics.queued(configuration.families, at: wallClock())
    }

    private func take(_ event: KernelEvent) {
      switch event {
      case .rulesChanged(let culprit):
        // At the start everything is compared anyway.
        guard hasStarted else { return }
        if suspicion == nil { suspicion = Suspicion(culprit: culprit, at: repairLimit.earliest(.now)) }
      case .addressesChanged:
        let before = interfaceAddresses
        readInterfaceAddresses()
        if interfaceAddresses != before, hasStarted {
          log.info("addresses of interfaces: \(interfaceAddresses.map(\.description).joined(separator: ", "))")
          updateNode()
          if live.hasChanges { queue() }
        }
      case .frontendRemoved(let element, let family): connections?.remove(element, family)
      }
    }

    private func readInterfaceAddresses() {
      do {
        interfaceAddresses = Array(Set(try kernel.interfaceAddresses())).sorted()
      } catch {
        log.error("reading addresses of interfaces: \(error)")
      }
    }

    /// What flags, the Node and the interfaces together say.
    private func updateNode() {
      do {
        var node = try configuration.resolved(node)
        if !interfaceAddresses.isEmpty { node.interfaceAddresses = interfaceAddresses }
        live.configuration = node
      } catch {
        log.error("the Node cannot be used, what was known of it stays: \(error)")
      }
    }

    private func reconfigure(_ new: AgentConfiguration) {
      var new = new
      if new.faces.healthz != configuration.faces.healthz || new.faces.metrics != configuration.faces.metrics
        || new.apiServer != configuration.apiServer
      {
        log.warning("the addresses to listen on and of the API server in the new configuration need a restart")
        new.faces = configuration.faces
        new.apiServer = configuration.apiServer
      }
      // These take a new process.
      if new.target != configuration.target || new.families != configuration.families
        || new.serviceProxyName != configuration.serviceProxyName
      {
        log.warning("the target, families and service-proxy-name of the new configuration need a restart")
        new.target = configuration.target
        new.families = configuration.families
        new.serviceProxyName = configuration.serviceProxyName
      }
      configuration = new
      schedule.minimum = new.minSyncPeriod
      schedule.retry = new.syncPeriod
      schedule.verification = new.verification
      health.setTimeout(new.syncPeriod * 2)
      updateNode()
      setKernelParameters()
      isKernelUnknown = true
      queue()
      log.info("configuration read anew")
    }

    private func setKernelParameters() {
      var settings = configuration.conntrack?.settings(processors: KernelParameterFiles.processors) ?? []
      settings += KernelSetting.forRules(live.configuration, mode: configuration.target.mode)
      for setting in settings {
        do {
          let outcome = try kernel.ensure(setting)
          if outcome.isChanged { log.info("\(setting.parameter): \(outcome.before) -> \(outcome.after)") }
        } catch {
          log.warning("\(error)")
        }
      }
    }

    // MARK: - Syncing

    private func start() {
      updateNode()
      do {
        for family in configuration.families {
          if let table = try kernel.installedTable(family, configuration.target) { live.adopt(table) }
        }
      } catch {
        log.error("reading what is installed: \(error)")
      }
      hasStarted = true
      isSweepDue = true
      if configuration.target == .iptables, PacketCounter.allCases.allSatisfy(makeCounter) {
        packetCounters = PacketCounter.allCases
      }
      sync(.changes)
      if connections != nil || !packetCounters.isEmpty { countersDue = .now }
      warnOfServer()
    }

    /// Nobody can begin to learn of Services over one of them.
    private func warnOfServer() {
      if let server = configuration.apiServer, !server.isInCluster,
        let owner = live.owner(of: server.address, port: server.port, transport: .tcp)
      {
        log.warning(
          """
          the API server is reached at \(server.address), an address of the Service \(owner), which works only while rules \
          are there; give the server's own address with --server
          """)
      }
    }

    private func sync(_ reason: SyncSchedule.Reason) {
      let start = ContinuousClock.now
      let readmitted = isolation.due(start)
      for service in readmitted { live.readmit(service) }
      if reason == .verification, configuration.target != .iptables { log.debug("comparing all rules") }
      if reason != .changes { isKernelUnknown = true }
      let isPartial = !isKernelUnknown
      let change = live.takeChange()
      for (index, family) in change.families.enumerated() { details[index].apply(family.plan) }
      let isFull = isKernelUnknown || change.families.contains { $0.table == nil }
      var succeeded = true
      let desired = isFull ? rules : []
      do {
        let done = isFull ? try program(desired) : try commit(change)
        isKernelUnknown = false
        describe(change, done, reason)
        note(done)
        countRules(desired, written: done.iptablesRules)
      } catch {
        isKernelUnknown = true
        metrics.failed(usesIPTables: configuration.target == .iptables, isPartial: isPartial)
        succeeded = isolate(change, error)
      }
      let end = ContinuousClock.now
      schedule.finished(at: end, succeeded: succeeded, verified: isFull)
      memoryDue = memoryDue ?? end + .seconds(60)
      if !readmitted.isEmpty { metrics.setAside(isolation.count) }
      guard succeeded else { return }
      pendingSlices = 0
      pendingServices = 0
      let time = wallClock()
      for family in configuration.families { health.updated(family, at: time) }
      metrics.synced(configuration.families, end - start, isFull: isFull, at: time)
      for (family, times) in triggers { metrics.programmed(family, delays: times.map { time - $0 }) }
      triggers = [:]
      for details in details { metrics.noLocalEndpoints(details.family, details.portsWithoutLocalEndpoints) }
      // The order of SYNC-5: rules, listeners and their counts, connections.
      publishHealthChecks()
      sweep()
    }

    /// Compares all rules with what the kernel has.
    private func program(_ rules: [CompiledRules]) throws -> ProgrammedRules {
      defer { memoryDue = .now }
      return try kernel.program(rules, configuration.target)
    }

    private var rules: [CompiledRules] {
      var options = RuleTargetOptions()
      options.iptables.usesAccounting = !packetCounters.isEmpty
      return configuration.families.map { live.rules($0, options: options) }
    }

    private func commit(_ change: NodeChange) throws -> ProgrammedRules {
      var done = ProgrammedRules()
      for family in change.families {
        if let table = family.table { done += try kernel.commit(table) }
      }
      return done
    }

    private func note(_ done: ProgrammedRules) {
      let counts = done.counts
      let changes = [counts.tables, counts.chains, counts.sets, counts.rules, counts.elements]
        .reduce(0) { $0 + $1.added + $1.removed }
      if !done.isEmpty { metrics.committed(changes, done.duration) }
    }

    private func describe(_ change: NodeChange, _ done: ProgrammedRules, _ reason: SyncSchedule.Reason) {
      let lines = change.families.flatMap { ChangeWords.lines($0.plan) }
      let commit = ChangeWords.commit(done)
      for place in done.left where namedPlaces.insert(place).inserted {
        if configuration.serviceProxyName == nil {
          log.warning("\(place) serves Services as well and is left alone; --take-over removes what a kube-proxy made")
        } else {
          log.info("\(place) is left alone")
        }
      }
      if lines.isEmpty {
        if !done.isEmpty { log.info("rules of the node: \(commit)") }
        return
      }
      for line in lines.dropLast() { log.info("\(line)") }
      if let last = lines.last { log.info("\(last); \(commit)") }
    }

    private func publishHealthChecks() {
      guard details.contains(where: \.healthChecksChanged) else { return }
      var ports: [HealthCheckPorts] = []
      for index in details.indices { ports.append(details[index].takeHealthChecks(live.configuration)) }
      for clash in ports.flatMap(\.clashes) {
        log.warning("\(clash.loser): health check node port \(clash.port) is \(clash.owner)'s")
      }
      publish(ports)
    }

    /// Where stale connections stay, as a table that is full can cause, it is tried again.
    private func sweep() {
      guard isSweepDue || details.contains(where: \.hasRemovedUDPPorts) else { return }
      isSweepDue = false
      for index in details.indices {
        let family = details[index].family
        let (present, removed) = details[index].datagrams(live.configuration)
        let start = ContinuousClock.now
        do {
          let report = try kernel.sweep(StaleConnections([present], removed: [removed]), [family])
          metrics.swept(family, deleted: report.deleted, .now - start)
          if report.failed > 0 || !report.isComplete { isSweepDue = true } else { details[index].forgetRemoved() }
          for (label, count) in report.stale.sorted(by: { $0.key < $1.key }) {
            log.info("\(label): \(ChangeWords.count(count, "stale UDP connection")) deleted")
          }
          if let failure = report.firstFailure {
            log.warning("stale connections stay: \(failure)")
          } else if !report.isComplete {
            log.warning("stale connections may stay: the kernel did not list all connections (\(family.rawValue))")
          }
        } catch {
          isSweepDue = true
          log.error("stale connections stay: \(error)")
        }
      }
      if isSweepDue { metrics.sweepFailed() }
      sweepRetry.finished(at: .now, succeeded: !isSweepDue, pause: configuration.syncPeriod)
    }

    // MARK: - Counters

    private func makeCounter(_ counter: PacketCounter) -> Bool {
      do {
        try kernel.ensure(counter)
        return true
      } catch {
        log.info("\(counter.rawValue) is not counted: \(error)")
        return false
      }
    }

    private func countRules(_ rules: [CompiledRules], written: [IPFamily: [String: Int]]) {
      for case .iptables(let ruleSet) in rules {
        for table in ruleSet.tables where [.filter, .nat].contains(table.name) {
          metrics.iptablesRules(
            ruleSet.family, table: table.name.rawValue, total: table.chains.reduce(0) { $0 + $1.rules.count },
            written: written[ruleSet.family]?[table.name.rawValue] ?? 0)
        }
      }
    }

    /// What the kernel counts by itself. News of what went must have been heard before.
    private func readCounters() {
      let start = ContinuousClock.now
      do {
        if connections != nil {
          for family in configuration.families { connections?.look(try kernel.frontendCounts(family), family) }
          connections?.forget { live.serves($0.service, port: $0.port) }
        }
        for counter in packetCounters { metrics.accounted(counter, try kernel.packets(counter)) }
      } catch {
        log.warning("reading counters: \(error)")
      }
      let end = ContinuousClock.now
      countersDue = end + configuration.counterPause(after: end - start)
    }

    // MARK: - Repair

    private func repair(_ suspicion: Suspicion) {
      self.suspicion = nil
      repairLimit.repaired(at: .now)
      do {
        let done = try program(rules)
        isKernelUnknown = false
        // Others' changes beside our rules.
        if done.isEmpty { return }
        metrics.repaired()
        note(done)
        let culprit = suspicion.culprit ?? "somebody else"
        log.warning("\(culprit) changed the rules; restored: \(ChangeWords.commit(done))")
        for line in done.lines.prefix(10) { log.notice("restored: \(line)") }
      } catch {
        isKernelUnknown = true
        log.error("restoring the rules: \(error)")
        schedule.finished(at: .now, succeeded: false, verified: false)
        health.queued(.now)
      }
    }

    // MARK: - Isolation

    /// Finds the Services whose rules the kernel refuses, leaves them out, and programs the rest.
    ///
    /// - Returns: whether the rest is programmed.
    private func isolate(_ change: NodeChange, _ error: any Error) -> Bool {
      log.error("programming the rules: \(error)")
      let suspects = Array(Set(change.families.flatMap { $0.plan.services }.filter { !$0.after.isEmpty }.map(\.name)))
        .sorted()
      // Perhaps it was no object's fault, and the whole rules go in.
      if let done = try? program(rules) {
        isKernelUnknown = false
        describe(change, done, .changes)
        return true
      }
      if suspects.isEmpty || isolation.isHopeless(error) { return false }
      for service in suspects { live.setAside(service) }
      takeChange()
      guard accepts() else {
        // It fails without them as well: they are not the reason.
        for service in suspects { live.readmit(service) }
        takeChange()
        return false
      }
      readmit(suspects[...])
      metrics.setAside(isolation.count)
      do {
        let done = try program(rules)
        isKernelUnknown = false
        log.info("the other Services: \(ChangeWords.commit(done))")
        return true
      } catch {
        log.error("programming the other Services: \(error)")
        return false
      }
    }

    private func takeChange() {
      for (index, family) in live.takeChange().families.enumerated() { details[index].apply(family.plan) }
    }

    private func accepts() -> Bool {
      do {
        try kernel.check(rules, configuration.target)
        return true
      } catch {
        return false
      }
    }

    /// Halves Services until those are left that the kernel refuses.
    private func readmit(_ services: ArraySlice<NamespacedName>) {
      for service in services { live.readmit(service) }
      takeChange()
      do {
        try kernel.check(rules, configuration.target)
      } catch {
        for service in services { live.setAside(service) }
        takeChange()
        if services.count == 1, let service = services.first {
          let delay = isolation.add(service, retry: configuration.syncPeriod)
          log.error(
            "\(service): left out, because the kernel refuses its rules: \(error); tried again in \(delay.formatted(.units(allowed: [.minutes, .seconds, .milliseconds], width: .narrow)))"
          )
          return
        }
        let middle = services.startIndex + services.count / 2
        readmit(services[..<middle])
        readmit(services[middle...])
      }
    }

    /// Seconds since 1970.
    static func time() -> Double {
      var time = timespec()
      clock_gettime(CLOCK_REALTIME, &time)
      return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
  }

  extension AgentConfiguration {
    /// What the rules are to know of the node.
    func resolved(_ node: Node?) throws -> NodeConfiguration {
      var resolved = try resolveNode(node)
      // Beside another proxy addresses without a Service of ours may be Services of the other's.
      if serviceProxyName != nil { resolved.serviceCIDRs = [] }
      return resolved
    }

    var mapsOptions: MapsOptions {
      var options = MapsOptions()
      options.countsConnections = connectionMetricsLimit != nil
      return options
    }

    /// Others' changes to iptables are not always heard of.
    var verification: Duration { target == .iptables ? min(syncPeriod, verificationPeriod) : verificationPeriod }
  }
#endif
