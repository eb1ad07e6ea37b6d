#if Netlink && os(Linux)
  import IPTables
  import NFTablesNetlink

  /// How much a step changes.
  public struct ChangeCounts: Hashable, Sendable {
    /// Of one kind of thing.
    public struct Count: Hashable, Sendable {
      public var added = 0
      public var removed = 0

      public init(added: Int = 0, removed: Int = 0) {
        self.added = added
        self.removed = removed
      }
    }

    public var tables = Count()
    public var chains = Count()
    public var sets = Count()
    public var rules = Count()
    /// An element whose value changes is removed and added.
    public var elements = Count()

    public init() {}

    public init(_ update: TableUpdate) {
      for transaction in update.transactions {
        for operation in transaction.operations { add(operation) }
      }
      // It is added once more, so that deleting it succeeds where there is none.
      if update.replacesTable { tables.added = 1 }
    }

    init(_ update: IPTablesUpdate) {
      for change in update.changes {
        chains.added += change.written.count - change.rewritten.count
        chains.removed += change.stale.count
        for chain in change.written + change.appended + change.inserted { rules.added += chain.rules.count }
        for chain in change.stale + change.deleted { rules.removed += chain.rules.count }
      }
    }

    /// A whole table that goes.
    init(deleting installed: InstalledTable) {
      tables.removed = 1
      chains.removed = installed.table.chains.count
      sets.removed = installed.table.sets.count
      rules.removed = installed.table.chains.reduce(0) { $0 + $1.rules.count }
      elements.removed = installed.table.sets.reduce(0) { $0 + $1.elements.count }
    }

    private mutating func add(_ operation: Operation) {
      switch operation.action {
      case .addTable: tables.added += 1
      case .deleteTable: tables.removed += 1
      case .addChain: chains.added += 1
      case .deleteChain: chains.removed += 1
      case .addSet: sets.added += 1
      case .deleteSet: sets.removed += 1
      case .addRule: rules.added += 1
      case .deleteRule: rules.removed += 1
      case .addElements(_, let added): elements.added += added.count
      case .deleteElements(_, let removed): elements.removed += removed.count
      case .setTableFlags, .flushChain, .flushSet, .resizeSet, .deleteObject: break
      }
    }

    public static func += (total: inout ChangeCounts, more: ChangeCounts) {
      for count in [\ChangeCounts.tables, \.chains, \.sets, \.rules, \.elements] {
        total[keyPath: count].added += more[keyPath: count].added
        total[keyPath: count].removed += more[keyPath: count].removed
      }
    }
  }
#endif
