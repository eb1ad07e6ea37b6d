import FlowCases
import Foundation
import RuleEvaluator
import RuleTargets
import ServicePlan
import Testing

@testable import svcnat

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Each format, with every kind of result and with characters that need care. `SVCNAT_RECORD=1` writes the goldens.
@Suite struct FlowReportTests {
  private static let directory = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "FlowReports")

  /// Tells what the test wants to hear.
  private struct Parrot: FlowObserver {
    struct Trouble: Error, CustomStringConvertible {
      let description = "the line is \"dead\""
    }

    func load(_ plans: [NodePlan]) {}

    func observe(_ flow: Flow, expecting expectation: FlowExpectation) throws -> FlowObservation {
      switch flow.name {
      case "other backends":
        let third = Fraction(1, 3)
        let reached = ["10.244.1.5:8080", "10.244.1.6:8080", "10.244.1.7:8080"].compactMap(FlowBackend.init).map {
          FlowObservation.Reached($0, isMasqueraded: true, probability: third)
        }
        return FlowObservation(actions: [.dnat], reached: reached, remarks: ["seen 30 times", "  not \t asked <&]]>"])
      case "not to be observed": throw Trouble()
      default: return FlowObservation(actions: [.reject, .drop])
      }
    }
  }

  private func report() throws -> FlowReport {
    let text = try String(contentsOf: Self.directory.appending(path: "case.yaml"), encoding: .utf8)
    let file = FlowCaseFile.read(text, named: "case.yaml")
    try #require(file.diagnostics.isEmpty)
    let run = FlowRun(targets: [.iptables, .nftMaps], observer: { _, _ in Parrot() })
    return FlowReport(results: file.cases.flatMap { run.results(of: $0) })
  }

  private func check(_ text: String, _ name: String) throws {
    let file = Self.directory.appending(path: name)
    if ProcessInfo.processInfo.environment["SVCNAT_RECORD"] == "1" {
      try Data(text.utf8).write(to: file)
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == text)
  }

  @Test func resultsAreCounted() throws {
    let report = try report()
    #expect(report.passed == 3)
    #expect(report.failed == 7)
    #expect(report.skipped == 1)
  }

  @Test func text() throws {
    let report = try report()
    try check(TextReport(report: report, isVerbose: false).text, "report.txt")
    try check(TextReport(report: report, isVerbose: true).text, "verbose.txt")
  }

  @Test func json() throws {
    let text = try JSONReport(try report()).text
    try check(text, "report.json")
    let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(object["version"] as? Int == 1)
  }

  @Test func tap() throws { try check(TAPReport(report: try report()).text, "report.tap") }

  @Test func junit() throws {
    let text = JUnitReport(report: try report()).text
    try check(text, "report.xml")
    let counter = ElementCounter()
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = counter
    #expect(parser.parse(), "\(parser.parserError.map { "\($0)" } ?? "")")
    #expect(counter.elements == ["testsuites": 1, "testsuite": 1, "testcase": 11, "failure": 7, "skipped": 1])
    #expect(counter.suiteName == "shop <\"&#>")
  }

  private final class ElementCounter: NSObject, XMLParserDelegate {
    var elements: [String: Int] = [:]
    var suiteName: String?

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
      attributes: [String: String]
    ) {
      elements[name, default: 0] += 1
      if name == "testsuite" { suiteName = attributes["name"] }
    }
  }

  /// With the evaluator a failure shows the way through the rules, from the first hook on.
  @Test(arguments: [
    (RuleTarget.nftMaps, "table svcnat"), (.nftChains, "table kube-proxy"), (.iptables, "table filter"),
  ])
  func failuresShowTheRulesMet(_ target: RuleTarget, _ table: String) throws {
    let text = try String(contentsOf: Self.directory.appending(path: "case.yaml"), encoding: .utf8)
    let flowCase = try #require(FlowCaseFile.read(text, named: "case.yaml").cases.first)
    let run = FlowRun(targets: [target], selects: { $0.contains("wrong") })
    let report = TextReport(report: FlowReport(results: run.results(of: flowCase)), isVerbose: false).text
    let lines = report.split(separator: "\n").map { $0.drop { $0 == " " } }
    #expect(
      lines.starts(with: [
        "FAIL case.yaml:18:5: \(target.rawValue) shop <\"&#>/1/wrong <\"&#>",
        "expected: dnat to 10.244.1.5:8080, 10.244.1.6:8080, not masqueraded", "outcome:  reject",
        "wrong:    the action is not dnat", "rules met:",
      ]))
    #expect(lines.contains { $0.hasSuffix(table) })
    #expect(lines.contains { $0.contains("reject") && $0.contains("10.96.0.1") || $0.contains("KUBE-SERVICES") })
    #expect(lines.last == "0 passed, 1 failed, 0 skipped")
  }
}
