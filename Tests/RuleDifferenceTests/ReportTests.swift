import Foundation
import KubernetesObjects
import RuleDifference
import TestSupport
import Testing

/// Each format, byte for byte: `Reports/CASE/report.FORMAT`. `SVCNAT_RECORD=1` writes them.
@Suite struct ReportTests {
  private static let isRecording = ProcessInfo.processInfo.environment["SVCNAT_RECORD"] == "1"

  @Test(arguments: ReportCase.all)
  func isAsRecorded(_ example: ReportCase) throws {
    for (file, text) in try example.texts() {
      let path = "\(ReportCase.root)/\(example.name)/\(file)"
      let golden = try? TestData.text(path)
      if Self.isRecording, golden != text {
        try Data(text.utf8).write(to: TestData.directory.appending(path: path))
        Issue.record("\(path): written")
      } else if let golden {
        #expect(text == golden, "\(path)")
      } else {
        Issue.record("\(path) is missing; SVCNAT_RECORD=1 writes it")
      }
    }
  }

  @Test(arguments: ReportCase.all)
  func nothingElseIsThere(_ example: ReportCase) throws {
    let known = Set(["old.yaml", "new.yaml"] + (try example.texts().map(\.file)))
    #expect(TestData.names(in: "\(ReportCase.root)/\(example.name)").filter { !known.contains($0) } == [], "orphans")
  }

  // MARK: - What formats demand

  private static let schema = Result {
    SchemaValidator(root: try TestData.document("../Sources/svcnat/svcnat.docc/Resources/diff-report-1.schema.json"))
  }

  @Test(arguments: ReportCase.all)
  func jsonIsValid(_ example: ReportCase) throws {
    let (documents, diagnostics) = DocumentTree.read(try example.report().text(.json), named: "report.json")
    try #require(documents.count == 1 && diagnostics.isEmpty)
    #expect(try Self.schema.get().problems(documents[0].root) == [])
  }

  @Test func theSchemaIsNoEmptyPromise() throws {
    let text = try ReportCase(name: "rollout").report().text(.json)
    for (old, new) in [
      ("\"version\": 1,", "\"version\": 2,"), ("\"kind\": \"changed\"", "\"kind\": \"mended\""),
      ("\"share\": \"1/3\"", "\"share\": \"33 %\""), ("\"line\": ", "\"line\": -"), ("\"same\": false", "\"same\": 0"),
      ("\"set\": \"cluster\"", "\"set\": \"any\""), ("\"before\"", "\"was\""),
    ] {
      try #require(text.contains(old), "\(old)")
      let documents = DocumentTree.read(text.replacing(old, with: new), named: "report.json").documents
      #expect(try documents.allSatisfy { try !Self.schema.get().problems($0.root).isEmpty }, "\(old)")
    }
  }

  @Test(arguments: ReportCase.all)
  func sarifIsValid(_ example: ReportCase) throws {
    #expect(SARIFStructure.problems(in: try example.report().text(.sarif)) == [])
  }

  @Test(arguments: ReportCase.all)
  func gitHubShowsAllOfIt(_ example: ReportCase) throws {
    let lines = try example.report().text(.github).split(separator: "\n")
    for level in ["error", "warning", "notice"] {
      #expect(lines.filter { $0.hasPrefix("::\(level) ") }.count <= 10)
    }
    #expect(lines.last.map { !$0.hasPrefix("::") } ?? false)
  }

  // MARK: - What inputs try

  @Test(arguments: DifferenceReport.Format.allCases)
  func nothingInjects(_ format: DifferenceReport.Format) throws {
    let text = try ReportCase(name: "nasty").report().text(format)
    #expect(!text.unicodeScalars.contains { ($0.value < 0x20 && $0 != "\n") || (0x7f..<0xa0).contains($0.value) })
    #expect(!text.split(separator: "\n").contains { $0.hasPrefix("::error") })
    switch format {
    case .markdown:
      // In code, fenced with more backticks than it has, and no cell of a table.
      #expect(text.contains("`` new.yaml a\\|b`c,d::e%\\n::error::<img src=x>@all [x](y).yaml ``"))
    case .github:
      #expect(text.split(separator: "\n").count == 2)
      #expect(text.contains("file=new.yaml a|b`c%2Cd%3A%3Ae%25%0A%3A%3Aerror"))
    case .semantic, .json, .sarif: break
    }
  }

  @Test func unifiedNamesStayOnTheirLine() throws {
    let lines = try ReportCase(name: "nasty").unified().split(separator: "\n")
    #expect(lines.count { $0.hasPrefix("--- ") || $0.hasPrefix("+++ ") } == 2)
    #expect(!lines.contains { $0.hasPrefix("::") })
  }

  // MARK: - Words

  @Test func colourIsForTerminalsAlone() throws {
    let report = try ReportCase(name: "rollout").report()
    let plain = report.text(.semantic)
    let colored = report.text(.semantic, isColored: true)
    #expect(!plain.contains("\u{1b}"))
    #expect(colored.contains("\u{1b}[32m  + backends"))
    #expect(colored.replacing(/\u{1b}\[[0-9]*m/, with: "") == plain)
  }

  @Test func longListsAreWrittenInFullWhereThatIsAsked() throws {
    let example = ReportCase(name: "targets")
    #expect(
      try example.report().text(.semantic).utf8.count <= example.report(isVerbose: true).text(.semantic).utf8.count)
    #expect(try !example.report(isVerbose: true).text(.semantic).contains("--verbose"))
  }

  @Test func aCommentIsNeverTooLongForGitHub() throws {
    var difference = try ReportCase(name: "many").difference()
    let ports = difference.families[0].ports
    difference.families[0].flows = []
    difference.families[0].ports = (0..<100).flatMap { round in
      ports.map { port in
        var copy = port
        copy.name.service.namespace = "team-\(round)-with-a-name-that-is-long"
        return copy
      }
    }
    let text = DifferenceReport(difference, version: "1.0.0").text(.markdown)
    #expect(text.utf8.count < 65_536 && text.hasSuffix(" more rows\n"))
  }
}
