/// Who claims what, where the least claimant of a key owns it.
///
/// Nearly every key has one claimant, which is kept without an array of its own.
package struct Claims<Key: Hashable & Sendable, Claimant: Comparable & Sendable>: Sendable {
  private var owners: [Key: Claimant] = [:]
  /// The claimants behind the owner, sorted. No entry is empty.
  private var others: [Key: [Claimant]] = [:]

  package init() {}

  package func owner(of key: Key) -> Claimant? { owners[key] }

  /// - Returns: the owner until now, if it loses the key by this.
  package mutating func insert(_ claimant: Claimant, for key: Key) -> Claimant? {
    guard let owner = owners[key] else {
      owners[key] = claimant
      return nil
    }
    if claimant == owner { return nil }
    let waiting = max(claimant, owner)
    var list = others[key] ?? []
    let place = list.firstIndex { waiting <= $0 } ?? list.endIndex
    if place == list.endIndex || list[place] != waiting { list.insert(waiting, at: place) }
    others[key] = list
    guard claimant < owner else { return nil }
    owners[key] = claimant
    return owner
  }

  /// - Returns: the owner from now on, if the claimant owned the key and another one claims it too.
  package mutating func remove(_ claimant: Claimant, for key: Key) -> Claimant? {
    let isOwner = owners[key] == claimant
    guard var list = others[key] else {
      if isOwner { owners[key] = nil }
      return nil
    }
    let next = isOwner ? list.removeFirst() : nil
    if !isOwner { list.removeAll { $0 == claimant } }
    others[key] = list.isEmpty ? nil : list
    if let next { owners[key] = next }
    return next
  }
}
