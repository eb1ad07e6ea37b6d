/// Durations as the Go parts of Kubernetes write them: `1h30m`, `1.5s`, `0`.
enum GoDuration {
  private static let units: [(name: String, seconds: Double)] = [
    ("ns", 1e-9), ("us", 1e-6), ("µs", 1e-6), ("ms", 1e-3), ("s", 1), ("m", 60), ("h", 3600),
  ]

  /// Nil for what is no duration, or a negative one.
  static func seconds(_ text: String) -> Double? {
    if text == "0" { return 0 }
    guard !text.isEmpty else { return nil }
    var rest = text[...]
    var total = 0.0
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isNumber || $0 == "." }
      guard let number = Double(digits) else { return nil }
      rest = rest.dropFirst(digits.count)
      let name = rest.prefix { !($0.isNumber || $0 == ".") }
      guard let unit = units.first(where: { $0.name == name }) else { return nil }
      rest = rest.dropFirst(name.count)
      total += number * unit.seconds
    }
    return total
  }
}
