import KubernetesObjects

/// EndpointSlices by the Service they belong to. They stay where they are: a slice has many parts to copy.
struct SlicesByOwner {
  let slices: [EndpointSlice]
  /// The place of each owner's first slice.
  private var first: [NamespacedName: Int] = [:]
  /// The place of the next slice of the same owner; the slice's own place: there is none.
  private var next: [Int] = []

  init(_ slices: [EndpointSlice]) {
    self.slices = slices
    first.reserveCapacity(slices.count)
    next = Array(slices.indices)
    // From the last on, so that each list has them in their order.
    for place in slices.indices.reversed() {
      guard let owner = slices[place].owner else { continue }
      if let behind = first.updateValue(place, forKey: owner) { next[place] = behind }
    }
  }

  /// The places of an owner's slices, in their order.
  func places(of owner: NamespacedName) -> [Int] {
    guard var place = first[owner] else { return [] }
    var places = [place]
    while next[place] != place {
      place = next[place]
      places.append(place)
    }
    return places
  }

  /// How many have slices.
  var ownerCount: Int { first.count }

  /// Those that have slices and are none of these, sorted.
  func owners(otherThan services: [Service]) -> [NamespacedName] {
    var others = first
    for service in services { others[service.name] = nil }
    return others.keys.sorted()
  }
}
