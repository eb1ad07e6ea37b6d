#if Netlink && os(Linux)
  import Glibc
  import IPTables
  import NFTables
  import NFTablesNetlink
  import NetworkAddresses
  import RuleTargets

  /// Makes the rules for Services of a node what they should be, whatever they are.
  ///
  /// It belongs to the network namespace its thread is in when it is made. Rules of nftables go over netlink, those of
  /// iptables through `iptables-restore` and `ip6tables-restore`.
  ///
  /// Example:
  ///
  ///     var programmer = try NodeProgrammer()
  ///     let plan = try programmer.plan([.nftables(table)], target: .nftMaps)
  ///     let report = try programmer.carryOut(plan)
  public struct NodeProgrammer: ~Copyable {
    private var connection: NetlinkConnection<NetlinkSocket>
    /// Of the tables it programs; nil: they are anybody's to change.
    private let ownership: TableOwnership?

    /// The oldest kernel that can hold the rules of nftables (NFT-22).
    static let neededKernel = (major: 5, minor: 13)

    /// Connects to the kernel.
    ///
    /// - Parameter ownsTables: whether nobody else can change the tables it programs, until it ends; they stay then, and are
    ///   anybody's. A table that one like it left is taken over. Any other one has to be made anew: affinity is forgotten, and
    ///   packets may be lost at that moment. Needs Linux 6.9.
    /// - Throws: where this process may not, or the kernel cannot.
    public init(ownsTables: Bool = false) throws(ProgrammingError) {
      ownership = ownsTables ? .exclusiveAndPersistent : nil
      connection = try NodeProgrammer.connection(ownership)
    }

    private static func connection(
      _ ownership: TableOwnership?
    ) throws(ProgrammingError) -> NetlinkConnection<NetlinkSocket> {
      var connection = try connection()
      if let ownership { try check(&connection, supports: ownership) }
      return connection
    }

    private static func connection() throws(ProgrammingError) -> NetlinkConnection<NetlinkSocket> {
      do {
        var connection = try NetlinkConnection()
        _ = try connection.generation()
        return connection
      } catch {
        throw ProgrammingError(error)
      }
    }

    private static func check(
      _ connection: inout NetlinkConnection<NetlinkSocket>, supports ownership: TableOwnership
    ) throws(ProgrammingError) {
      let isSupported: Bool
      do {
        isSupported = try connection.supports(ownership)
      } catch {
        throw ProgrammingError(error)
      }
      guard isSupported else { throw .noTableOwners(running: KernelRelease.running.map { "\($0)" }) }
    }

    /// The port of the socket that commits rules of nftables, see ``/NFTablesNetlink/RuleSetChange/port``.
    public var port: UInt32 { connection.port }

    /// How many transactions of nftables were committed, see ``/NFTablesNetlink/NetlinkConnection/commits``.
    public var commits: UInt32 { connection.commits }

    /// What is there now, in one family.
    public mutating func installedRules(_ family: IPFamily) throws(ProgrammingError) -> InstalledRules {
      let generation = try generation()
      var installed = try connection.installedRules(family)
      installed.generation = generation
      return installed
    }

    /// What the frontends of a table of nft-maps have counted, in no order; empty where none counts.
    public mutating func frontendCounts(_ family: IPFamily) throws(ProgrammingError) -> [CountedElement] {
      do {
        var counted: [CountedElement] = []
        for set in FrontendCounter.sets(family) {
          counted += try connection.countedElements(of: set, in: FrontendCounter.table(family))
        }
        return counted
      } catch {
        throw ProgrammingError(error)
      }
    }

    // MARK: - Planning

    /// What has to be done so that a node has these rules, and of those that svcnat made no others.
    ///
    /// - Parameters:
    ///   - desired: at most one for each family; a family that is not here is left alone.
    ///   - target: what all of them are.
    ///   - takesOver: whether rules of a kube-proxy go, too. Without it they are left alone beside ``RuleTarget/nftMaps``,
    ///     and an error for the other targets, whose names they have.
    ///   - known: what ``installedRules(_:)`` gave a moment ago; where nf_tables has not changed since, it is not read again.
    public mutating func plan(
      _ desired: [CompiledRules], target: RuleTarget, takesOver: Bool = false, known: [InstalledRules] = []
    ) throws(ProgrammingError) -> ProgrammingPlan {
      if target != .iptables { try NodeProgrammer.checkKernel() }
      var plan = ProgrammingPlan()
      var removals: [ProgrammingStep] = []
      let generation = try generation()
      var all: [InstalledRules] = []
      for rules in desired {
        if let found = known.first(where: { $0.family == rules.family && $0.generation == generation }) {
          all.append(found)
        } else {
          all.append(try installedRules(rules.family))
        }
      }
      if target != .nftMaps, !takesOver {
        let places = all.flatMap { installed in
          installed.entries.filter { $0.owner == .kubeProxy }.map { $0.place.name(installed.family) }
        }
        guard places.isEmpty else { throw .kubeProxyHasRules(places: places) }
      }
      for (rules, installed) in zip(desired, all) {
        let place: RulePlace
        let step: ProgrammingStep?
        switch rules {
        case .nftables(let table):
          place = target == .nftMaps ? .mapsTable : .chainsTable
          try checkOwner(installed[place])
          step = .program(table, at: place, over: installed[place], generation: generation, ownership: ownership)
        case .iptables(let ruleSet):
          let backend = try backend(of: installed)
          place = .iptables(backend)
          step = .program(ruleSet, by: backend, over: installed)
        }
        if let step { plan.steps.append(step) }
        for entry in installed.entries where entry.place != place {
          if entry.owner == .svcnat || takesOver {
            try checkOwner(entry)
            removals.append(.remove(entry, of: installed))
          } else {
            plan.left.append(entry.place.name(installed.family))
          }
        }
      }
      plan.steps += removals
      plan.installed = all
      return plan
    }

    /// What has to be done to take away what svcnat made.
    ///
    /// - Parameter kubeProxy: whether rules of a kube-proxy go, too. `KUBE-FIREWALL` always stays: kubelet has it as well.
    public mutating func planRemoval(
      _ families: [IPFamily] = IPFamily.allCases, kubeProxy: Bool = false
    ) throws(ProgrammingError) -> ProgrammingPlan {
      var plan = ProgrammingPlan()
      for family in families {
        let installed = try installedRules(family)
        plan.installed.append(installed)
        for entry in installed.entries {
          if entry.owner == .svcnat || kubeProxy {
            try checkOwner(entry)
            plan.steps.append(.remove(entry, of: installed))
          } else {
            plan.left.append(entry.place.name(family))
          }
        }
      }
      return plan
    }

    /// What has to be done to make a family what it was before.
    ///
    /// - Parameter former: what ``installedRules(_:)`` gave then.
    public mutating func planReturn(to former: InstalledRules) throws(ProgrammingError) -> ProgrammingPlan {
      var plan = ProgrammingPlan()
      let generation = try generation()
      let installed = try installedRules(former.family)
      plan.installed = [installed]
      for entry in former.entries {
        let isOurs = entry.owner == .svcnat
        let step: ProgrammingStep? =
          switch entry.contents {
          case .iptables(let backend, let ruleSet): .program(ruleSet, by: backend, over: installed, isOurs: isOurs)
          case .table(let table):
            .program(
              table.table, at: entry.place, over: installed[entry.place], generation: generation, ownership: ownership,
              isOurs: isOurs)
          }
        if let step {
          try checkOwner(installed[entry.place])
          plan.steps.append(step)
        }
      }
      for entry in installed.entries where former[entry.place] == nil {
        try checkOwner(entry)
        plan.steps.append(.remove(entry, of: installed))
      }
      return plan
    }

    /// The kind of iptables that has svcnat's or kube-proxy's chains, or else the one the machine uses.
    private func backend(of installed: InstalledRules) throws(ProgrammingError) -> IPTablesBackend {
      if case .iptables(let backend)? = installed.entry(like: .iptables)?.place { return backend }
      return try IPTablesBackend.inUse(installed.iptables)
    }

    private func checkOwner(_ entry: InstalledRules.Entry?) throws(ProgrammingError) {
      guard case .table(let installed)? = entry?.contents, let owner = installed.owner, owner != port else { return }
      throw .ownedByProcess(
        table: "table \(installed.table.identity)", port: owner, process: ProcessNames.holder(ofPort: owner))
    }

    private static func checkKernel() throws(ProgrammingError) {
      let running = KernelRelease.running
      let needed = KernelRelease(major: neededKernel.major, minor: neededKernel.minor)
      guard let running, running < needed else { return }
      throw .oldKernel(running: running.description, needed: needed.description)
    }

    /// The generation of the rule set: each commit of anybody makes a new one.
    public mutating func generation() throws(ProgrammingError) -> UInt32 {
      do {
        return try connection.generation()
      } catch {
        throw ProgrammingError(error)
      }
    }

    // MARK: - Doing

    /// Has the kernel, or iptables-restore, check each step without carrying it out.
    ///
    /// A step is checked against what is there now, not against what earlier steps leave; no two steps share anything.
    public mutating func check(_ plan: ProgrammingPlan) throws(ProgrammingError) {
      for step in plan.steps {
        switch step.action {
        case .update(let update, _, _): try validate(update)
        case .delete(let identity): try validate(NodeProgrammer.deletion(of: identity))
        case .restore(let backend, let document): try backend.restore(document, step.family, commits: false)
        }
      }
    }

    /// Later transactions of an update start from what the first ones leave, so they are checked as one.
    private mutating func validate(_ update: TableUpdate) throws(ProgrammingError) {
      var whole = Transaction()
      for transaction in update.transactions { whole.append(contentsOf: transaction) }
      try validate(whole)
    }

    private mutating func validate(_ transaction: Transaction) throws(ProgrammingError) {
      do {
        try connection.validate(transaction)
      } catch {
        throw ProgrammingError(error)
      }
    }

    /// Carries out a plan, step by step. Where the rules were changed since it was made, the step is made anew.
    ///
    /// - Returns: how long each step took.
    /// - Throws: at the first step that fails. Packets are served all the same: by what was there before, by the steps before
    ///   it, or by both.
    @discardableResult
    public mutating func carryOut(_ plan: ProgrammingPlan) throws(ProgrammingError) -> [StepTime] {
      var times: [StepTime] = []
      for step in plan.steps {
        let start = ContinuousClock.now
        let kernelTime = connection.kernelTime
        switch step.action {
        case .update(let update, let desired, let generation):
          try carryOut(update, to: desired, generation: generation)
        case .delete(let identity): try delete(identity)
        case .restore(let backend, let document): try backend.restore(document, step.family)
        }
        let isNetlink = if case .restore = step.action { false } else { true }
        times.append(
          StepTime(
            total: start.duration(to: .now), kernel: isNetlink ? connection.kernelTime - kernelTime : nil))
      }
      return times
    }

    /// Commits a change of a table that is known to be as it was left.
    public mutating func commit(_ update: TableUpdate) throws(ProgrammingError) {
      do {
        try connection.commit(update)
      } catch {
        throw ProgrammingError(error)
      }
    }

    private mutating func carryOut(
      _ update: TableUpdate, to desired: NFTables.Table, generation: UInt32
    ) throws(ProgrammingError) {
      do throws(NetlinkError) {
        do {
          try connection.commit(update, generation: generation)
        } catch  where error.isStale {
          try connection.update(to: desired, ownership: ownership)
        }
      } catch {
        throw ProgrammingError(error)
      }
    }

    private mutating func delete(_ identity: TableIdentity) throws(ProgrammingError) {
      do {
        try connection.commit(NodeProgrammer.deletion(of: identity))
      } catch  where error.isNotFound {
        // Somebody else was faster.
      } catch {
        throw ProgrammingError(error)
      }
    }

    private static func deletion(of identity: TableIdentity) -> Transaction {
      var transaction = Transaction()
      transaction.append(identity, .deleteTable)
      return transaction
    }
  }

  /// How long a step took.
  public struct StepTime: Hashable, Sendable {
    public var total: Duration
    /// What the kernel had of it; nil where iptables-restore stands between.
    public var kernel: Duration?
  }

  extension CompiledRules {
    public var family: IPFamily {
      switch self {
      case .iptables(let ruleSet): ruleSet.family
      case .nftables(let table): table.family
      }
    }
  }
#endif
