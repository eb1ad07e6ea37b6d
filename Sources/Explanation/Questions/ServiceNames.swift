import KubernetesObjects

/// What the parts of a name may mean to cluster DNS.
struct ServiceName: Hashable {
  /// Of a pod behind a headless Service.
  var hostname: String?
  var service: String
  /// Nil: that of the client.
  var namespace: String?
  /// Behind `.svc.`
  var clusterDomain = "cluster.local"

  /// Nil for what no Service can be called: `example.com.`, names of more parts.
  init?(_ text: String) {
    let isComplete = text.last == "."
    var labels = text.lowercased().split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    if isComplete { labels.removeLast() }
    if labels.isEmpty || labels.contains("") { return nil }
    if let svc = labels.dropFirst(2).firstIndex(of: "svc") {
      if svc + 1 < labels.count { clusterDomain = labels[(svc + 1)...].joined(separator: ".") }
      labels.removeSubrange(svc...)
    } else if isComplete {
      return nil
    }
    guard labels.count <= 3 else { return nil }
    if labels.count == 3 { hostname = labels.removeFirst() }
    service = labels[0]
    if labels.count == 2 { namespace = labels[1] }
  }
}

/// Names that are close to another one.
enum SimilarNames {
  /// Up to `limit` names at most two changes away, the closest first.
  static func find(_ name: String, among names: [NamespacedName], limit: Int = 3) -> [NamespacedName] {
    let wanted = Array(name.utf8)
    return names.compactMap { candidate -> (Int, NamespacedName)? in
      let text = Array(candidate.name.utf8)
      guard abs(text.count - wanted.count) <= 2, wanted.count > 2 else { return nil }
      let distance = distance(wanted, text)
      return distance > 0 && distance <= 2 && distance * 3 <= wanted.count ? (distance, candidate) : nil
    }.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.prefix(limit).map(\.1)
  }

  /// Insertions, deletions and replacements that make one of the other.
  private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var row = Array(0...b.count)
    for (i, x) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, y) in b.enumerated() {
        let above = row[j + 1]
        row[j + 1] = min(above + 1, row[j] + 1, diagonal + (x == y ? 0 : 1))
        diagonal = above
      }
    }
    return row[b.count]
  }
}
