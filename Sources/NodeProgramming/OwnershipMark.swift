#if Netlink && os(Linux)
  import IPTables
  import NFTables

  /// Tells rules of svcnat from those of a kube-proxy where both have the same names: an empty chain that nothing leads to.
  ///
  /// kube-proxy neither makes nor deletes it. A kube-proxy that is started again later changes rules that still carry the
  /// mark: then they count as svcnat's.
  enum OwnershipMark {
    static let tableChain = NFTables.Chain("svcnat", comment: "this table is programmed by svcnat")
    static let iptablesChain = IPTables.Chain("SVCNAT")
    /// The table of ``iptablesChain``, in which kube-proxy has no more than its canary.
    static let iptablesTable = IPTables.Table.Name.mangle

    static func marked(_ table: NFTables.Table) -> NFTables.Table {
      var table = table
      if table.name == ChainsLayout.tableName { table.chains.append(tableChain) }
      return table
    }

    /// Takes the mark off.
    ///
    /// - Returns: whether there was one.
    static func remove(from table: inout NFTables.Table) -> Bool {
      let count = table.chains.count
      table.chains.removeAll { $0.name == tableChain.name && $0.base == nil }
      return table.chains.count < count
    }

    static func isOn(_ ruleSet: IPTablesRuleSet) -> Bool {
      ruleSet[iptablesTable]?[chain: iptablesChain.name] != nil
    }
  }
#endif
