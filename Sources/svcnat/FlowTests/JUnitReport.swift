import FlowCases

/// The XML that build servers read: a suite for each case, a test case for each flow and target.
struct JUnitReport {
  var report: FlowReport

  var text: String {
    var lines = ["<?xml version=\"1.0\" encoding=\"UTF-8\"?>"]
    lines.append("<testsuites name=\"svcnat test\" \(counts(report))>")
    for suite in suites {
      let name = suite.results[0].caseName
      let file = suite.results[0].file
      lines.append("  <testsuite name=\"\(escaped(name))\" file=\"\(escaped(file))\" \(counts(suite))>")
      for result in suite.results { lines += testCase(result) }
      lines.append("  </testsuite>")
    }
    lines.append("</testsuites>")
    return lines.joined(separator: "\n") + "\n"
  }

  /// Results of a case follow one another.
  private var suites: [FlowReport] {
    var suites: [[FlowResult]] = []
    for result in report.results {
      if let last = suites.last?.last, last.file == result.file, last.caseName == result.caseName {
        suites[suites.count - 1].append(result)
      } else {
        suites.append([result])
      }
    }
    return suites.map { FlowReport(results: $0) }
  }

  private func counts(_ report: FlowReport) -> String {
    "tests=\"\(report.results.count)\" failures=\"\(report.failed)\" errors=\"0\" skipped=\"\(report.skipped)\""
  }

  private func testCase(_ result: FlowResult) -> [String] {
    let className = [result.caseName, result.target?.rawValue].compactMap(\.self).joined(separator: ".")
    let name = [result.step.map { "step \($0)" }, result.name].compactMap(\.self).joined(separator: ": ")
    let head =
      "    <testcase classname=\"\(escaped(className))\" name=\"\(escaped(name.isEmpty ? result.caseName : name))\""
      + " file=\"\(escaped(result.file))\" line=\"\(result.position.line)\""
    switch result.verdict {
    case .passed: return [head + "/>"]
    case .skipped(let reason):
      return [head + ">", "      <skipped message=\"\(escaped("\(reason)"))\"/>", "    </testcase>"]
    case .failed(let failure):
      let details = escaped(failure.details.joined(separator: "\n"), keepsLines: true)
      return [
        head + ">", "      <failure message=\"\(escaped(failure.summary))\">\(details)</failure>", "    </testcase>",
      ]
    }
  }

  /// - Parameter keepsLines: in an attribute, line breaks have to be written as references.
  private func escaped(_ text: String, keepsLines: Bool = false) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "\n" where keepsLines: escaped += "\n"
      case "\n", "\r", "\t": escaped += "&#\(scalar.value);"
      // XML has no way to write them.
      case _ where scalar.value < 0x20 || scalar.value == 0xfffe || scalar.value == 0xffff: escaped += "\u{fffd}"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
