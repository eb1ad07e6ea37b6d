import Reports

/// For a comment on a pull request: a table, cut before it gets too long for one.
extension DifferenceReport {
  /// GitHub takes 65,536 characters, GitLab a million.
  private static let longest = 60_000

  var markdown: String {
    var text = "### svcnat diff: \(summary)\n\n"
    text += "\(Markdown.code(difference.old.name)) → \(Markdown.code(difference.new.name)), "
    text +=
      difference.old.target == difference.new.target
      ? "target \(difference.new.target.rawValue)"
      : "target \(difference.old.target.rawValue) → \(difference.new.target.rawValue)"
    text += ", seen from node \(Markdown.code(difference.nodeName))\n"
    if difference.isBetweenTargets { return text + reasonLists(room: DifferenceReport.longest - text.utf8.count) }
    var rows = general.isEmpty ? [] : [row("no service port in particular", [], general)]
    rows += entries.map { entry in
      row(
        Markdown.code(title(entry)) + entry.word,
        (entry.port?.rows(limit: backendLimit) ?? []).map {
          "\($0.sign.rawValue) \(Markdown.escaped($0.subject)) \(Markdown.escaped($0.value))"
        }, entry.flows)
    }
    if rows.isEmpty { return text }
    text += "\n| service port | what changes | flows that change |\n|---|---|---|\n"
    for (index, row) in rows.enumerated() {
      if text.utf8.count + row.utf8.count > DifferenceReport.longest {
        return text + "\nand \(Wording.count(rows.count - index, "more row"))\n"
      }
      text += row
    }
    return text
  }

  private func row(_ title: String, _ changes: [String], _ flows: [FlowChange]) -> String {
    let sentences = texts(flows).map { Markdown.escaped($0) }
    return "| \(title) | \(cell(changes)) | \(cell(sentences.isEmpty ? ["none"] : sentences)) |\n"
  }

  private func cell(_ lines: [String]) -> String {
    let shown = isVerbose ? lines[...] : lines.prefix(12)
    let more = lines.count > shown.count ? ["and \(lines.count - shown.count) more"] : []
    return (shown + more).joined(separator: "<br>")
  }

  /// Service ports named under one reason.
  private static let listed = 10

  private func reasonLists(room: Int) -> String {
    var text = ""
    for group in reasons {
      text += "\n**\(Markdown.escaped(group.reason))**\n\n"
      for sentence in texts(group.general) { text += "- \(Markdown.escaped(sentence))\n" }
      let limit = isVerbose ? group.entries.count : group.isUnlikely ? 1 : DifferenceReport.listed
      for (index, entry) in group.entries.enumerated() {
        if index == limit || text.utf8.count > room {
          text += "- and \(Wording.count(group.entries.count - index, "more service port"))\n"
          break
        }
        for sentence in texts(entry.flows) {
          text += "- \(Markdown.code(title(entry))): \(Markdown.escaped(sentence))\n"
        }
      }
    }
    return text
  }
}
