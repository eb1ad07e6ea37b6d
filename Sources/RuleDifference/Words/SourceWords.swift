import NetworkAddresses

/// Names the clients of a change: `pods, this node`.
struct SourceWords {
  let change: FlowChange

  var words: String {
    if change.isFromEverywhere { return "all clients" }
    var parts: [(words: String, example: IPAddress)] = []
    for source in change.sources {
      let words = SourceWords.words(for: source)
      if !parts.contains(where: { $0.words == words }) { parts.append((words, source.address)) }
    }
    return parts.map(\.words).joined(separator: ", ")
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
    if source.kind == .pods || source.kind == .outside { remarks.append("such as \(source.address)") }
    return "\(name) (\(remarks.joined(separator: ", ")))"
  }
}
