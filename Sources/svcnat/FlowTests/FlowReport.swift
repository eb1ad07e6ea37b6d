import FlowCases
import RuleEvaluator

/// The results of a run, counted, for all formats.
struct FlowReport {
  var results: [FlowResult]
  let passed: Int
  let failed: Int
  let skipped: Int

  init(results: [FlowResult]) {
    self.results = results
    var counts = (passed: 0, failed: 0, skipped: 0)
    for result in results {
      switch result.verdict {
      case .passed: counts.passed += 1
      case .failed: counts.failed += 1
      case .skipped: counts.skipped += 1
      }
    }
    (passed, failed, skipped) = counts
  }
}

extension FlowResult {
  /// `nft-maps shop/from a pod`
  var title: String { target.map { "\($0.rawValue) \(path)" } ?? path }

  /// `cases/shop.yaml:14:3`
  var place: String { "\(file):\(position.line):\(position.column)" }
}

extension FlowFailure {
  /// What is wrong, in a line.
  var summary: String { mismatches.map(\.description).joined(separator: "; ") }

  var outcomeText: String { observation?.description ?? "none" }

  /// The rules met in order, as text; nil if they were not walked through.
  var rulesMet: [String]? {
    observation?.outcome.map { TraceText().lines($0) }
  }

  var remarks: [String] { observation?.remarks ?? [] }

  /// Everything, as lines.
  var details: [String] {
    var lines = ["expected: \(expectation)", "outcome:  \(outcomeText)"]
    lines += mismatches.map { "wrong:    \($0)" }
    lines += remarks.map { "remark:   \($0)" }
    if let rulesMet {
      lines.append(rulesMet.isEmpty ? "rules met: none" : "rules met:")
      lines += rulesMet.map { "  " + $0 }
    }
    return lines
  }
}
