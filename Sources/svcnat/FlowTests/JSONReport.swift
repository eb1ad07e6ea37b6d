import FlowCases
import Foundation

/// For programs. A key may be added within a version; anything else makes a new one.
struct JSONReport: Encodable {
  let version = 1
  let passed: Int
  let failed: Int
  let skipped: Int
  let results: [Result]

  struct Result: Encodable {
    var file: String
    var line: UInt32
    var column: UInt32
    var `case`: String
    /// From 1; missing for a case without steps.
    var step: Int?
    /// The flow, or what else is expected; missing for a case as a whole.
    var name: String?
    var target: String?
    /// `passed`, `failed` or `skipped`.
    var result: String
    /// Why it was skipped.
    var reason: String?
    var failure: Failure?
  }

  struct Failure: Encodable {
    var expected: Expected
    /// Missing if the flow could not be observed.
    var outcome: Outcome?
    var mismatches: [String]
    /// What else there is to tell.
    var remarks: [String]?
    /// The rules met, in order, as text; missing if they were not walked through.
    var trace: [String]?
  }

  struct Expected: Encodable {
    /// Of flows, as are the backends.
    var action: String?
    var backends: [Backend]?
    /// Of anything else, in words.
    var summary: String?
  }

  struct Outcome: Encodable {
    /// All that agree with what was seen; none where connections fared differently.
    var actions: [String]
    var backends: [Backend]
  }

  struct Backend: Encodable {
    var backend: String
    var masquerade: Bool?
    /// Such as `1/3`.
    var probability: String?
  }

  init(_ report: FlowReport) {
    passed = report.passed
    failed = report.failed
    skipped = report.skipped
    results = report.results.map { result in
      var json = Result(
        file: result.file, line: result.position.line, column: result.position.column, case: result.caseName,
        step: result.step, name: result.name, target: result.target?.rawValue, result: "passed")
      switch result.verdict {
      case .passed: break
      case .failed(let failure):
        json.result = "failed"
        json.failure = Failure(failure)
      case .skipped(let reason):
        json.result = "skipped"
        json.reason = reason.description
      }
      return json
    }
  }

  var text: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }
  }
}

extension JSONReport.Failure {
  init(_ failure: FlowFailure) {
    switch failure.expectation {
    case .flow(let expectation):
      expected = JSONReport.Expected(
        action: expectation.action.rawValue,
        backends: expectation.backends.sorted { $0.key < $1.key }.map {
          JSONReport.Backend(backend: $0.key.description, masquerade: $0.value)
        })
    case .conntrack, .healthCheck:
      expected = JSONReport.Expected(summary: failure.expectation.description)
    }
    outcome = failure.observation.map { observation in
      JSONReport.Outcome(
        actions: observation.actions.map(\.rawValue).sorted(),
        backends: observation.reached.map {
          JSONReport.Backend(
            backend: $0.backend.description, masquerade: $0.isMasqueraded, probability: $0.probability?.description)
        })
    }
    mismatches = failure.mismatches.map(\.description)
    remarks = failure.remarks.isEmpty ? nil : failure.remarks
    trace = failure.rulesMet
  }
}
