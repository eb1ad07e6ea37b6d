import Reports

extension RuleTextDifference {
  /// As `diff -u` writes it; empty where the rules are the same.
  public func unified(isColored: Bool = false) -> String {
    if difference.isEmpty { return "" }
    let style = TextStyle(isColored: isColored)
    var text = style.heading("--- \(SingleLine.escaped(oldName))") + "\n"
    text += style.heading("+++ \(SingleLine.escaped(newName))") + "\n"
    for hunk in UnifiedHunks(difference).hunks {
      text += style.place(SingleLine.escaped(hunk.header)) + "\n"
      for line in hunk.lines {
        let words = line.kind.rawValue + line.text
        switch line.kind {
        case .context: text += words
        case .removed: text += style.removed(words)
        case .added: text += style.added(words)
        }
        text += "\n"
      }
    }
    return text
  }
}
