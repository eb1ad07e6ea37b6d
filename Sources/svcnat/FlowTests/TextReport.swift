import FlowCases

/// For people: failures with their details, what was skipped, and a line that counts.
struct TextReport {
  var report: FlowReport
  /// Whether what passed is listed, too.
  var isVerbose: Bool

  var text: String {
    var lines: [String] = []
    for result in report.results {
      switch result.verdict {
      case .passed:
        if isVerbose { lines.append("ok   \(result.place): \(result.title)") }
      case .failed(let failure):
        lines.append("FAIL \(result.place): \(result.title)")
        lines += failure.details.map { "  " + $0 }
      case .skipped(let reason):
        lines.append("skip \(result.place): \(result.title) (\(reason))")
      }
    }
    lines.append("\(report.passed) passed, \(report.failed) failed, \(report.skipped) skipped")
    return lines.joined(separator: "\n") + "\n"
  }
}
