#if Netlink && os(Linux)
  import IPTables
  import NFTables
  import NFTablesNetlink
  import NetworkAddresses
  import RuleTargets

  /// Holds what a node has against what it should have.
  ///
  /// Run-time state is no difference: clients that affinity remembers, counters, chains that nothing leads to because
  /// kube-proxy has not deleted them yet, endpoint slots behind the count of their frontend, and rules that kubelet has in
  /// `KUBE-FIREWALL`.
  public enum LiveComparison {
    /// What differs, a line each; empty: the node has these rules.
    ///
    /// `missing` is wanted and not installed, `unexpected` is installed and not wanted, `different` is installed in
    /// another form: `installed -> wanted`.
    public static func differences(from installed: InstalledRules, to desired: CompiledRules) -> [String] {
      switch desired {
      case .nftables(let table):
        let place = RulePlace.all.first { $0.table(table.family) == table.identity }
        guard case .table(let found)? = place.flatMap({ installed[$0] })?.contents else {
          return ["missing table \(table.identity)"]
        }
        return differences(from: found, to: table)
      case .iptables(let ruleSet):
        guard case .iptables(_, let found)? = installed.entry(like: .iptables)?.contents else {
          return ["missing KUBE- chains of \(ruleSet.family == .ipv4 ? "iptables" : "ip6tables")"]
        }
        return differences(from: found, to: ruleSet)
      }
    }

    /// What is there beside the wanted rules and serves connections to Services, too.
    public static func others(in installed: InstalledRules, than desired: CompiledRules) -> [String] {
      let wanted: RuleTarget? =
        switch desired {
        case .iptables: .iptables
        case .nftables(let table): RulePlace.all.first { $0.table(table.family) == table.identity }?.target
        }
      return installed.entries.filter { $0.place.target != wanted }.map { $0.place.name(installed.family) }
    }

    /// The installed rules of the kind that is wanted, without run-time state, to be shown beside the wanted ones; nil: there
    /// are none.
    public static func counterpart(in installed: InstalledRules, of desired: CompiledRules) -> CompiledRules? {
      switch desired {
      case .nftables(let table):
        let place = RulePlace.all.first { $0.table(table.family) == table.identity }
        guard case .table(let found)? = place.flatMap({ installed[$0] })?.contents else { return nil }
        // What is dormant does nothing.
        if found.isDormant { return .nftables(NFTables.Table(family: table.family, name: table.name)) }
        var rules = found.table.withoutLeftoverSlots
        for index in rules.sets.indices where rules.sets[index].flags.contains(.dynamic) {
          rules.sets[index].elements = []
        }
        return .nftables(rules)
      case .iptables(let ruleSet):
        guard case .iptables(_, var found)? = installed.entry(like: .iptables)?.contents else { return nil }
        let reached = found.reachedChains
        for index in found.tables.indices {
          let table = found.tables[index].name
          let wanted = ruleSet.tables.first { $0.name == table }?.chains ?? []
          found.tables[index].chains.removeAll { chain in
            !chain.isBuiltIn && !(reached[table] ?? []).contains(chain.name)
              && !wanted.contains { $0.name == chain.name }
          }
        }
        return .iptables(found)
      }
    }

    // MARK: - nftables

    private static func differences(from installed: InstalledTable, to desired: NFTables.Table) -> [String] {
      var lines = TableComparison.differences(from: installed.table.withoutLeftoverSlots, to: desired).map(line)
      for stray in installed.strays {
        if case .elements(let count) = stray.kind {
          lines.append("unexpected elements in set \(stray.name): \(count)")
        } else {
          lines.append("unexpected object \(stray.name)")
        }
      }
      lines += installed.droppingChains.sorted().map { "different chain \($0): policy drop -> policy accept" }
      if installed.isDormant { lines.append("different table: flags dormant -> no flags") }
      return lines
    }

    private static func line(_ difference: TableDifference) -> String {
      let word =
        switch difference.kind {
        case .added: "missing"
        case .removed: "unexpected"
        case .changed: "different"
        }
      // `changed element of service-ips: ...`
      return word + difference.description.dropFirst(difference.kind.rawValue.count)
    }

    // MARK: - iptables

    private static func differences(from installed: IPTablesRuleSet, to desired: IPTablesRuleSet) -> [String] {
      let reached = installed.reachedChains
      return IPTablesComparison(ignoresEmptyChains: true)
        .differences(expected: desired, actual: installed.ofKubeProxy)
        .compactMap { difference in
          let place = "\(difference.table.rawValue) \(difference.chain)"
          switch difference.kind {
          case .missingChain(let rules): return "missing chain \(place) with \(rules) rules"
          case .unexpectedChain(let rules):
            let isStale = !(reached[difference.table] ?? []).contains(difference.chain)
            return isStale ? nil : "unexpected chain \(place) with \(rules) rules"
          case .missingRule(let rule): return "missing rule in \(place): \(rule.text)"
          case .unexpectedRule(let rule):
            return difference.chain == SharedChain.firewall ? nil : "unexpected rule in \(place): \(rule.text)"
          }
        }
    }
  }

  extension IPTablesRuleSet {
    /// The chains of each table that packets can get to.
    fileprivate var reachedChains: [IPTables.Table.Name: Set<String>] {
      var result: [IPTables.Table.Name: Set<String>] = [:]
      for table in tables {
        let chains = table.chainsByName
        var reached = Set(table.chains.lazy.filter(\.isBuiltIn).map(\.name))
        var waiting = Array(reached)
        while let name = waiting.popLast() {
          for rule in chains[name]?.rules ?? [] {
            switch rule.target {
            case .jump(let next), .goto(let next):
              if reached.insert(next).inserted { waiting.append(next) }
            default: break
            }
          }
        }
        result[table.name] = reached
      }
      return result
    }
  }
#endif
