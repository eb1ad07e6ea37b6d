import Reports

/// For people: a small table for each service port that differs, and the flows that change.
extension DifferenceReport {
  func semantic(isColored: Bool) -> String {
    if difference.isEmpty { return "\(summary); \(pointOfView)\n" }
    let style = TextStyle(isColored: isColored)
    var text = ""
    if difference.isBetweenTargets {
      text = byReason(style)
    } else {
      for entry in entries { text += block(entry, style) + "\n" }
      if !general.isEmpty {
        text += style.heading("no service port in particular") + "\n"
        text += texts(general).map { "  \($0)\n" }.joined() + "\n"
      }
    }
    return text + "\(summary); \(pointOfView)\n"
  }

  private func block(_ entry: DifferenceEntry, _ style: TextStyle) -> String {
    var text = style.heading(SingleLine.escaped(title(entry))) + entry.word + "\n"
    let rows = entry.port?.rows(limit: backendLimit) ?? []
    let width = rows.map(\.subject.count).max() ?? 0
    for row in rows {
      let padding = String(repeating: " ", count: width - row.subject.count)
      text += style.row(row.sign, "  \(row.sign.rawValue) \(row.subject)\(padding)  \(row.value)") + "\n"
    }
    for sentence in texts(entry.flows) { text += "  \(sentence)\n" }
    if entry.flows.isEmpty { text += "  no flow changes\n" }
    return text
  }

  // MARK: - Two targets

  /// Service ports listed under one reason before the rest is counted.
  private static let listed = 10

  /// What behaves differently, under the difference between the targets that is behind it.
  private func byReason(_ style: TextStyle) -> String {
    var text = ""
    for group in reasons {
      text += style.heading(SingleLine.escaped(group.reason)) + "\n"
      for sentence in texts(group.general) { text += "  \(sentence)\n" }
      let limit = isVerbose ? Int.max : group.isUnlikely ? 1 : DifferenceReport.listed
      let shown = group.entries.prefix(limit)
      for entry in shown {
        text += "  \(SingleLine.escaped(title(entry)))\n"
        for sentence in texts(entry.flows) { text += "    \(sentence)\n" }
      }
      let rest = group.entries.count - shown.count
      if rest > 0 { text += "  and \(Wording.count(rest, "more service port")); --verbose lists all\n" }
      text += "\n"
    }
    return text
  }

  struct ReasonGroup {
    var reason: String
    var isUnlikely: Bool
    var general: [FlowChange] = []
    /// Each with the flows of this reason alone.
    var entries: [DifferenceEntry] = []
  }

  /// The flows of two targets by what makes them differ: what is no longer served first, what no Service has a part in
  /// last.
  var reasons: [ReasonGroup] {
    var groups: [ReasonGroup] = []
    var indices: [String: Int] = [:]
    func index(_ change: FlowChange) -> Int {
      let reason = change.targetReason ?? "the rules of the two targets differ here"
      if let index = indices[reason] { return index }
      indices[reason] = groups.count
      groups.append(ReasonGroup(reason: reason, isUnlikely: change.isUnlikely))
      return groups.count - 1
    }
    for change in general { groups[index(change)].general.append(change) }
    for entry in entries {
      for change in entry.flows {
        let index = index(change)
        if let last = groups[index].entries.last, last.name == entry.name, last.family == entry.family {
          groups[index].entries[groups[index].entries.count - 1].flows.append(change)
        } else {
          var part = entry
          part.flows = [change]
          groups[index].entries.append(part)
        }
      }
    }
    func rank(_ group: ReasonGroup) -> Int {
      group.isUnlikely ? 3 : group.entries.contains(where: \.isLoss) ? 0 : group.entries.isEmpty ? 2 : 1
    }
    return groups.enumerated()
      .sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }.map(\.element)
  }
}

/// Colours for a terminal, or none.
public struct TextStyle: Sendable {
  public var isColored: Bool

  public init(isColored: Bool) { self.isColored = isColored }

  public func heading(_ text: String) -> String { paint(text, "1") }
  public func place(_ text: String) -> String { paint(text, "36") }
  public func added(_ text: String) -> String { paint(text, "32") }
  public func removed(_ text: String) -> String { paint(text, "31") }

  func row(_ sign: PortRow.Sign, _ text: String) -> String {
    switch sign {
    case .added: added(text)
    case .removed: removed(text)
    case .changed: paint(text, "33")
    }
  }

  private func paint(_ text: String, _ code: String) -> String { isColored ? "\u{1b}[\(code)m\(text)\u{1b}[m" : text }
}
