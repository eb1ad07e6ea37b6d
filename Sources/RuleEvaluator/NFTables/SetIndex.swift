import NFTables
import NetworkAddresses

/// A named set or map, prepared so that looking up a key costs the same whatever its size.
final class SetIndex: Sendable {
  let set: NamedSet
  /// Single keys.
  private let places: [RegisterBytes: Int32]
  /// Elements of an interval set, by the fields in which all of them are single.
  private let ranges: [RegisterBytes: [Range]]
  private let fields: Fields

  private struct Range {
    var first: RegisterBytes
    var last: RegisterBytes
    var place: Int32
  }

  init(_ set: NamedSet) {
    self.set = set
    var fields = Fields(set.key)
    guard set.flags.contains(.interval) else {
      var places: [RegisterBytes: Int32] = [:]
      places.reserveCapacity(set.elements.count)
      for (place, element) in set.elements.enumerated() where places[element.key] == nil {
        places[element.key] = Int32(place)
      }
      self.places = places
      self.fields = fields
      ranges = [:]
      return
    }
    for element in set.elements {
      if let end = element.keyEnd?.key { fields.noteRanges(element.key, end) }
    }
    var ranges: [RegisterBytes: [Range]] = [:]
    for (place, element) in set.elements.enumerated() {
      let range = Range(first: element.key, last: element.lastKey, place: Int32(place))
      ranges[fields.singlePart(of: element.key), default: []].append(range)
    }
    self.ranges = ranges.mapValues { $0.sorted { $0.first < $1.first } }
    self.fields = fields
    places = [:]
  }

  /// The place of the element that holds a key; nil: there is none.
  func place(of key: RegisterBytes) -> Int32? {
    guard set.flags.contains(.interval) else { return places[key] }
    guard let candidates = ranges[fields.singlePart(of: key)] else { return nil }
    guard fields.ranged.count <= 1 else {
      return candidates.first { fields.isBetween($0.first, key, $0.last) }?.place
    }
    // One field is a range, and ranges of a set do not overlap: the last that begins before decides.
    var (low, high) = (0, candidates.count)
    while low < high {
      let middle = (low + high) / 2
      if candidates[middle].first <= key { low = middle + 1 } else { high = middle }
    }
    guard low > 0, fields.isBetween(candidates[low - 1].first, key, candidates[low - 1].last) else { return nil }
    return candidates[low - 1].place
  }
}

/// The parts of a key, and which of them some element has as a range.
private struct Fields {
  /// Byte offsets where each begins and ends.
  private var bounds: [(from: Int, to: Int)] = []
  private(set) var ranged: Set<Int> = []

  init(_ types: [FieldType]) {
    var offset = 0
    for type in types {
      bounds.append((offset, offset + type.registerBytes))
      offset += type.registerBytes
    }
  }

  mutating func noteRanges(_ first: RegisterBytes, _ last: RegisterBytes) {
    for field in bounds.indices where precedes(first, last, field) { ranged.insert(field) }
  }

  /// Field by field.
  func isBetween(_ first: RegisterBytes, _ key: RegisterBytes, _ last: RegisterBytes) -> Bool {
    bounds.indices.allSatisfy { !precedes(key, first, $0) && !precedes(last, key, $0) }
  }

  /// A key without the fields that may be ranges.
  func singlePart(of key: RegisterBytes) -> RegisterBytes {
    var part = RegisterBytes()
    for field in bounds.indices where !ranged.contains(field) {
      for offset in stride(from: bounds[field].from, to: bounds[field].to, by: 4) {
        part.appendWord(key.word(at: offset))
      }
    }
    return part
  }

  private func precedes(_ a: RegisterBytes, _ b: RegisterBytes, _ field: Int) -> Bool {
    for offset in stride(from: bounds[field].from, to: bounds[field].to, by: 4)
    where a.word(at: offset) != b.word(at: offset) {
      return a.word(at: offset) < b.word(at: offset)
    }
    return false
  }
}
