/// Names clients: `pods, this node`.
struct SourceWords {
  let sources: [FlowSource]
  /// Whether there are no other ones.
  let areAll: Bool

  var words: String {
    if areAll { return "all clients" }
    // An endpoint that does as other pods do is one of them.
    let hasGeneral = sources.contains { $0.kind == .pods || $0.kind == .outside }
    let hasNode = sources.contains { $0.kind == .node }
    var parts: [String] = []
    for source in sources {
      if hasGeneral, source.kind == .endpoint || source.kind == .loadBalancer { continue }
      if hasNode, source.kind == .loopback { continue }
      let words = SourceWords.words(for: source)
      if !parts.contains(words) { parts.append(words) }
    }
    return parts.joined(separator: ", ")
  }

  private static func words(for source: FlowSource) -> String {
    let name =
      switch source.kind {
      case .pods: "pods"
      case .outside: "clients outside"
      case .endpoint: "endpoint \(source.address) itself"
      case .loadBalancer: "the load balancer address \(source.address)"
      case .node: "this node"
      case .loopback: "this node over loopback"
      }
    var remarks: [String] = []
    if source.kind == .pods, source.isLocalPod.old != source.isLocalPod.new {
      remarks.append(source.isLocalPod.new ? "not told as pods before" : "no longer told as pods")
    }
    if let isAllowed = source.isAllowed {
      switch (isAllowed.old, isAllowed.new) {
      case (true, true): break
      case (false, true): remarks.append("newly allowed")
      case (true, false): remarks.append("no longer allowed")
      case (false, false): remarks.append("not allowed")
      }
    }
    if remarks.isEmpty { return name }
    // Ranges allow or refuse many; one address makes clear which.
    if source.kind == .pods || source.kind == .outside { remarks.append("such as \(source.address)") }
    return "\(name) (\(remarks.joined(separator: ", ")))"
  }
}
