#if Netlink && os(Linux)
  import NetworkAddresses

  extension InstalledRules.Entry {
    /// The frontends that the rules serve or refuse: by Service, then by address and port.
    public var frontends: [InstalledFrontend] {
      let found =
        switch contents {
        case .table(let installed):
          place == .mapsTable
            ? MapsTableReader(installed.table).frontends() : ChainsTableReader(installed.table).frontends()
        case .iptables(_, let ruleSet): KubeChainReader(ruleSet).frontends()
        }
      return found.sorted { a, b in
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
