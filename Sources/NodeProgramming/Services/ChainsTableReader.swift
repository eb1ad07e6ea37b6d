#if Netlink && os(Linux)
  import NFTables
  import NetworkAddresses

  /// Finds Services in a table of kube-proxy's layout (NFT-11 to NFT-16).
  struct ChainsTableReader {
    private let table: Table
    private let chains: [String: Chain]

    init(_ table: Table) {
      self.table = table
      chains = table.chainsByName
    }

    func frontends() -> [InstalledFrontend] {
      var found: [InstalledFrontend] = []
      for (set, isNodePort) in [("service-ips", false), ("service-nodeports", true)] {
        for element in table.set(named: set)?.elements ?? [] {
          guard var frontend = frontend(element, isNodePort: isNodePort),
            case .verdict(.goto(let chain)) = element.data
          else { continue }
          frontend.servicePort = ChainsTableReader.servicePort(of: chain)
          follow(chain, &frontend)
          found.append(frontend)
        }
      }
      let served = Set(found.map(\.key))
      for (set, isNodePort) in [("no-endpoint-services", false), ("no-endpoint-nodeports", true)] {
        for element in table.set(named: set)?.elements ?? [] {
          guard var frontend = frontend(element, isNodePort: isNodePort), !served.contains(frontend.key) else {
            continue
          }
          frontend.action = element.data == .verdict(.drop) ? .drop : .reject
          found.append(frontend)
        }
      }
      return found
    }

    private func frontend(_ element: Element, isNodePort: Bool) -> InstalledFrontend? {
      guard isNodePort else { return InstalledFrontend(element, table.family) }
      guard let transport = TransportProtocol(number: element.key.protocolNumber(at: 0)) else { return nil }
      return InstalledFrontend(
        servicePort: element.comment, address: nil, transport: transport, port: element.key.port(at: 4),
        action: .translate)
    }

    private func follow(_ name: String, _ frontend: inout InstalledFrontend) {
      guard name.hasPrefix("external-") else {
        frontend.policy = name.hasPrefix("local-") ? .local : .cluster
        frontend.backends = backends(of: name, &frontend)
        return
      }
      let rules = chains[name]?.rules ?? []
      // All are masqueraded with policy Cluster, those from here with policy Local.
      frontend.policy = rules.first?.statements.count == 1 ? .cluster : .local
      if frontend.policy == .local { frontend.outsideBackends = [] }
      for rule in rules {
        for case .verdict(.goto(let next)) in rule.statements {
          if next.hasPrefix("local-") {
            frontend.outsideBackends = backends(of: next, &frontend)
          } else {
            frontend.backends = backends(of: next, &frontend)
          }
        }
      }
    }

    private func backends(
      of name: String, _ frontend: inout InstalledFrontend
    ) -> [InstalledFrontend.Backend] {
      var found: Set<InstalledFrontend.Backend> = []
      for statement in chains[name]?.rules.lazy.flatMap(\.statements) ?? [] {
        switch statement {
        case .destinationNAT(.lookupAnonymous(_, let elements)):
          for element in elements { found.insert(.init(address: element.address, port: element.port)) }
        case .verdictMapAnonymous(_, let elements):
          frontend.hasAffinity = true
          for case .goto(let endpoint) in elements.map(\.verdict) {
            for statement in chains[endpoint]?.rules.lazy.flatMap(\.statements) ?? [] {
              if let backend = statement.constantBackend { found.insert(backend) }
            }
          }
        default:
          if let backend = statement.constantBackend { found.insert(backend) }
        }
      }
      return found.sorted()
    }

    /// `shop/web:http` of `service-KHN6ECMT-shop/web/tcp/http`; nil for a name that had to be cut.
    static func servicePort(of chain: String) -> String? {
      let parts = chain.split(separator: "-", maxSplits: 2)
      guard parts.count == 3, !chain.hasSuffix("...") else { return nil }
      let words = parts[2].split(separator: "/", omittingEmptySubsequences: false)
      guard words.count == 4 else { return nil }
      return "\(words[0])/\(words[1])" + (words[3].isEmpty ? "" : ":\(words[3])")
    }
  }

  extension Statement {
    /// Where `dnat to` leads.
    var constantBackend: InstalledFrontend.Backend? {
      guard case .destinationNATConstant(let address, let port) = self else { return nil }
      return InstalledFrontend.Backend(address: address, port: port)
    }
  }
#endif
