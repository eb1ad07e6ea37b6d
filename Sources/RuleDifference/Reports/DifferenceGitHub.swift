import Reports

extension DifferenceReport {
  /// Annotations for GitHub Actions, as many as it shows, and a line that counts.
  var gitHub: String {
    var annotations = entries.map { entry in
      let kind = DifferenceKind(entry)
      return annotation(kind, place(entry), "\(title(entry))\(entry.word)", lines(entry))
    }
    if !general.isEmpty {
      annotations.append(annotation(.flows, anyPlace, "no service port in particular", texts(general)))
    }
    return GitHubAnnotations.text(annotations) + GitHubAnnotations.logLine("\(summary); \(pointOfView)") + "\n"
  }

  /// Lines of one annotation before the rest is counted.
  private static let listed = 12

  private func annotation(
    _ kind: DifferenceKind, _ place: DifferencePlace, _ subject: String, _ lines: [String]
  ) -> GitHubAnnotation {
    let shown = lines.prefix(DifferenceReport.listed)
    let more = lines.count > shown.count ? ["and \(lines.count - shown.count) more"] : []
    return GitHubAnnotation(
      kind == .lost ? .warning : .notice, file: place.file, line: place.line, column: place.column, title: kind.title,
      message: ([subject] + shown + more).joined(separator: "\n"))
  }
}
