/// `1 Pod`, `3 Pods`
func counted(_ count: Int, _ noun: String, plural: String? = nil) -> String {
  "\(count) \(count == 1 ? noun : plural ?? noun + "s")"
}

/// The first three, and how many more: `a, b, c and 4 more`.
func listed(_ items: [String]) -> String {
  let first = items.prefix(3).joined(separator: ", ")
  return items.count > 3 ? "\(first) and \(items.count - 3) more" : first
}
