/// Changes of flows as sentences: `pods → web.shop:80 was 3 backends; now rejected: no ready endpoint`.
struct FlowSentences {
  /// The words in front of what becomes of connections on either side.
  var before = "was"
  var after = "now"

  /// Of two targets.
  static func between(_ old: String, _ new: String) -> FlowSentences {
    FlowSentences(before: "in \(old)", after: "in \(new)")
  }

  /// A sentence for each change; those that read alike but for the clients, or but for the destination, become one.
  func texts(_ changes: [FlowChange]) -> [String] {
    struct Line {
      var sources: [FlowSource]
      var clients = ""
      /// How many classes of clients there are.
      var classCount: Int
      var destinations: [String]
      /// Whether destinations are named so that several can be listed.
      var isListable: Bool
      var before: String
      var after: String
    }
    var lines: [Line] = []
    for change in changes {
      let kind = change.destinations.first?.kind ?? .frontend
      let line = Line(
        sources: change.sources, classCount: change.classCount,
        destinations: [DestinationWords(change: change).words], isListable: kind == .frontend || kind == .healthCheck,
        before: FateWords(
          fate: change.before, other: change.after, kind: kind, reason: change.reasonBefore, isNew: false
        ).words,
        after: FateWords(
          fate: change.after, other: change.before, kind: kind, reason: change.reasonAfter, isNew: true
        ).words)
      if let index = lines.firstIndex(where: {
        $0.destinations == line.destinations && $0.before == line.before && $0.after == line.after
      }) {
        lines[index].sources += line.sources
      } else {
        lines.append(line)
      }
    }
    var joined: [Line] = []
    for var line in lines {
      line.clients = SourceWords(sources: line.sources, areAll: line.sources.count >= line.classCount).words
      if let index = joined.firstIndex(where: {
        $0.isListable && line.isListable && $0.clients == line.clients && $0.before == line.before
          && $0.after == line.after
      }) {
        joined[index].destinations += line.destinations
      } else {
        joined.append(line)
      }
    }
    return joined.map { line in
      "\(line.clients) → \(line.destinations.joined(separator: ", ")) \(before) \(line.before); \(after) \(line.after)"
    }
  }
}

extension FlowChange {
  /// Whether connections that were served are no more.
  var isLoss: Bool { !before.backends.isEmpty && after.backends.isEmpty }
}
