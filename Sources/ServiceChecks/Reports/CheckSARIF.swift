import Reports

extension CheckReport {
  /// For code scanning. The checks that found something are its rules.
  var sarif: SARIF {
    let shown = shown
    let found = Set(shown.map(\.check))
    return SARIF(
      toolVersion: version, rules: Check.all.filter(found.contains).map(\.rule), results: shown.map(sarifResult))
  }

  private func sarifResult(_ finding: Finding) -> SARIF.Result {
    // What has no place belongs to the input as a whole: a result without a location is refused.
    let file = file(finding.position) ?? result.files.first ?? "input"
    return SARIF.Result(
      ruleID: finding.check.code, level: finding.severity.sarifLevel,
      message: finding.line + ". " + finding.advice,
      location: SARIF.Location(
        file: file, line: finding.position.map { Int($0.line) }, column: finding.position.map { Int($0.column) }),
      object: finding.object.map { [finding.kind, $0].compactMap(\.self).joined(separator: " ") },
      fingerprint: [finding.check.code, finding.kind, finding.object ?? file, finding.field].compactMap(\.self)
        .joined(separator: " "),
      related: finding.related.compactMap { related in
        self.file(related.position).map {
          SARIF.Location(
            file: $0, line: Int(related.position.line), column: Int(related.position.column), message: related.message)
        }
      })
  }
}

extension CheckSeverity {
  fileprivate var sarifLevel: SARIF.Level {
    switch self {
    case .error: .error
    case .warning: .warning
    case .info: .note
    }
  }
}

extension Check {
  fileprivate var rule: SARIF.Rule {
    SARIF.Rule(
      id: code, name: name, summary: title, help: "\(what) \(why) \(remedy)",
      helpMarkdown: "\(what)\n\n**Why it matters.** \(why)\n\n**What to do.** \(remedy)\n\n```yaml\n\(example)\n```\n",
      level: severity.sarifLevel, tags: family.map { [$0.rawValue] } ?? [])
  }
}
