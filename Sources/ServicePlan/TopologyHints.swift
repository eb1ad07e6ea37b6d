import KubernetesObjects

/// Keeps traffic near where hints ask for it (section 7). Hints alone decide (TOPO-6).
enum TopologyHints {
  /// - Parameter ready: the ready endpoints, not empty.
  /// - Returns: those hinted for this node or zone, or all where the hints are not complete.
  static func filter(_ ready: [Candidate], nodeName: String, zone: String?) -> [Candidate] {
    if ready.allSatisfy({ !($0.hints?.forNodes.isEmpty ?? true) }) {
      let hinted = ready.filter { $0.hints?.forNodes.contains(nodeName) ?? false }
      if !hinted.isEmpty { return hinted }
    }
    if let zone, ready.allSatisfy({ !($0.hints?.forZones.isEmpty ?? true) }) {
      let hinted = ready.filter { $0.hints?.forZones.contains(zone) ?? false }
      if !hinted.isEmpty { return hinted }
    }
    return ready
  }
}
