import RuleText

/// What has to be given to `iptables-restore --noflush` to make the rules of a machine those that are wanted.
///
/// Concerned are the chains kube-proxy has (IPT-2) and the jumps to them from built-in chains; everything else stays as it
/// is. Chains whose rules are right are not named, so that nothing of them is touched; stale ones are deleted (IPT-27).
/// Entry jumps that are missing are put in front, in kube-proxy's order (IPT-3). `KUBE-FIREWALL` is kubelet's as well:
/// rules are only ever added to it.
public struct IPTablesUpdate: Hashable, Sendable {
  /// A part of a document, to be committed as one.
  public struct TableChange: Hashable, Sendable {
    public var table: Table.Name
    /// Made, or emptied and filled anew.
    public var written: [Chain] = []
    /// Of ``written``, those that were there before.
    public var rewritten: Set<String> = []
    /// Rules put behind those that a chain has.
    public var appended: [Chain] = []
    /// Entry jumps that are missing, by built-in chain, in their order.
    public var inserted: [Chain] = []
    /// Jumps in built-in chains that are too many.
    public var deleted: [Chain] = []
    /// Chains that nothing leads to any more.
    public var stale: [Chain] = []

    public var isEmpty: Bool {
      written.isEmpty && appended.isEmpty && inserted.isEmpty && deleted.isEmpty && stale.isEmpty
    }
  }

  /// In the order they have to be committed in; none is empty.
  public private(set) var changes: [TableChange] = []

  /// Whether there is nothing to do.
  public var isEmpty: Bool { changes.isEmpty }

  /// - Parameters:
  ///   - installed: what `iptables-save` prints of the family.
  ///   - desired: what the family is to have; nil: nothing of kube-proxy's, apart from `KUBE-FIREWALL`.
  public init(from installed: IPTablesRuleSet, to desired: IPTablesRuleSet?) {
    let installed = installed.ofKubeProxy
    let desired = desired ?? IPTablesRuleSet(family: installed.family)
    let different = Set(
      IPTablesComparison().differences(expected: desired, actual: installed).map { Place($0.table, $0.chain) })
    // Filter first: what is refused has to be before what is translated (IPT-4).
    for name in [Table.Name.mangle, .filter, .nat, .raw, .security] {
      var change = TableChange(table: name)
      IPTablesUpdate.compare(installed[name], desired[name], different, &change)
      if !change.isEmpty { changes.append(change) }
    }
    // Where all goes, what leads to translations goes last.
    if desired.tables.isEmpty { changes.reverse() }
  }

  /// How many rules are written, by table.
  public var writtenRules: [String: Int] {
    Dictionary(
      changes.map { change in
        let chains = change.written + change.appended + change.inserted
        return (change.table.rawValue, chains.reduce(0) { $0 + $1.rules.count })
      }, uniquingKeysWith: +)
  }

  private struct Place: Hashable {
    var table: Table.Name
    var chain: String

    init(_ table: Table.Name, _ chain: String) {
      self.table = table
      self.chain = chain
    }
  }

  private static func compare(
    _ installed: Table?, _ desired: Table?, _ different: Set<Place>, _ change: inout TableChange
  ) {
    let olds = installed?.chainsByName ?? [:]
    let news = desired?.chainsByName ?? [:]
    for chain in desired?.chains ?? [] where !chain.isBuiltIn {
      let before = olds[chain.name]
      if chain.name == SharedChain.firewall, let before {
        let missing = chain.rules.filter { !before.rules.contains($0) }
        if !missing.isEmpty { change.appended.append(Chain(chain.name, rules: missing)) }
      } else if before == nil || different.contains(Place(change.table, chain.name)) {
        change.written.append(chain)
        if before != nil { change.rewritten.insert(chain.name) }
      }
    }
    for chain in desired?.chains ?? [] where chain.isBuiltIn && olds[chain.name] == nil {
      if !chain.rules.isEmpty { change.inserted.append(Chain(chain.name, rules: chain.rules)) }
    }
    for chain in installed?.chains ?? [] {
      if chain.isBuiltIn {
        compareJumps(chain, news[chain.name], &change)
      } else if news[chain.name] == nil, chain.name != SharedChain.firewall {
        change.stale.append(chain)
      }
    }
  }

  private static func compareJumps(_ old: Chain, _ new: Chain?, _ change: inout TableChange) {
    var missing = new?.rules ?? []
    var deleted: [Rule] = []
    for rule in old.rules {
      if let index = missing.firstIndex(of: rule) {
        missing.remove(at: index)
      } else if !rule.leads(to: SharedChain.firewall) || new?.rules.contains(rule) ?? false {
        deleted.append(rule)
      }
    }
    if !missing.isEmpty { change.inserted.append(Chain(old.name, rules: missing)) }
    if !deleted.isEmpty { change.deleted.append(Chain(old.name, rules: deleted)) }
  }
}

// MARK: - Text

extension IPTablesUpdate {
  /// The document, as UTF-8. Empty where there is nothing to do.
  public var document: [UInt8] {
    var bytes: [UInt8] = []
    for change in changes {
      let emptied = change.stale.map { Chain($0.name) }
      let table = Table(change.table, chains: change.written + emptied)
      // Everything up to the word that ends the table.
      bytes += IPTablesDocument().bytes(IPTablesRuleSet(family: .ipv4, tables: [table])).dropLast("COMMIT\n".utf8.count)
      var lines = ""
      for chain in change.appended {
        for rule in chain.rules { lines += "-A \(chain.name) \(rule.text)\n" }
      }
      for chain in change.inserted {
        for rule in chain.rules.reversed() { lines += "-I \(chain.name) \(rule.builtInText)\n" }
      }
      for chain in change.deleted {
        for rule in chain.rules { lines += "-D \(chain.name) \(rule.builtInText)\n" }
      }
      for chain in change.stale { lines += "-X \(chain.name)\n" }
      bytes += (lines + "COMMIT\n").utf8
    }
    return bytes
  }

  /// A line for each thing to do: `nat: rewrite KUBE-SVC-67NZLRHBNDSAWJRO, 4 rules`.
  public var lines: [String] {
    changes.flatMap { change in
      let table = change.table.rawValue
      return change.written.map {
        "\(table): \(change.rewritten.contains($0.name) ? "rewrite" : "add") chain \($0.name), rules: \($0.rules.count)"
      } + IPTablesUpdate.ruleLines(table, "append to", change.appended)
        + IPTablesUpdate.ruleLines(table, "insert into", change.inserted)
        + IPTablesUpdate.ruleLines(table, "delete from", change.deleted)
        + change.stale.map { "\(table): delete chain \($0.name), rules: \($0.rules.count)" }
    }
  }

  private static func ruleLines(_ table: String, _ verb: String, _ chains: [Chain]) -> [String] {
    chains.flatMap { chain in chain.rules.map { "\(table): \(verb) \(chain.name) \($0.text)" } }
  }
}

extension IPTablesRuleSet {
  /// What kube-proxy has made of it: its chains, and the jumps to them from built-in chains (IPT-2, IPT-3).
  ///
  /// Chains of kubelet and of other programs whose names begin likewise, such as `KUBE-ROUTER-INPUT`, are not in it.
  public var ofKubeProxy: IPTablesRuleSet {
    var result = IPTablesRuleSet(family: family)
    for table in tables {
      let chains = table.chains.compactMap { chain -> Chain? in
        if SharedChain.isOfKubeProxy(chain.name) { return chain }
        guard chain.isBuiltIn else { return nil }
        let jumps = chain.rules.filter { rule in rule.chainAhead.map(SharedChain.isOfKubeProxy) ?? false }
        return jumps.isEmpty ? nil : Chain(chain.name, rules: jumps)
      }
      if !chains.isEmpty { result.tables.append(Table(table.name, chains: chains)) }
    }
    return result
  }

  /// Whether a kube-proxy, or svcnat in its place, serves connections by these rules.
  public var servesServices: Bool { self[.nat]?[chain: SharedChain.services] != nil }
}

extension Rule {
  /// As ``text``, with matches in the order kube-proxy gives them in built-in chains: a rule is only found with its matches
  /// in their order.
  fileprivate var builtInText: String { text(commentLast: true) }

  /// The chain a jump leads to.
  var chainAhead: String? {
    switch target {
    case .jump(let chain), .goto(let chain): chain
    default: nil
    }
  }

  fileprivate func leads(to chain: String) -> Bool { chainAhead == chain }
}
