#if Netlink && os(Linux)
  import NFTables
  import NetworkAddresses

  extension Table {
    /// A table of the maps layout without the endpoint slots that no packet can look up: those behind the count of their
    /// frontend, which wait for the commit that deletes them.
    var withoutLeftoverSlots: Table {
      var table = self
      var counts: [RegisterBytes: UInt32] = [:]
      // Each leads to the chain that names how many slots it chooses from.
      for set in [MapsLayout.SharedSet.serviceIPs, .externalClusterIPs] { collectCounts(set, &counts) }
      var localCounts: [RegisterBytes: UInt32] = [:]
      collectCounts(.externalLocalIPs, &localCounts)
      for index in table.sets.indices {
        let known: [RegisterBytes: UInt32]
        switch table.sets[index].name {
        case MapsLayout.SharedSet.endpoints.name: known = counts
        case MapsLayout.SharedSet.localEndpoints.name: known = localCounts
        default: continue
        }
        table.sets[index].elements.removeAll { element in
          let (frontend, slot) = slot(of: element.key)
          return slot >= known[frontend] ?? 0
        }
      }
      return table
    }

    private func collectCounts(_ set: MapsLayout.SharedSet, _ counts: inout [RegisterBytes: UInt32]) {
      for element in self.set(named: set.name)?.elements ?? [] {
        guard case .verdict(.goto(let chain)) = element.data, chain.contains("pick-"),
          let count = chain.split(separator: "-").last.flatMap({ UInt32($0) })
        else { continue }
        counts[element.key] = max(counts[element.key] ?? 0, count)
      }
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
