#if Agent && os(Linux)
  import AccountingNetlink
  import CNamespaces
  import ConnectionTracking
  import ConntrackNetlink
  import Glibc
  import IPTables
  import KernelParameters
  import NFTables
  import NFTablesNetlink
  import NetworkAddresses
  import NodeProgramming
  import Netlink
  import RouteNetlink
  import RuleTargets

  /// The kernel this process runs on, in the network namespace of the thread that makes it.
  final class LinuxKernel: NodeKernel {
    private var rules: RuleSetListener<NetlinkSocket>
    private var addresses: AddressListener<NetlinkSocket>
    private var programmer: NodeProgrammer
    private var routes: RouteConnection<NetlinkSocket>
    private var sweeper: ConntrackSweeper<NetlinkSocket>
    private var accounting: AccountingConnection<NetlinkSocket>
    private let parameters = KernelParameterFiles()
    private let takesOver: Bool
    private let target: RuleTarget
    /// What was read for ``installedTable(_:_:)``, for the first comparison: reading a large table takes as long as all else.
    private var known: [InstalledRules] = []
    private var generations: GenerationCount

    /// - Parameters:
    ///   - takesOver: whether rules of a kube-proxy go when ours are there.
    ///   - ownsTables: whether others cannot change our tables, see ``/NodeProgramming/NodeProgrammer/init(ownsTables:)``.
    ///   - countsConnections: whether it is told what frontends have counted when they go.
    init(
      _ target: RuleTarget, takesOver: Bool, ownsTables: Bool = false, countsConnections: Bool = false
    ) throws {
      self.target = target
      self.takesOver = takesOver
      // It reads no rules yet. The first socket of a process has the number of the process for its port, which is what others see
      // of the owner of a table.
      programmer = try NodeProgrammer(ownsTables: ownsTables)
      // Listening begins before anything is read, so that no change is missed.
      rules = try RuleSetListener()
      if countsConnections { rules.countingSets = FrontendCounter.sets }
      addresses = try AddressListener()
      generations = GenerationCount(generation: try programmer.generation(), own: programmer.commits)
      routes = try RouteConnection()
      sweeper = try ConntrackSweeper()
      accounting = try AccountingConnection()
    }

    func installedTable(_ family: IPFamily, _ target: RuleTarget) throws -> NFTables.Table? {
      guard let place = RulePlace.all.first(where: { $0.target == target }), place.table(family) != nil else {
        return nil
      }
      let installed = try programmer.installedRules(family)
      known.append(installed)
      guard case .table(let found)? = installed[place]?.contents else { return nil }
      return found.table
    }

    func program(_ rules: [CompiledRules], _ target: RuleTarget) throws -> ProgrammedRules {
      defer { known = [] }
      let plan = try programmer.plan(rules, target: target, takesOver: takesOver, known: known)
      let start = ContinuousClock.now
      try programmer.carryOut(plan)
      var done = ProgrammedRules()
      done.duration = .now - start
      done.transactions = plan.steps.count
      for step in plan.steps {
        done.counts += step.counts
        done.lines += step.lines.prefix(5).map { "\(step.name): \($0)" }
        if !step.removes, let rules = step.iptablesRules { done.iptablesRules[step.family] = rules }
      }
      done.left = plan.left
      return done
    }

    func check(_ rules: [CompiledRules], _ target: RuleTarget) throws {
      try programmer.check(programmer.plan(rules, target: target, takesOver: takesOver))
    }

    func commit(_ change: TableChange) throws -> ProgrammedRules {
      let update = TableUpdate(change)
      if update.isEmpty { return ProgrammedRules() }
      let start = ContinuousClock.now
      try programmer.commit(update)
      var done = ProgrammedRules()
      done.duration = .now - start
      done.counts = ChangeCounts(update)
      done.transactions = update.transactions.count
      return done
    }

    func frontendCounts(_ family: IPFamily) throws -> [CountedElement] {
      try programmer.frontendCounts(family)
    }

    func sweep(_ stale: StaleConnections, _ families: [IPFamily]) throws -> ConntrackSweepReport {
      try sweeper.sweep(stale, families)
    }

    func interfaceAddresses() throws -> [IPAddress] {
      try routes.addresses().filter { !$0.isTentative }.map(\.address).filter { !$0.isLoopback }
    }

    var isIPv6Available: Bool { parameters.isIPv6Available }

    func ensure(_ counter: PacketCounter) throws { try accounting.ensure(counter.rawValue) }

    func packets(_ counter: PacketCounter) throws -> UInt64 { try accounting.packets(counter.rawValue) }

    func ensure(_ setting: KernelSetting) throws -> KernelParameterFiles.Outcome { try parameters.ensure(setting) }

    func cleanUp(_ families: [IPFamily]) throws {
      try programmer.carryOut(programmer.planRemoval(families))
    }

    func wait(for descriptor: Int32, timeout: Duration?) throws -> [KernelEvent] {
      var polled = [descriptor, rules.descriptor, addresses.descriptor].map {
        pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
      }
      // Rounded up, or the last millisecond would be spent in a loop.
      let milliseconds = timeout.map { Int32(clamping: Int64(max(.zero, $0) / .milliseconds(1)) + 1) } ?? -1
      guard poll(&polled, nfds_t(polled.count), milliseconds) > 0 else { return [] }
      var events: [KernelEvent] = []
      if polled[1].revents != 0 { events += try ruleEvents() }
      if polled[2].revents != 0, try !addresses.events().isEmpty { events.append(.addressesChanged) }
      return events
    }

    private func ruleEvents() throws -> [KernelEvent] {
      var events: [KernelEvent] = []
      let news = try rules.events()
      // Where something was lost it is not known what the others' commits have changed.
      let isWhole = !news.contains(.lost)
      for event in news {
        switch event {
        case .lost: break
        case .removed(let element, let table): events.append(.frontendRemoved(element, table.family))
        case .changed(let change):
          if change.port == programmer.port { continue }
          if isWhole { generations.hear(change.generation) }
          if change.tables.contains(where: isOurs) { events.append(.rulesChanged(culprit: culprit(change))) }
        }
      }
      if !isWhole {
        if try !generations.isComplete(generation: programmer.generation(), own: programmer.commits) {
          events.append(.rulesChanged(culprit: nil))
        }
      }
      return events
    }

    private func culprit(_ change: RuleSetChange) -> String? { change.process.map { "\($0)" } }

    private func isOurs(_ table: TableIdentity) -> Bool {
      switch target {
      case .nftMaps: table.name == MapsLayout.tableName
      case .nftChains: table.name == ChainsLayout.tableName
      // What iptables-nft has restored comes back as news of these tables; a comparison then finds nothing to do.
      case .iptables: ["filter", "nat", "mangle"].contains(table.name)
      }
    }
  }
#endif
