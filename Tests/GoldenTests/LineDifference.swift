/// Two texts side by side, as `diff -u` shows them: what a failing golden prints.
struct LineDifference: CustomStringConvertible {
  private enum Line {
    case same(Substring)
    case removed(Substring)
    case added(Substring)
  }

  private static let context = 3
  /// More than that nobody reads in a test log.
  private static let longest = 120

  let description: String

  init(from old: String, to new: String) {
    let lines = LineDifference.merge(
      old.split(separator: "\n", omittingEmptySubsequences: false),
      new.split(separator: "\n", omittingEmptySubsequences: false))
    var shown: [String] = []
    var oldLine = 1
    var newLine = 1
    var lastShown = -1
    for (index, line) in lines.enumerated() {
      if LineDifference.isNearChange(index, lines) {
        if lastShown != index - 1 { shown.append("@@ -\(oldLine) +\(newLine) @@") }
        lastShown = index
        switch line {
        case .same(let text): shown.append(" \(text)")
        case .removed(let text): shown.append("-\(text)")
        case .added(let text): shown.append("+\(text)")
        }
      }
      switch line {
      case .same:
        oldLine += 1
        newLine += 1
      case .removed: oldLine += 1
      case .added: newLine += 1
      }
    }
    if shown.count > LineDifference.longest {
      shown = shown.prefix(LineDifference.longest) + ["... \(shown.count - LineDifference.longest) more lines"]
    }
    description = shown.joined(separator: "\n")
  }

  private static func merge(_ old: [Substring], _ new: [Substring]) -> [Line] {
    let changes = new.difference(from: old)
    var removed: Set<Int> = []
    var added: Set<Int> = []
    for change in changes {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): added.insert(offset)
      }
    }
    var lines: [Line] = []
    var oldIndex = 0
    var newIndex = 0
    while oldIndex < old.count || newIndex < new.count {
      if oldIndex < old.count, removed.contains(oldIndex) {
        lines.append(.removed(old[oldIndex]))
        oldIndex += 1
      } else if newIndex < new.count, added.contains(newIndex) {
        lines.append(.added(new[newIndex]))
        newIndex += 1
      } else {
        lines.append(.same(old[oldIndex]))
        oldIndex += 1
        newIndex += 1
      }
    }
    return lines
  }

  private static func isNearChange(_ index: Int, _ lines: [Line]) -> Bool {
    lines[max(0, index - context)...min(lines.count - 1, index + context)].contains {
      if case .same = $0 { false } else { true }
    }
  }
}
