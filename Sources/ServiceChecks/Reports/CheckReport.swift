import KubernetesObjects
import Reports

/// The findings of a run, to be written in any format.
public struct CheckReport: Sendable {
  public var result: CheckResult
  /// The least grave severity that is shown.
  public var threshold: CheckSeverity
  /// Of svcnat.
  public var version: String

  public init(_ result: CheckResult, threshold: CheckSeverity, version: String) {
    self.result = result
    self.threshold = threshold
    self.version = version
  }

  public enum Format: String, CaseIterable, Sendable {
    case text, json, github, sarif
  }

  /// The report, with a line feed at the end.
  public func text(_ format: Format) -> String {
    switch format {
    case .text: plainText
    case .json: json.text
    case .github: gitHub
    case .sarif: sarif.text
    }
  }

  var shown: [Finding] { result.findings(from: threshold) }

  func count(_ severity: CheckSeverity) -> Int { result.findings.count { $0.severity == severity } }

  /// Where a finding is, in the words of editors and compilers: `a.yaml:12:3`. Nil: nowhere.
  func place(_ position: SourcePosition?) -> String? {
    guard let position, let file = file(position) else { return nil }
    return position.line > 0 ? "\(file):\(position.line):\(position.column)" : file
  }

  func file(_ position: SourcePosition?) -> String? {
    guard let position, Int(position.file) < result.files.count else { return nil }
    return result.files[Int(position.file)]
  }

  /// `2 errors, 1 warning; 40 Services checked; not shown: 3 of severity info; 1 suppressed`
  var summary: String {
    var counts: [String] = []
    var hidden: [String] = []
    for severity in CheckSeverity.allCases {
      let count = count(severity)
      if severity.reaches(threshold) {
        if count > 0 { counts.append(CheckReport.counted(count, severity)) }
      } else if count > 0 {
        hidden.append(CheckReport.counted(count, severity))
      }
    }
    var summary = counts.isEmpty ? "no findings" : counts.joined(separator: ", ")
    summary += "; \(Wording.count(result.serviceCount, "Service")) checked"
    if !hidden.isEmpty { summary += "; not shown: \(hidden.joined(separator: ", "))" }
    if result.suppressed > 0 { summary += "; \(result.suppressed) suppressed" }
    return summary
  }

  private static func counted(_ count: Int, _ severity: CheckSeverity) -> String {
    severity == .info ? "\(count) of severity info" : Wording.count(count, severity.rawValue)
  }
}

extension Finding {
  /// `shop/web: spec.selector: no Pod has ...`, on one line whatever the input holds.
  var line: String {
    SingleLine.escaped([object, field, message].compactMap(\.self).joined(separator: ": "))
  }
}
