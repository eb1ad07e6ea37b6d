import FlowCases

/// The Test Anything Protocol, version 14.
struct TAPReport {
  var report: FlowReport

  var text: String {
    var lines = ["TAP version 14", "1..\(report.results.count)"]
    for (index, result) in report.results.enumerated() {
      let point = "\(index + 1) - \(TAPReport.escaped(result.title))"
      switch result.verdict {
      case .passed: lines.append("ok \(point)")
      case .skipped(let reason): lines.append("ok \(point) # SKIP \(reason)")
      case .failed(let failure):
        lines.append("not ok \(point)")
        lines += diagnostics(result, failure).map { "  " + $0 }
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A block of YAML.
  private func diagnostics(_ result: FlowResult, _ failure: FlowFailure) -> [String] {
    var lines = [
      "---", "message: \(TAPReport.quoted(failure.summary))", "severity: fail", "at:",
      "  file: \(TAPReport.quoted(result.file))", "  line: \(result.position.line)",
      "  column: \(result.position.column)", "expected: \(TAPReport.quoted(failure.expectation.description))",
      "outcome: \(TAPReport.quoted(failure.outcomeText))",
    ]
    for (key, values) in [("remarks", failure.remarks), ("rules met", failure.rulesMet ?? [])] where !values.isEmpty {
      lines.append(key + ":")
      lines += values.map { "  - \(TAPReport.quoted($0))" }
    }
    return lines + ["..."]
  }

  /// A description: `#` would begin a directive, and each test point is one line.
  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text {
      switch character {
      case "\\", "#": escaped += "\\\(character)"
      case _ where character.isNewline: escaped += " "
      default: escaped.append(character)
      }
    }
    return escaped
  }

  /// A double-quoted scalar.
  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case "\n": quoted += "\\n"
      case _ where scalar.value < 0x20 || scalar.value == 0x7f:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\x" + (digits.count == 1 ? "0" : "") + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
