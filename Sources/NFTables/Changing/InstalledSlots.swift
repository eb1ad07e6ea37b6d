import NetworkAddresses
import ServicePlan

/// The numbers of endpoints in a table of the maps layout that the kernel has.
struct InstalledSlots: Sendable {
  private let family: IPFamily
  /// Of the maps with endpoints, by name, sorted.
  private let elements: [String: [Element]]

  init(_ table: Table) {
    family = table.family
    var elements: [String: [Element]] = [:]
    for isLocal in [false, true] {
      let map = EndpointMap(isLocal: isLocal, isNodePort: false)
      for set in [map.endpoints, map.stickyNumbers, map.stickyEndpoints] {
        let found = table.set(named: set.name)?.elements ?? []
        let isSorted = zip(found, found.dropFirst()).allSatisfy { $0.key < $1.key }
        elements[set.name] = isSorted ? found : found.sorted { $0.key < $1.key }
      }
    }
    self.elements = elements
  }

  /// The backends of a frontend by their indices; empty: there are none.
  func backends(_ map: EndpointMap, _ frontend: RegisterBytes) -> [Backend] {
    let numbers = indexed(map.stickyNumbers, frontend)
    if numbers.isEmpty { return indexed(map.endpoints, frontend).compactMap { $0.data.backend(family) } }
    let backends = Dictionary(
      sticky(map, frontend).map { ($0.number, $0.backend) }, uniquingKeysWith: { first, _ in first })
    return numbers.compactMap { $0.data.number.flatMap { backends[$0] } }
  }

  /// The backends of a frontend with session affinity, with their numbers.
  func sticky(_ map: EndpointMap, _ frontend: RegisterBytes) -> [(number: UInt32, backend: Backend)] {
    all(map.stickyEndpoints, frontend).compactMap { element in
      element.data.backend(family).map { (element.key.word(at: frontend.count), $0) }
    }
  }

  /// The elements of a frontend up to the first index that is missing.
  private func indexed(_ set: MapsLayout.SharedSet, _ frontend: RegisterBytes) -> ArraySlice<Element> {
    let elements = all(set, frontend)
    let count = elements.enumerated().prefix { $0.element.key.word(at: frontend.count) == UInt32($0.offset) }.count
    return elements.prefix(count)
  }

  /// All elements with the key `frontend . number`.
  private func all(_ set: MapsLayout.SharedSet, _ frontend: RegisterBytes) -> ArraySlice<Element> {
    let elements = elements[set.name] ?? []
    var first = frontend
    first.append(number: 0)
    var (low, high) = (0, elements.count)
    while low < high {
      let middle = (low + high) / 2
      if elements[middle].key < first { low = middle + 1 } else { high = middle }
    }
    return elements[low...].prefix { $0.key.begins(like: frontend, bytes: frontend.count) }
  }
}

extension ElementData {
  fileprivate func backend(_ family: IPFamily) -> Backend? {
    guard case .fields(let data) = self, data.count > family.addressBytes else { return nil }
    return Backend(address: data.address(family, at: 0), port: data.port(at: family.addressBytes), isLocal: false)
  }
}
