import NFTables
import NetworkAddresses

/// A named set or map, prepared so that looking up a key costs the same whatever its size.
struct SetIndex: Sendable {
  let set: NamedSet
  /// Single keys.
  private var places: [RegisterBytes: Int32] = [:]
  /// Elements of an interval set, by the fields in which all of them are single.
  private var ranges: [RegisterBytes: [Range]] = [:]
  /// Which fields may be ranges.
  private var rangedFields: Set<Int> = []
  /// Byte offsets of the fields of a key.
  private let offsets: [Int]

  private struct Range: Sendable {
    var first: RegisterBytes
    var last: RegisterBytes
    var place: Int32
  }

  init(_ set: NamedSet) {
    self.set = set
    var offset = 0
    offsets = set.key.map { field in
      defer { offset += field.registerBytes }
      return offset
    }
    guard set.flags.contains(.interval) else {
      places.reserveCapacity(set.elements.count)
      for (place, element) in set.elements.enumerated() where places[element.key] == nil {
        places[element.key] = Int32(place)
      }
      return
    }
    for element in set.elements {
      guard let end = element.keyEnd?.key else { continue }
      for field in set.key.indices where !isSingle(field, element.key, end) { rangedFields.insert(field) }
    }
    for (place, element) in set.elements.enumerated() {
      let range = Range(first: element.key, last: element.keyEnd?.key ?? element.key, place: Int32(place))
      ranges[singlePart(of: element.key), default: []].append(range)
    }
    for key in ranges.keys { ranges[key]?.sort { $0.first < $1.first } }
  }

  /// The place of the element that holds a key; nil: there is none.
  func place(of key: RegisterBytes) -> Int32? {
    guard set.flags.contains(.interval) else { return places[key] }
    guard let candidates = ranges[singlePart(of: key)] else { return nil }
    guard rangedFields.count <= 1 else {
      return candidates.first { contains(key, $0) }?.place
    }
    // One field is a range, and ranges of a set do not overlap: the last that begins before decides.
    var (low, high) = (0, candidates.count)
    while low < high {
      let middle = (low + high) / 2
      if candidates[middle].first <= key { low = middle + 1 } else { high = middle }
    }
    guard low > 0, contains(key, candidates[low - 1]) else { return nil }
    return candidates[low - 1].place
  }

  private func contains(_ key: RegisterBytes, _ range: Range) -> Bool {
    set.key.indices.allSatisfy { field in
      let from = offsets[field]
      let to = from + set.key[field].registerBytes
      return !precedes(key, range.first, from, to) && !precedes(range.last, key, from, to)
    }
  }

  private func isSingle(_ field: Int, _ a: RegisterBytes, _ b: RegisterBytes) -> Bool {
    stride(from: offsets[field], to: offsets[field] + set.key[field].registerBytes, by: 4)
      .allSatisfy { a.word(at: $0) == b.word(at: $0) }
  }

  private func precedes(_ a: RegisterBytes, _ b: RegisterBytes, _ from: Int, _ to: Int) -> Bool {
    for offset in stride(from: from, to: to, by: 4) where a.word(at: offset) != b.word(at: offset) {
      return a.word(at: offset) < b.word(at: offset)
    }
    return false
  }

  /// A key without the fields that may be ranges.
  private func singlePart(of key: RegisterBytes) -> RegisterBytes {
    var part = RegisterBytes()
    for field in set.key.indices where !rangedFields.contains(field) {
      for offset in stride(from: offsets[field], to: offsets[field] + set.key[field].registerBytes, by: 4) {
        part.appendWord(key.word(at: offset))
      }
    }
    return part
  }
}
