#if Netlink && os(Linux)
  import IPTables
  import NetworkAddresses

  /// Finds Services in the chains of kube-proxy's iptables mode (IPT-9 to IPT-24).
  struct KubeChainReader {
    private let nat: [String: Chain]
    private let filter: [String: Chain]

    init(_ ruleSet: IPTablesRuleSet) {
      nat = ruleSet[.nat]?.chainsByName ?? [:]
      filter = ruleSet[.filter]?.chainsByName ?? [:]
    }

    func frontends() -> [InstalledFrontend] {
      var found: [InstalledFrontend] = []
      for (chain, isNodePort) in [(SharedChain.services, false), (SharedChain.nodePorts, true)] {
        for rule in nat[chain]?.rules ?? [] {
          guard case .jump(let next)? = rule.target,
            var frontend = frontend(rule, isNodePort: isNodePort, action: .translate)
          else { continue }
          follow(next, &frontend)
          found.append(frontend)
        }
      }
      var known = Set(found.map(\.key))
      for chain in [SharedChain.services, SharedChain.externalServices] {
        for rule in filter[chain]?.rules ?? [] {
          let action: InstalledFrontend.Action
          switch rule.target {
          case .reject: action = .reject
          case .drop: action = .drop
          default: continue
          }
          guard let frontend = frontend(rule, isNodePort: rule.destination == nil, action: action),
            known.insert(frontend.key).inserted
          else { continue }
          found.append(frontend)
        }
      }
      return found
    }

    private func frontend(
      _ rule: Rule, isNodePort: Bool, action: InstalledFrontend.Action
    ) -> InstalledFrontend? {
      guard let transport = rule.transport, let port = rule.destinationPort else { return nil }
      // The same node port once more, to count what comes to 127.0.0.1.
      if isNodePort, rule.destination != nil { return nil }
      return InstalledFrontend(
        servicePort: rule.servicePort, address: isNodePort ? nil : rule.destination?.prefix.address,
        transport: transport, port: port, action: action)
    }

    private func follow(_ name: String, _ frontend: inout InstalledFrontend) {
      if name.hasPrefix("KUBE-FW-") {
        // Its rules lead to one chain, if from several sources.
        if let next = jumps(of: name).first { follow(next, &frontend) }
      } else if name.hasPrefix("KUBE-EXT-") {
        let next = jumps(of: name)
        // Policy Cluster is to mark all, and then to choose among all.
        let marksAll = nat[name]?.rules.first.map { $0.matches.isEmpty && $0.source == nil } ?? false
        frontend.policy = marksAll && next.first == SharedChain.markMasquerade ? .cluster : .local
        if frontend.policy == .local { frontend.outsideBackends = [] }
        for chain in Set(next) where chain != SharedChain.markMasquerade {
          if chain.hasPrefix("KUBE-SVL-") {
            frontend.outsideBackends = backends(of: chain, &frontend)
          } else {
            frontend.backends = backends(of: chain, &frontend)
          }
        }
      } else {
        frontend.policy = name.hasPrefix("KUBE-SVL-") ? .local : .cluster
        frontend.backends = backends(of: name, &frontend)
      }
    }

    private func jumps(of chain: String) -> [String] {
      (nat[chain]?.rules ?? []).compactMap {
        if case .jump(let next)? = $0.target { next } else { nil }
      }
    }

    private func backends(
      of chain: String, _ frontend: inout InstalledFrontend
    ) -> [InstalledFrontend.Backend] {
      var found: Set<InstalledFrontend.Backend> = []
      for endpoint in Set(jumps(of: chain)) {
        for rule in nat[endpoint]?.rules ?? [] {
          guard case .destinationNAT(let address, let port)? = rule.target else { continue }
          found.insert(InstalledFrontend.Backend(address: address, port: port))
          if rule.matches.contains(where: { if case .recent = $0 { true } else { false } }) {
            frontend.hasAffinity = true
          }
        }
      }
      return found.sorted()
    }
  }
#endif
