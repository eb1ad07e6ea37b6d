/// Of several runs: the middle one and how far the others are from it.
struct Spread: Sendable {
  let sorted: [Double]

  init(_ samples: [Double]) { sorted = samples.sorted() }

  var median: Double {
    guard !sorted.isEmpty else { return .nan }
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  var least: Double { sorted.first ?? .nan }
  var most: Double { sorted.last ?? .nan }
  var count: Int { sorted.count }

  func percentile(_ part: Double) -> Double {
    sorted.isEmpty ? .nan : sorted[min(sorted.count - 1, Int(Double(sorted.count) * part))]
  }
}
