#if Netlink && os(Linux)
  import NFTables
  import NetworkAddresses

  /// Finds Services in a table of the maps layout.
  struct MapsTableReader {
    private let table: Table

    /// By set.
    private let counts: [String: [RegisterBytes: UInt64]]

    init(_ table: Table, counts: [String: [RegisterBytes: UInt64]] = [:]) {
      self.table = table
      self.counts = counts
    }

    func frontends() -> [InstalledFrontend] {
      let backends = BackendMap(
        elements(.endpoints), numbers: elements(.stickyNumbers), numbered: elements(.stickyEndpoints), table.family)
      let local = BackendMap(
        elements(.localEndpoints), numbers: elements(.localStickyNumbers), numbered: elements(.localStickyEndpoints),
        table.family)
      let toAll = ElementVerdicts(elements(.externalClusterIPs))
      let toLocal = ElementVerdicts(elements(.externalLocalIPs))
      var found: [InstalledFrontend] = []
      for set in [MapsLayout.SharedSet.serviceIPs, .serviceNodePorts] {
        let connections = counts[set.name]
        for element in elements(set) {
          guard var frontend = InstalledFrontend(element, table.family), case .verdict(.goto(let first)) = element.data
          else { continue }
          frontend.connections = connections?[element.key]
          switch first {
          case "external-cluster", "nodeport-cluster", "external-local", "nodeport-local":
            frontend.policy = first.hasSuffix("-local") ? .local : .cluster
            frontend.backends = choose(toAll[element.key], element.key, backends, &frontend)
            if frontend.policy == .local {
              frontend.outsideBackends = choose(toLocal[element.key], element.key, local, &frontend)
            }
          default: frontend.backends = choose(first, element.key, backends, &frontend)
          }
          found.append(frontend)
        }
      }
      let served = Set(found.map(\.key))
      for element in elements(.noEndpointServices) {
        guard let frontend = InstalledFrontend(refused: element, table.family), !served.contains(frontend.key) else {
          continue
        }
        found.append(frontend)
      }
      return found
    }

    private func elements(_ set: MapsLayout.SharedSet) -> [Element] { table.set(named: set.name)?.elements ?? [] }

    /// What the chain that chooses among backends can choose.
    private func choose(
      _ chain: String?, _ key: RegisterBytes, _ map: BackendMap, _ frontend: inout InstalledFrontend
    ) -> [InstalledFrontend.Backend] {
      guard let chain, let choice = EndpointChoice(ofChain: chain) else { return [] }
      frontend.hasAffinity = choice.hasAffinity
      return map.backends(of: key, below: Int(choice.count))
    }
  }

  /// Where verdicts of a map lead, by key.
  private struct ElementVerdicts {
    private let chains: [RegisterBytes: String]

    init(_ elements: [Element]) {
      var chains: [RegisterBytes: String] = [:]
      for element in elements {
        if case .verdict(.goto(let chain)) = element.data { chains[element.key] = chain }
      }
      self.chains = chains
    }

    subscript(key: RegisterBytes) -> String? { chains[key] }
  }

  /// The elements of `endpoints` by the frontend they belong to, and those that are found by a number.
  private struct BackendMap {
    private var backends: [RegisterBytes: InstalledFrontend.Backend] = [:]

    init(_ elements: [Element], numbers: [Element], numbered: [Element], _ family: IPFamily) {
      backends.reserveCapacity(elements.count + numbered.count + numbers.count)
      let width = FieldType.address(family).registerBytes
      for element in elements + numbered {
        guard case .fields(let data) = element.data else { continue }
        backends[element.key] = InstalledFrontend.Backend(
          address: data.address(family, at: 0), port: data.port(at: width))
      }
      for element in numbers {
        guard let number = element.data.number else { continue }
        var key = element.key.withoutLastWord
        key.append(number: number)
        // An index is small, and a number is not, so that neither hides the other.
        backends[element.key] = backends[key]
      }
    }

    func backends(of key: RegisterBytes, below count: Int) -> [InstalledFrontend.Backend] {
      (0..<count).compactMap { index in
        var indexed = key
        indexed.append(number: UInt32(index))
        return backends[indexed]
      }.sorted()
    }
  }

  extension InstalledFrontend {
    /// Of an element `address . protocol . port`; nil for a protocol that Services do not have.
    init?(_ element: Element, _ family: IPFamily) {
      let address = element.key.address(family, at: 0)
      let width = FieldType.address(family).registerBytes
      guard let transport = TransportProtocol(number: element.key.protocolNumber(at: width)) else { return nil }
      self.init(
        servicePort: element.comment, address: address == .unspecified(family) ? nil : address, transport: transport,
        port: element.key.port(at: width + 4), action: .translate)
    }

    init?(refused element: Element, _ family: IPFamily) {
      self.init(element, family)
      action = element.data == .verdict(.drop) ? .drop : .reject
    }

    /// What tells frontends apart.
    var key: String { frontend }
  }
#endif
