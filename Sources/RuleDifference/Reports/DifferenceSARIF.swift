import Reports

extension DifferenceReport {
  /// For code scanning: a result for each service port.
  var sarif: SARIF {
    var results = entries.map { entry in
      result(
        DifferenceKind(entry), place(entry), "\(title(entry))\(entry.word)", lines(entry),
        object: "Service \(entry.name.service)",
        fingerprint: "\(entry.name) \(entry.name.transport.word) \(entry.family)")
    }
    if !general.isEmpty {
      results.append(
        result(
          .flows, anyPlace, "no service port in particular", texts(general), object: nil, fingerprint: "all Services"))
    }
    let found = Set(results.map(\.ruleID))
    return SARIF(
      toolVersion: version, rules: DifferenceKind.allCases.filter { found.contains($0.code) }.map(\.rule),
      results: results)
  }

  private func result(
    _ kind: DifferenceKind, _ place: DifferencePlace, _ subject: String, _ lines: [String], object: String?,
    fingerprint: String
  ) -> SARIF.Result {
    let shown = isVerbose ? lines[...] : lines.prefix(12)
    let more = lines.count > shown.count ? ["and \(lines.count - shown.count) more"] : []
    return SARIF.Result(
      ruleID: kind.code, level: kind.level,
      message: SingleLine.escaped(([subject] + shown + more).joined(separator: "; ")),
      location: SARIF.Location(file: place.file, line: place.line, column: place.column), object: object,
      fingerprint: "\(kind.code) \(fingerprint)")
  }
}
