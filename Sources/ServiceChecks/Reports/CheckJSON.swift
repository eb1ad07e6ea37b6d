import KubernetesObjects
import Reports

extension CheckReport {
  /// For programs. A member may be added within a version; anything else makes a new one.
  static let jsonVersion = 1

  var json: JSONValue {
    [
      "version": .number(CheckReport.jsonVersion),
      "tool": ["name": "svcnat", "version": .string(version)],
      "summary": [
        "services": .number(result.serviceCount),
        "errors": .number(count(.error)),
        "warnings": .number(count(.warning)),
        "infos": .number(count(.info)),
        "suppressed": .number(result.suppressed),
      ],
      "findings": .array(shown.map(json(of:))),
    ]
  }

  private func json(of finding: Finding) -> JSONValue {
    .object([
      "code": .string(finding.check.code),
      "name": .string(finding.check.name),
      "severity": .string(finding.severity.rawValue),
      "kind": finding.kind.map { .string($0) },
      "object": finding.object.map { .string($0) },
      "field": finding.field.map { .string($0) },
      "file": file(finding.position).map { .string($0) },
      "line": line(finding.position).map { .number($0.line) },
      "column": line(finding.position).map { .number($0.column) },
      "message": .string(finding.message),
      "advice": .string(finding.advice),
      "related": finding.related.isEmpty ? nil : .array(finding.related.map(json(of:))),
    ])
  }

  private func json(of related: Finding.Related) -> JSONValue {
    .object([
      "file": file(related.position).map { .string($0) },
      "line": line(related.position).map { .number($0.line) },
      "column": line(related.position).map { .number($0.column) },
      "message": .string(related.message),
    ])
  }

  /// Nil: the file as a whole, or none.
  private func line(_ position: SourcePosition?) -> (line: Int, column: Int)? {
    guard let position, file(position) != nil, position.line > 0 else { return nil }
    return (Int(position.line), Int(position.column))
  }
}
