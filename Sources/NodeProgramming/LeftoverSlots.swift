#if Netlink && os(Linux)
  import NFTables
  import NetworkAddresses

  extension Table {
    /// A table of the maps layout without the endpoint slots that no packet can look up: those behind the count of their
    /// frontend, which wait for the commit that deletes them.
    var withoutLeftoverSlots: Table {
      var table = self
      let chains = Dictionary(table.chains.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
      /// How many slots the chain that a frontend leads to chooses from.
      func counts(_ sets: [MapsLayout.SharedSet]) -> [RegisterBytes: UInt32] {
        var counts: [RegisterBytes: UInt32] = [:]
        for element in sets.flatMap({ table.set(named: $0.name)?.elements ?? [] }) {
          guard case .verdict(.goto(let chain)) = element.data,
            let choice = EndpointChoice(of: chain, in: chains)
          else { continue }
          counts[element.key] = max(counts[element.key] ?? 0, choice.count)
        }
        return counts
      }
      let inEndpoints = counts([.serviceIPs, .externalClusterIPs])
      let inLocalEndpoints = counts([.externalLocalIPs])
      for index in table.sets.indices {
        let known: [RegisterBytes: UInt32]
        switch table.sets[index].name {
        case MapsLayout.SharedSet.endpoints.name: known = inEndpoints
        case MapsLayout.SharedSet.localEndpoints.name: known = inLocalEndpoints
        default: continue
        }
        table.sets[index].elements.removeAll { element in
          let (frontend, slot) = slot(of: element.key)
          return slot >= known[frontend] ?? 0
        }
      }
      return table
    }

    /// The key of an element of `endpoints` taken apart: frontend and index.
    private func slot(of key: RegisterBytes) -> (frontend: RegisterBytes, slot: UInt32) {
      let width = FieldType.address(family).registerBytes
      var frontend = RegisterBytes()
      for offset in stride(from: 0, to: width + 8, by: 4) { frontend.appendWord(key.word(at: offset)) }
      return (frontend, key.word(at: width + 8))
    }
  }
#endif
