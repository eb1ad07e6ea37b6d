#if Netlink && os(Linux)
  import NFTables
  import NetworkAddresses

  extension Table {
    /// A table of the maps layout without the endpoint slots that no packet can look up: those behind the count of their
    /// frontend, and endpoints with a number that none before it has. They wait for the commit that deletes them.
    var withoutLeftoverSlots: Table {
      var table = self
      /// How many slots the chain that a frontend leads to chooses from.
      func counts(_ sets: [MapsLayout.SharedSet]) -> [RegisterBytes: UInt32] {
        var counts: [RegisterBytes: UInt32] = [:]
        for element in sets.flatMap({ table.set(named: $0.name)?.elements ?? [] }) {
          guard case .verdict(.goto(let chain)) = element.data,
            let choice = EndpointChoice(ofChain: chain)
          else { continue }
          counts[element.key] = max(counts[element.key] ?? 0, choice.count)
        }
        return counts
      }
      let all = counts([.serviceIPs, .externalClusterIPs])
      let local = counts([.externalLocalIPs])
      func remove(_ set: MapsLayout.SharedSet, where isLeftover: (Element) -> Bool) {
        guard let place = table.sets.firstIndex(where: { $0.name == set.name }) else { return }
        table.sets[place].elements.removeAll(where: isLeftover)
      }
      func removeSlots(_ set: MapsLayout.SharedSet, counts: [RegisterBytes: UInt32]) {
        remove(set) { element in
          element.key.word(at: element.key.count - 4) >= counts[element.key.withoutLastWord] ?? 0
        }
      }
      func removeNumbered(_ set: MapsLayout.SharedSet, notIn numbers: MapsLayout.SharedSet) {
        let known = Set(
          (table.set(named: numbers.name)?.elements ?? []).compactMap { element -> RegisterBytes? in
            guard let number = element.data.number else { return nil }
            var key = element.key.withoutLastWord
            key.append(number: number)
            return key
          })
        remove(set) { !known.contains($0.key) }
      }
      for set in [MapsLayout.SharedSet.endpoints, .stickyNumbers] { removeSlots(set, counts: all) }
      for set in [MapsLayout.SharedSet.localEndpoints, .localStickyNumbers] { removeSlots(set, counts: local) }
      removeNumbered(.stickyEndpoints, notIn: .stickyNumbers)
      removeNumbered(.localStickyEndpoints, notIn: .localStickyNumbers)
      return table
    }
  }
#endif
