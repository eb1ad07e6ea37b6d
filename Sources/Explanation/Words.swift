import NetworkAddresses

/// Small pieces of sentences.
enum Words {
  /// `a`, `a and b`, `a, b and c`; with a limit `a, b and 3 more`.
  static func list(_ items: [String], atMost limit: Int = 20) -> String {
    var shown = items
    if items.count > limit { shown = items.prefix(limit) + ["\(items.count - limit) more"] }
    guard let last = shown.last else { return "none" }
    return shown.count == 1 ? last : shown.dropLast().joined(separator: ", ") + " and " + last
  }

  /// `1 endpoint`, `3 endpoints`
  static func count(_ number: Int, _ noun: String) -> String {
    number == 1 ? "1 \(noun)" : "\(number) \(noun)s"
  }

  static func families(_ families: [IPFamily]) -> String {
    families.isEmpty ? "no address" : list(families.map(\.rawValue))
  }

  /// `90 minutes` as far as that is a round number: hours, minutes or seconds.
  static func duration(seconds: UInt32) -> String {
    if seconds > 0, seconds % 3600 == 0 { return count(Int(seconds / 3600), "hour") }
    if seconds > 0, seconds % 60 == 0 { return count(Int(seconds / 60), "minute") }
    return count(Int(seconds), "second")
  }

  /// `10.0.0.1:80`, `[fd00::1]:80`
  static func socket(_ address: IPAddress, _ port: UInt16) -> String {
    address.family == .ipv4 ? "\(address):\(port)" : "[\(address)]:\(port)"
  }
}
