import ServicePlan

/// The numbers under which the endpoints of a service port are found.
///
/// A packet draws a number below the count of endpoints, so that the numbers in use have no holes. Endpoints keep theirs as
/// long as they can: then a change touches few elements, and a packet on its way finds what it came for.
enum EndpointSlots {
  /// Numbers backends by their places in the result.
  ///
  /// - Parameters:
  ///   - backends: each once.
  ///   - history: the backends before by their numbers.
  static func numbered(_ backends: [Backend], after history: [Backend]) -> [Backend] {
    if backends.isEmpty || history.isEmpty { return backends }
    var unplaced: [Key: Int] = [:]
    unplaced.reserveCapacity(backends.count)
    for (index, backend) in backends.enumerated() { unplaced[Key(backend)] = index }
    var places: [Int?] = Array(repeating: nil, count: backends.count)
    for (number, backend) in history.prefix(backends.count).enumerated() {
      places[number] = unplaced.removeValue(forKey: Key(backend))
    }
    // The rest fills the holes, in the order of the backends.
    var rest = unplaced.values.sorted()[...]
    return places.map { backends[$0 ?? rest.removeFirst()] }
  }

  /// What a backend is to a map: whether it is on this node is no part of it.
  private struct Key: Hashable {
    var high: UInt64
    var low: UInt64
    var port: UInt16

    init(_ backend: Backend) {
      high = backend.address.high
      low = backend.address.low
      port = backend.port
    }
  }
}
