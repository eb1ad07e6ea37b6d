#if os(Linux)
  import IPTables
  import NFTables
  import NetworkAddresses
  import RuleTargets

  /// Puts compiled rules into the namespace with the programs that users load them with.
  struct RuleLoader {
    private let nft: Tool
    private let variant: IPTablesVariant
    private let probe: ProbeTable
    /// What is loaded.
    private var loaded: [IPFamily: CompiledRules] = [:]
    /// Families whose filter chains have the last rules of ``ProbeTable``.
    private var familiesWithEndRules: Set<IPFamily> = []

    /// Loads the probe table.
    init(variant: IPTablesVariant, probe: ProbeTable) throws(KernelFlowError) {
      nft = try Tool("nft")
      self.variant = variant
      self.probe = probe
      try load(nftables: probe.document)
    }

    /// Loads one family's rules in place of those it had. Connections and remembered clients stay as far as the document
    /// lets them.
    mutating func load(_ rules: CompiledRules) throws(KernelFlowError) {
      let family = rules.family
      switch rules {
      case .nftables(let table):
        if case .iptables? = loaded[family] { try unload(family) }
        if case .nftables(let old)? = loaded[family], old.name != table.name { try unload(family) }
        try nft.run(["-f", "-"], input: rules.text())
      case .iptables(let ruleSet):
        if case .nftables? = loaded[family] { try unload(family) }
        var document = ruleSet
        if case .iptables(let old)? = loaded[family] {
          if old.builtInRules == ruleSet.builtInRules {
            // A document that is loaded over another one would put the same jumps into built-in chains again.
            document.removeBuiltInRules()
          } else {
            try unload(family)
          }
        }
        try setEndRules(family, false)
        try restore(family, ["--noflush"], CompiledRules.iptables(document).text())
        try setEndRules(family, true)
      }
      loaded[family] = rules
    }

    /// Takes all rules away while `body` runs, and puts them back.
    mutating func withoutRules(_ body: () throws(KernelFlowError) -> Void) throws(KernelFlowError) {
      let rules = loaded.values.sorted { $0.family < $1.family }
      for rules in rules { try unload(rules.family) }
      try load(nftables: ProbeTable.quietDocument)
      try body()
      try load(nftables: ProbeTable.loudDocument)
      for rules in rules { try load(rules) }
    }

    /// Whether the last filter chain of a family notes who gets to its end.
    func showsAcceptance(_ family: IPFamily) -> Bool { familiesWithEndRules.contains(family) }

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
        familiesWithEndRules.remove(family)
      case nil: break
      }
      loaded[family] = nil
    }

    private mutating func setEndRules(_ family: IPFamily, _ present: Bool) throws(KernelFlowError) {
      guard familiesWithEndRules.contains(family) != present else { return }
      try restore(family, ["--noflush"], Array(probe.endRules(isRemoval: !present).utf8))
      if present { familiesWithEndRules.insert(family) } else { familiesWithEndRules.remove(family) }
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
  }
#endif
