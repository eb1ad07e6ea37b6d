#if os(Linux)
  import IPTables
  import NFTables
  import NetworkAddresses
  import RuleTargets

  /// Puts compiled rules into the namespace with the programs that users load them with, or as it is told.
  struct RuleLoader {
    private let nft: Tool
    /// Nil: tables are loaded with `nft -f`.
    private let tableLoader: TableLoader?
    private let variant: IPTablesVariant
    private let probe: ProbeTable
    /// What is loaded.
    private var loaded: [IPFamily: CompiledRules] = [:]

    /// Loads the probe table.
    init(
      variant: IPTablesVariant, tableLoader: TableLoader?, probe: ProbeTable
    ) throws(KernelFlowError) {
      nft = try Tool("nft")
      self.tableLoader = tableLoader
      self.variant = variant
      self.probe = probe
      try load(nftables: probe.document)
    }

    /// Loads rules in place of those that their families had. Connections and remembered clients stay as far as the
    /// documents let them.
    mutating func load(_ rules: [CompiledRules]) throws(KernelFlowError) {
      var document: [UInt8] = []
      var tables: [NFTables.Table] = []
      for rules in rules {
        if let old = loaded[rules.family], !old.isUpdated(by: rules) { try unload(rules.family) }
        switch rules {
        case .nftables(let table):
          if tableLoader == nil { document += rules.text() }
          tables.append(table)
        case .iptables(let ruleSet):
          try load(ruleSet)
          loaded[ruleSet.family] = rules
        }
      }
      guard !tables.isEmpty else { return }
      if let tableLoader {
        do {
          try tableLoader(tables)
        } catch {
          throw .failedLoader("\(error)")
        }
      } else {
        // One run of the program for both families.
        try nft.run(["-f", "-"], input: document)
      }
      for table in tables { loaded[table.family] = .nftables(table) }
    }

    private func load(_ ruleSet: IPTablesRuleSet) throws(KernelFlowError) {
      let family = ruleSet.family
      guard loaded[family] != nil else {
        try restore(family, ["--noflush"], CompiledRules.iptables(ruleSet).text() + probe.endRules.utf8)
        return
      }
      // The jumps are there; a second load would put them into built-in chains again.
      var update = ruleSet
      update.removeBuiltInRules()
      try restore(family, ["--noflush"], CompiledRules.iptables(update).text())
    }

    /// Takes all rules away, and readies the node for connections of which its kernel knows nothing.
    ///
    /// - Parameter document: what to have instead, one of ``ProbeTable``'s.
    /// - Returns: what to put back.
    mutating func putAside(for document: String) throws(KernelFlowError) -> [CompiledRules] {
      let rules = loaded.values.sorted { $0.family < $1.family }
      for rules in rules { try unload(rules.family) }
      try load(nftables: document)
      return rules
    }

    /// Ends what ``putAside(for:)`` began.
    mutating func putBack(_ rules: [CompiledRules]) throws(KernelFlowError) {
      try load(nftables: ProbeTable.openedDocument)
      try load(rules)
    }

    /// Whether the last filter chain of a family notes who gets to its end.
    func showsAcceptance(_ family: IPFamily) -> Bool {
      if case .iptables? = loaded[family] { true } else { false }
    }

    /// Empties the memory of client affinity.
    func forgetClients() throws(KernelFlowError) {
      var flushes: [String] = []
      for rules in loaded.values {
        switch rules {
        case .nftables(let table):
          for set in table.sets where set.flags.contains(.dynamic) {
            flushes.append("flush \(set.isMap ? "map" : "set") \(table.familyWord) \(table.name) \(set.name)\n")
          }
        case .iptables(let ruleSet):
          for list in ruleSet.recentLists { try RecentList.flush(list) }
        }
      }
      if !flushes.isEmpty { try load(nftables: flushes.joined()) }
    }

    func load(nftables document: String) throws(KernelFlowError) {
      try nft.run(["-f", "-"], input: document.utf8)
    }

    private mutating func unload(_ family: IPFamily) throws(KernelFlowError) {
      switch loaded[family] {
      case .nftables(let table): try load(nftables: "delete table \(table.familyWord) \(table.name)\n")
      case .iptables:
        // Without --noflush all chains are emptied and those that are not built in removed.
        try restore(family, [], Array("*nat\nCOMMIT\n*filter\nCOMMIT\n*mangle\nCOMMIT\n".utf8))
      case nil: break
      }
      loaded[family] = nil
    }

    private func restore(_ family: IPFamily, _ options: [String], _ document: [UInt8]) throws(KernelFlowError) {
      // The lock of the legacy variant is one for all namespaces.
      try Tool(variant.restoreTool(family)).run(["--wait", "60"] + options, input: document)
    }
  }

  extension CompiledRules {
    fileprivate var family: IPFamily {
      switch self {
      case .iptables(let ruleSet): ruleSet.family
      case .nftables(let table): table.family
      }
    }

    /// Whether loading the new document over this one leaves nothing of this one in force.
    fileprivate func isUpdated(by new: CompiledRules) -> Bool {
      switch (self, new) {
      case (.iptables(let old), .iptables(let new)): old.builtInRules == new.builtInRules
      case (.nftables(let old), .nftables(let new)): old.name == new.name
      default: false
      }
    }
  }
#endif
