#if Netlink && os(Linux)
  import NFTables

  /// The transactions that make one table of another, and touch nothing that both have.
  ///
  /// Several are needed, to be committed in their order, because a packet on its way sees two generations at once: it walks
  /// the rules as they were when it came, but looks up sets as they are at that moment.
  ///
  /// 1. New chains, new sets with their elements, allowed sources, and more room in sets. A packet that finds a new element may
  ///    still be walking the old rules, in which a chain made by the same commit is empty: it would fall through,
  ///    untranslated.
  /// 2. All that changes what happens to packets: elements, rules, base chains. Together, so that no packet sees a count of
  ///    endpoints that has no endpoints, or a dispatch without its masquerade rule.
  /// 3. Elements that nothing leads to any more, in the order in which packets come to them
  ///    (``/NFTables/MapsLayout/SharedSet/lookupsBefore``): external addresses and allowed sources, then endpoints behind the
  ///    last index, then the endpoints that numbers of session affinity stand for, then connections that are masqueraded. A
  ///    packet that found what led to them may still be on its way. Chains and sets go together with the endpoints.
  ///
  /// Allowed sources that overlap former ones go through all of it: they are added to `firewall-allowed-next` (1), the former
  /// ones are deleted (2), they are added to `firewall-allowed` together with the first elements of (3) and deleted from
  /// `firewall-allowed-next` with the next.
  ///
  /// The chains layout loses packets all the same, as kube-proxy does: its endpoints are in anonymous maps, which are part of
  /// rules and are emptied with the rule they belong to.
  public struct TableUpdate: Hashable, Sendable {
    /// To be committed in this order; none is empty.
    public var transactions: [Transaction] {
      var ends = withdrawals
      if !separatesFirstWithdrawals {
        ends[1].append(contentsOf: ends[2])
        ends[2] = Transaction()
      }
      return ([preparation, change] + ends).filter { !$0.isEmpty }
    }

    /// Whether the tables do the same.
    public var isEmpty: Bool { transactions.isEmpty }

    /// The table has to be made anew, because the kernel cannot change what differs: the types of a set, or a comment,
    /// that it persists. Then there is one transaction, elements that rules have added are lost, and so are packets at that moment.
    public private(set) var replacesTable = false

    private var preparation = Transaction()
    private var change = Transaction()
    /// What goes after the change, by the number of lookups before it.
    private var withdrawals = [Transaction](repeating: Transaction(), count: 5)
    /// Whether a packet can be between the first two withdrawals: elements go that lead to chains, or ranges are exchanged.
    private var separatesFirstWithdrawals = false
    /// Where allowed sources are while they are exchanged, with what is there already; nil: the table has no such set.
    private var allowedNext: NamedSet?
    private let table: TableIdentity

    /// - Parameters:
    ///   - installed: what the kernel has; nil: nothing. It may also be a part: what is in neither is left alone. Of chains
    ///     without handles of their rules all rules are exchanged.
    ///   - ownership: for a table that is made. ``TableOwnership/exclusiveAndPersistent`` is also given to one that persists and
    ///     has no owner; one that does not persist is made anew.
    public init(from installed: InstalledTable?, to desired: Table, ownership: TableOwnership? = nil) {
      table = desired.identity
      guard let installed else {
        change.add(desired, ownership: ownership)
        return
      }
      let persists = ownership == .exclusiveAndPersistent
      guard TableUpdate.isChangeable(installed.table, to: desired), !persists || installed.flags.contains(.persist)
      else {
        replacesTable = true
        change.replace(desired, ownership: ownership)
        return
      }
      let flags = installed.flags.subtracting(.dormant).union(persists ? [.owner, .persist] : [])
      if flags != installed.flags { change.append(table, .setTableFlags(flags)) }
      updateSets(installed, desired)
      updateChains(installed, desired)
      cleanUp(installed, desired)
    }

    /// The change has to start from what the kernel has. Nothing else is looked at, so that the update is as large as the
    /// change; chains that get other rules lose all they have.
    public init(_ change: TableChange) {
      table = TableIdentity(change.family, change.name)
      allowedNext = MapsLayout.firewallAllowedNext(change.family)
      for set in change.addedSets { preparation.append(table, .addSet(set.declaration)) }
      for set in change.changedSets { updateSet(set) }
      addChains(change.addedChains.filter { $0.base == nil }, to: &preparation)
      for set in change.addedSets { append(.addElements(set.declaration, set.elements), to: &preparation) }
      addChains(change.addedChains.filter { $0.base != nil }, to: &self.change)
      for chain in change.changedChains { exchangeRules(of: chain) }
      for chain in change.removedChains { withdrawals[2].append(table, .flushChain(chain)) }
      for set in change.removedSets { withdrawals[2].append(table, .deleteSet(set)) }
      for chain in change.removedChains { withdrawals[2].append(table, .deleteChain(chain)) }
    }

    // MARK: - Declarations

    /// Whether everything that differs can be changed in place.
    private static func isChangeable(_ old: Table, to new: Table) -> Bool {
      guard old.comment == new.comment else { return false }
      for set in new.sets {
        guard let before = old.set(named: set.name) else { continue }
        var (a, b) = (before.declaration, set.declaration)
        if a.size != nil, b.size != nil { (a.size, b.size) = (nil, nil) }
        guard a == b else { return false }
      }
      let olds = old.chainsByName
      for chain in new.chains {
        guard let before = olds[chain.name], before.declaration != chain.declaration else { continue }
        // A base chain can be deleted and made anew, because nothing leads to it.
        guard before.base != nil, chain.base != nil else { return false }
      }
      return true
    }

    // MARK: - Sets

    private mutating func updateSets(_ installed: InstalledTable, _ desired: Table) {
      var flushed: Set<String> = []
      for stray in installed.strays {
        if case .elements = stray.kind { flushed.insert(stray.name) }
      }
      let nextName = MapsLayout.SharedSet.firewallAllowedNext.name
      if desired.set(named: nextName) != nil, !flushed.contains(nextName) {
        allowedNext = installed.table.set(named: nextName)
      }
      for set in desired.sets {
        guard let before = installed.table.set(named: set.name) else {
          preparation.append(table, .addSet(set.declaration))
          // Elements may lead to chains, which are made first: see updateChains.
          continue
        }
        if flushed.contains(set.name), !set.flags.contains(.dynamic) {
          change.append(table, .flushSet(set.name))
          resize(
            TableChange.SetChange(
              set.declaration, sizeBefore: before.size, countBefore: 0, elements: ElementDifference()))
          append(.addElements(set.declaration, set.elements), to: &change)
          continue
        }
        updateSet(
          TableChange.SetChange(
            set.declaration, sizeBefore: before.size, countBefore: before.elements.count,
            elements: set.flags.contains(.dynamic)
              ? ElementDifference() : ElementDifference(from: before.elements, to: set.elements)))
      }
    }

    private mutating func updateSet(_ set: TableChange.SetChange) {
      resize(set)
      updateElements(set)
    }

    /// A new size counts only from the commit on: more room has to be there before the elements, and less comes after them.
    private mutating func resize(_ set: TableChange.SetChange) {
      guard let old = set.sizeBefore, let new = set.declaration.size, old != new else { return }
      if old < new {
        preparation.append(table, .resizeSet(set.declaration))
      } else {
        withdrawals[4].append(table, .resizeSet(set.declaration))
      }
    }

    private mutating func updateElements(_ set: TableChange.SetChange) {
      var difference = set.elements
      if difference.isEmpty { return }
      // A full set has no room for new elements beside old ones.
      let room = max(set.sizeBefore ?? .max, set.declaration.size ?? .max)
      let isRoomy = set.countBefore + difference.added.count <= Int(room)
      if set.declaration.isConcatenatedInterval { updateRanges(set.declaration, &difference) }
      if isRoomy, let lookups = TableUpdate.lookupsBefore(set.declaration) {
        append(.deleteElements(set.declaration, difference.removed), to: &withdrawals[lookups])
        if lookups == 1, set.declaration.data == .verdict, !difference.removed.isEmpty {
          separatesFirstWithdrawals = true
        }
        difference.removed = []
      }
      append(.deleteElements(set.declaration, difference.removed + difference.replaced), to: &change)
      append(.addElements(set.declaration, difference.added), to: &change)
    }

    /// Ranges of several fields are kept in another way than single keys: the kernel shows new ones a moment later than the other
    /// elements of a commit. A packet that finds its load balancer address must find the sources it accepts, so these come
    /// first. But a range cannot be there beside one that it overlaps: meanwhile the new one is in the set of those that
    /// come next.
    private mutating func updateRanges(_ set: NamedSet, _ difference: inout ElementDifference) {
      let olds = (difference.removed + difference.replaced).sorted { $0.key < $1.key }
      let exchange = RangeExchange(from: olds, to: difference.added)
      difference = ElementDifference()
      difference.removed = exchange.removed
      append(.addElements(set, exchange.added), to: &preparation)
      append(.deleteElements(set, exchange.overlapped), to: &change)
      guard let allowedNext, set.name == MapsLayout.SharedSet.firewallAllowed.name else {
        append(.addElements(set, exchange.overlapping), to: &change)
        return
      }
      if exchange.overlapping.isEmpty { return }
      let parts = RangeExchange.parts(of: exchange.overlapping, outside: allowedNext.elements)
      append(.addElements(allowedNext.declaration, parts), to: &preparation)
      append(.addElements(set, exchange.overlapping), to: &withdrawals[1])
      append(.deleteElements(allowedNext.declaration, parts), to: &withdrawals[2])
      separatesFirstWithdrawals = true
    }

    /// Nil: the first lookup of a packet.
    private static func lookupsBefore(_ set: NamedSet) -> Int? {
      if let known = MapsLayout.SharedSet.lookupsBefore[set.name] { return known == 0 ? nil : known }
      if case .fields? = set.data { return 2 }
      return nil
    }

    private func append(_ action: Operation.Action, to transaction: inout Transaction) {
      switch action {
      case .addElements(_, let elements) where elements.isEmpty: break
      case .deleteElements(_, let elements) where elements.isEmpty: break
      default: transaction.append(table, action)
      }
    }

    // MARK: - Chains

    private mutating func updateChains(_ installed: InstalledTable, _ desired: Table) {
      let olds = installed.table.chainsByName
      let new = desired.chains.filter { olds[$0.name] == nil }
      addChains(new.filter { $0.base == nil }, to: &preparation)
      for set in desired.sets where installed.table.set(named: set.name) == nil {
        append(.addElements(set.declaration, set.elements), to: &preparation)
      }
      addChains(new.filter { $0.base != nil }, to: &change)
      for chain in desired.chains {
        guard let before = olds[chain.name] else { continue }
        if before.declaration != chain.declaration {
          change.append(table, .deleteChain(chain.name))
          change.append(table, .addChain(chain.declaration))
          change.addRules(of: chain, in: table)
          continue
        }
        if installed.droppingChains.contains(chain.name) { change.append(table, .addChain(chain.declaration)) }
        updateRules(from: before, to: chain, handles: installed.ruleHandles[chain.name] ?? [])
      }
    }

    /// All of them before their rules, which may lead from one to the other.
    private func addChains(_ chains: [Chain], to transaction: inout Transaction) {
      for chain in chains { transaction.append(table, .addChain(chain.declaration)) }
      for chain in chains { transaction.addRules(of: chain, in: table) }
    }

    /// In one commit no packet finds the chain empty: it walks the rules as they were or as they are.
    private mutating func exchangeRules(of chain: Chain) {
      change.append(table, .flushChain(chain.name))
      change.addRules(of: chain, in: table)
    }

    private mutating func updateRules(from before: Chain, to chain: Chain, handles: [UInt64]) {
      if before.rules == chain.rules { return }
      let difference = chain.rules.difference(from: before.rules)
      if TableUpdate.areAlike(before.rules, chain.rules) { return }
      guard handles.count == before.rules.count else {
        exchangeRules(of: chain)
        return
      }
      var removed: Set<Int> = []
      var inserted: Set<Int> = []
      for step in difference {
        switch step {
        case .remove(let offset, let rule, _):
          removed.insert(offset)
          change.append(table, .deleteRule(chain: chain.name, handle: handles[offset], rule))
        case .insert(let offset, _, _): inserted.insert(offset)
        }
      }
      // A new rule goes in front of the next one that stays.
      var kept = before.rules.indices.filter { !removed.contains($0) }.map { handles[$0] }[...]
      for index in chain.rules.indices {
        if inserted.contains(index) {
          change.append(table, .addRule(chain: chain.name, chain.rules[index], before: kept.first))
        } else {
          kept = kept.dropFirst()
        }
      }
    }

    /// Whether rules differ in nothing but how it is written, as ``TableComparison`` sees it.
    private static func areAlike(_ old: [Rule], _ new: [Rule]) -> Bool {
      let chains = (Chain("rules", rules: old), Chain("rules", rules: new))
      return TableComparison.differences(
        from: Table(family: .ipv4, name: "", chains: [chains.0]), to: Table(family: .ipv4, name: "", chains: [chains.1])
      ).isEmpty
    }

    // MARK: - What nothing leads to

    private mutating func cleanUp(_ installed: InstalledTable, _ desired: Table) {
      let wanted = Set(desired.chains.map(\.name))
      let chains = installed.table.chains.filter { !wanted.contains($0.name) }
      // One that packets enter by themselves does something until it is gone.
      for chain in chains where chain.base != nil { change.append(table, .deleteChain(chain.name)) }
      let unused = chains.filter { $0.base == nil }
      // First the rules, which may lead to each other's chains and use sets.
      for chain in unused where !chain.rules.isEmpty { withdrawals[2].append(table, .flushChain(chain.name)) }
      for set in installed.table.sets where desired.set(named: set.name) == nil {
        withdrawals[2].append(table, .deleteSet(set.name))
      }
      for chain in unused { withdrawals[2].append(table, .deleteChain(chain.name)) }
      for stray in installed.strays {
        switch stray.kind {
        case .elements: break
        case .chain: change.append(table, .deleteObject(stray))
        case .set, .object, .flowtable: withdrawals[2].append(table, .deleteObject(stray))
        }
      }
    }
  }
#endif
