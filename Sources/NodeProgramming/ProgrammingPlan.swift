#if Netlink && os(Linux)
  import IPTables
  import NFTables
  import NFTablesNetlink
  import NetworkAddresses
  import RuleTargets

  /// What has to be done on a node, in this order.
  ///
  /// Rules of the wanted target come first, in both families; only then go those of other targets. Between the two both are
  /// in force. That does no harm, because a connection is translated once: by whichever comes first.
  public struct ProgrammingPlan: Sendable {
    /// None of them is empty.
    public var steps: [ProgrammingStep] = []
    /// What serves Services, too, and is left alone.
    public var left: [String] = []
    /// What the plan starts from, a family each.
    public var installed: [InstalledRules] = []

    /// Whether the node is as it should be.
    public var isEmpty: Bool { steps.isEmpty }
  }

  /// A change of the rules at one place of one family.
  public struct ProgrammingStep: Sendable {
    enum Action: Sendable {
      /// - Parameter generation: the change is from what the kernel had then.
      case update(TableUpdate, to: NFTables.Table, generation: UInt32)
      case delete(TableIdentity)
      case restore(IPTablesBackend, [UInt8])
    }

    public var family: IPFamily
    public var place: RulePlace
    /// Whether the rules at this place go for good.
    public var removes: Bool
    public var counts: ChangeCounts
    /// A line for each thing to do, in words of nft or iptables.
    public var lines: [String]
    /// How many rules iptables-restore is given, by table; nil: it is not asked.
    public var iptablesRules: [String: Int]?
    /// What was at this place; nil: nothing that serves Services.
    var before: CompiledRules?
    /// Nil: nothing is any more.
    var after: CompiledRules?
    var action: Action

    /// The documents or transactions it takes are committed one after the other.
    public var name: String { place.name(family) }
  }

  extension ProgrammingStep {
    /// - Returns: nil where nothing has to be done.
    static func program(
      _ table: NFTables.Table, at place: RulePlace, over entry: InstalledRules.Entry?, generation: UInt32,
      ownership: TableOwnership?, isOurs: Bool = true
    ) -> ProgrammingStep? {
      let desired = isOurs ? OwnershipMark.marked(table) : table
      var installed: InstalledTable?
      if case .table(let found)? = entry?.contents {
        installed = found
        // What reading took off.
        if entry?.owner == .svcnat { installed?.table = OwnershipMark.marked(found.table) }
      }
      let update = TableUpdate(from: installed, to: desired, ownership: ownership)
      if update.isEmpty { return nil }
      return ProgrammingStep(
        family: table.family, place: place, removes: false, counts: ChangeCounts(update),
        lines: update.transactions.flatMap(\.operations).map(\.description), before: entry?.rules,
        after: .nftables(table),
        action: .update(update, to: desired, generation: installed?.generation ?? generation))
    }

    /// - Returns: nil where nothing has to be done.
    static func program(
      _ ruleSet: IPTablesRuleSet, by backend: IPTablesBackend, over installed: InstalledRules, isOurs: Bool = true
    ) -> ProgrammingStep? {
      let before = installed.iptables[backend] ?? IPTablesRuleSet(family: ruleSet.family)
      let update = IPTablesUpdate(from: before, to: ruleSet)
      var (document, lines) = (update.document, update.lines)
      if isOurs != OwnershipMark.isOn(before) {
        document += (isOurs ? OwnershipMark.settingDocument : OwnershipMark.removingDocument).utf8
        lines.append("\(OwnershipMark.iptablesTable.rawValue): \(isOurs ? "add" : "delete") chain SVCNAT")
      }
      if document.isEmpty { return nil }
      return ProgrammingStep(
        family: ruleSet.family, place: .iptables(backend), removes: false, counts: ChangeCounts(update), lines: lines,
        iptablesRules: update.writtenRules, before: installed[.iptables(backend)]?.rules, after: .iptables(ruleSet),
        action: .restore(backend, document))
    }

    static func remove(_ entry: InstalledRules.Entry, of installed: InstalledRules) -> ProgrammingStep {
      let family = installed.family
      switch entry.contents {
      case .iptables(let backend, _):
        let before = installed.iptables[backend] ?? IPTablesRuleSet(family: family)
        let update = IPTablesUpdate(from: before, to: nil)
        let mark = OwnershipMark.isOn(before) ? OwnershipMark.removingDocument : ""
        return ProgrammingStep(
          family: family, place: entry.place, removes: true, counts: ChangeCounts(update), lines: update.lines,
          before: entry.rules, action: .restore(backend, update.document + mark.utf8))
      case .table(let table):
        let identity = table.table.identity
        return ProgrammingStep(
          family: family, place: entry.place, removes: true, counts: ChangeCounts(deleting: table),
          lines: ["delete table \(identity)"], before: entry.rules, action: .delete(identity))
      }
    }
  }

  extension OwnershipMark {
    static let settingDocument = document("")
    static let removingDocument = document("-X \(iptablesChain.name)\n")

    private static func document(_ commands: String) -> String {
      "*\(iptablesTable.rawValue)\n:\(iptablesChain.name) - [0:0]\n\(commands)COMMIT\n"
    }
  }
#endif
