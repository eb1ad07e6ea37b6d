/// Small matters of English.
enum Wording {
  /// `1 Pod`, `3 Pods`
  static func count(_ number: Int, _ noun: String, plural: String? = nil) -> String {
    "\(number) \(number == 1 ? noun : plural ?? noun + "s")"
  }

  /// The first few, and how many more: `a, b, c and 4 more`.
  static func list(_ items: [String], limit: Int = 3) -> String {
    guard items.count > limit else {
      guard let last = items.last, items.count > 1 else { return items.first ?? "" }
      return items.dropLast().joined(separator: ", ") + " and " + last
    }
    return items.prefix(limit).joined(separator: ", ") + " and \(items.count - limit) more"
  }
}
