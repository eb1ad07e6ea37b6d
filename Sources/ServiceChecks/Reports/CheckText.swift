import Reports

extension CheckReport {
  /// For people: a line for each finding as compilers write it, those of one check together with what to do below, and a
  /// line that counts.
  var plainText: String {
    var text = ""
    let shown = shown
    var index = 0
    while index < shown.count {
      var end = index + 1
      while end < shown.count, shown[end].check == shown[index].check, shown[end].severity == shown[index].severity {
        end += 1
      }
      text += group(shown[index..<end]) + "\n"
      index = end
    }
    return text + summary + "\n"
  }

  private func group(_ findings: ArraySlice<Finding>) -> String {
    var text = ""
    for (offset, finding) in findings.enumerated() {
      let place = place(finding.position).map { SingleLine.escaped($0) + ": " } ?? ""
      text += "\(place)\(finding.severity.rawValue): \(finding.line) [\(finding.check.code)]\n"
      // Advice of its own stands under its finding, that of the check once at the end.
      let isLast = offset == findings.count - 1
      if finding.advice != finding.check.advice {
        text += "  \(SingleLine.escaped(finding.advice))\n"
      } else if isLast || findings[findings.startIndex + offset + 1].advice != finding.advice {
        text += "  \(finding.advice)\n"
      }
    }
    return text
  }
}

extension Check {
  /// What `--explain` prints.
  public var explanation: String {
    """
    \(code) \(name) (\(severity.rawValue))
    \(title)

    What it is
    \(Check.wrapped(what))

    Why it matters
    \(Check.wrapped(why))

    What to do
    \(Check.wrapped(remedy))

    Example
    \(example.split(separator: "\n", omittingEmptySubsequences: false).map { "    " + $0 }.joined(separator: "\n"))

    """
  }

  /// One line a check, for `--list`.
  public static var list: String {
    let width = CheckSeverity.allCases.map(\.rawValue.count).max() ?? 0
    return all.map { check in
      let padding = String(repeating: " ", count: width - check.severity.rawValue.count)
      return "\(check.code)  \(check.severity.rawValue)\(padding)  \(check.title)\n"
    }.joined()
  }

  /// Lines of at most 78 characters, indented.
  private static func wrapped(_ text: String) -> String {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, line.count + word.count + 1 > 76 {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return (lines + [line]).map { "  " + $0 }.joined(separator: "\n")
  }
}
