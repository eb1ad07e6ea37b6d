import NetworkAddresses
import ServicePlan

/// The numbers of endpoints in a table of the maps layout that the kernel has.
struct InstalledSlots: Sendable {
  private let family: IPFamily
  private let endpoints: [Element]
  private let localEndpoints: [Element]

  init(_ table: Table) {
    func elements(_ set: MapsLayout.SharedSet) -> [Element] {
      let elements = table.set(named: set.name)?.elements ?? []
      let isSorted = zip(elements, elements.dropFirst()).allSatisfy { $0.key < $1.key }
      return isSorted ? elements : elements.sorted { $0.key < $1.key }
    }
    family = table.family
    endpoints = elements(.endpoints)
    localEndpoints = elements(.localEndpoints)
  }

  /// The backends of a frontend by their numbers; empty: there are none.
  func backends(_ set: MapsLayout.SharedSet, _ frontend: RegisterBytes) -> [Backend] {
    let elements = set == .localEndpoints ? localEndpoints : endpoints
    var first = frontend
    first.append(number: 0)
    var (low, high) = (0, elements.count)
    while low < high {
      let middle = (low + high) / 2
      if elements[middle].key < first { low = middle + 1 } else { high = middle }
    }
    var backends: [Backend] = []
    while low < elements.count {
      var key = frontend
      key.append(number: UInt32(backends.count))
      guard elements[low].key == key, case .fields(let data) = elements[low].data else { break }
      let port = data.port(at: data.count - 4)
      backends.append(Backend(address: data.address(family, at: 0), port: port, isLocal: false))
      low += 1
    }
    return backends
  }
}
