#if Netlink && os(Linux)
  import NetworkAddresses
  import RuleTargets

  extension InstalledRules.Entry {
    /// The frontends that the rules serve or refuse: by Service, then by address and port.
    public var frontends: [InstalledFrontend] {
      guard case .table(let installed) = contents, place == .mapsTable else { return place.frontends(of: rules) }
      return MapsTableReader(installed.table, counts: installed.packetCounts).frontends().sorted()
    }
  }

  extension RulePlace {
    /// The frontends that rules at this place serve or refuse, likewise sorted.
    func frontends(of rules: CompiledRules) -> [InstalledFrontend] {
      let found =
        switch rules {
        case .nftables(let table):
          self == .mapsTable ? MapsTableReader(table).frontends() : ChainsTableReader(table).frontends()
        case .iptables(let ruleSet): KubeChainReader(ruleSet).frontends()
        }
      return found.sorted()
    }
  }

  extension [InstalledFrontend] {
    fileprivate func sorted() -> [InstalledFrontend] {
      sorted { a, b in
        if a.servicePort != b.servicePort { return (a.servicePort ?? "\u{10FFFF}") < (b.servicePort ?? "\u{10FFFF}") }
        if a.address != b.address {
          guard let first = a.address, let second = b.address else { return a.address != nil }
          return first < second
        }
        if a.port != b.port { return a.port < b.port }
        return a.transport.rawValue < b.transport.rawValue
      }
    }
  }
#endif
