#if Netlink && os(Linux)
  import IPTables
  import NFTables
  import NFTablesNetlink
  import NetworkAddresses
  import RuleTargets

  /// The rules for Services that a node has in one family, whoever made them.
  public struct InstalledRules: Sendable {
    /// The rules at one place.
    public struct Entry: Sendable {
      public var place: RulePlace
      public var owner: RuleOwner
      public var contents: Contents

      /// The rules in the form they are compiled to.
      public var rules: CompiledRules {
        switch contents {
        case .table(let installed): .nftables(installed.table)
        case .iptables(_, let ruleSet): .iptables(ruleSet)
        }
      }

      /// What somebody put into a table that no rules for Services have.
      public var strays: [String] {
        guard case .table(let installed) = contents else { return [] }
        return installed.strays.map { stray in
          if case .elements(let count) = stray.kind { "\(count) elements of set \(stray.name)" } else { stray.name }
        }
      }
    }

    public enum Contents: Sendable {
      /// Without the mark by which svcnat knows its own.
      case table(InstalledTable)
      /// kube-proxy's chains and the jumps to them, nothing else.
      case iptables(IPTablesBackend, IPTablesRuleSet)
    }

    public var family: IPFamily
    /// In the order of ``RulePlace/all``.
    public var entries: [Entry] = []
    /// The generation of nf_tables before it was read; nil: not known.
    var generation: UInt32?
    /// All that iptables has, also that which is not kube-proxy's.
    var iptables: [IPTablesBackend: IPTablesRuleSet] = [:]

    /// What is at a place; nil: nothing that serves Services.
    public subscript(place: RulePlace) -> Entry? { entries.first { $0.place == place } }

    /// What looks like a target; of iptables, of the kind that is there.
    public func entry(like target: RuleTarget) -> Entry? { entries.first { $0.place.target == target } }

    /// The policies of the built-in chain `FORWARD`, by who shows it.
    var forwardPolicies: [(backend: IPTablesBackend, policy: IPTables.Chain.Policy)] {
      IPTablesBackend.allCases.compactMap { backend in
        iptables[backend]?[.filter]?[chain: "FORWARD"]?.policy.map { (backend, $0) }
      }
    }
  }

  extension NetlinkConnection where Transport: ~Copyable {
    /// Reads the rules for Services of one family, by netlink and with `iptables-save`.
    ///
    /// - Throws: ``ProgrammingError``.
    public mutating func installedRules(_ family: IPFamily) throws(ProgrammingError) -> InstalledRules {
      var installed = InstalledRules(family: family)
      for place in RulePlace.all {
        switch place {
        case .mapsTable, .chainsTable:
          guard let entry = try readTable(place, family) else { continue }
          installed.entries.append(entry)
        case .iptables(let backend):
          guard let ruleSet = try backend.rules(family) else { continue }
          installed.iptables[backend] = ruleSet
          // Chains of kubelet alone serve nobody.
          guard ruleSet.servesServices else { continue }
          installed.entries.append(
            InstalledRules.Entry(
              place: place, owner: OwnershipMark.isOn(ruleSet) ? .svcnat : .kubeProxy,
              contents: .iptables(backend, ruleSet.ofKubeProxy)))
        }
      }
      return installed
    }

    private mutating func readTable(
      _ place: RulePlace, _ family: IPFamily
    ) throws(ProgrammingError) -> InstalledRules.Entry? {
      guard let identity = place.table(family) else { return nil }
      do {
        guard var installed = try table(identity) else { return nil }
        let isMarked = OwnershipMark.remove(from: &installed.table)
        return InstalledRules.Entry(
          place: place, owner: place == .mapsTable || isMarked ? .svcnat : .kubeProxy, contents: .table(installed))
      } catch {
        throw ProgrammingError(error)
      }
    }
  }
#endif
