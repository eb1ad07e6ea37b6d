import Reports

extension CheckReport {
  /// Annotations for GitHub Actions, as many as it shows, and a line that counts.
  var gitHub: String {
    GitHubAnnotations.text(shown.map(annotation)) + GitHubAnnotations.logLine(summary) + "\n"
  }

  private func annotation(_ finding: Finding) -> GitHubAnnotation {
    let level: GitHubAnnotation.Level =
      switch finding.severity {
      case .error: .error
      case .warning: .warning
      case .info: .notice
      }
    return GitHubAnnotation(
      level, file: file(finding.position), line: finding.position.map { Int($0.line) },
      column: finding.position.map { Int($0.column) }, title: "\(finding.check.code) \(finding.check.title)",
      message: finding.line + "\n" + finding.advice)
  }
}
