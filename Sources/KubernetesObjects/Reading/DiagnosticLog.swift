/// Diagnostics in the order of reading, of each severity at most ``ReadingLimit/diagnostics``.
struct DiagnosticLog {
  private var diagnostics: [Diagnostic] = []
  private var kept: [Diagnostic.Severity: Int] = [:]
  private var dropped: [Diagnostic.Severity: Int] = [:]

  /// Adds what was said about one object, in the order of its text.
  ///
  /// - Parameters:
  ///   - suppressed: how many more were not put into words.
  ///   - leavingOut: the object is left out, so that its errors are mere warnings.
  mutating func add(_ found: [Diagnostic], suppressed: Int = 0, leavingOut: Bool = false) {
    guard !found.isEmpty else { return }
    let ordered =
      found.count == 1
      ? found
      : found.enumerated().sorted { a, b in
        a.element.position == b.element.position ? a.offset < b.offset : isBefore(a.element, b.element)
      }.map(\.element)
    for var diagnostic in ordered {
      if leavingOut, diagnostic.severity == .error {
        diagnostic.severity = .warning
        diagnostic.message += "; the object is left out"
      }
      if kept[diagnostic.severity, default: 0] < ReadingLimit.diagnostics {
        kept[diagnostic.severity, default: 0] += 1
        diagnostics.append(diagnostic)
      } else {
        dropped[diagnostic.severity, default: 0] += 1
      }
    }
    if suppressed > 0 { dropped[.error, default: 0] += suppressed }
  }

  private func isBefore(_ a: Diagnostic, _ b: Diagnostic) -> Bool {
    switch (a.position, b.position) {
    case (let a?, let b?): a < b
    case (nil, _?): true
    default: false
    }
  }

  consuming func finish() -> [Diagnostic] {
    for (severity, count) in dropped.sorted(by: { $0.key < $1.key }) {
      diagnostics.append(Diagnostic(.note, at: nil, "\(count) more \(severity.rawValue)s are not shown"))
    }
    return diagnostics
  }
}
