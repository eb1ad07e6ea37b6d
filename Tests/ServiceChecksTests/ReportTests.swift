import Foundation
import KubernetesObjects
import ServiceChecks
import TestSupport
import Testing

/// Each format, byte for byte: `Reports/CASE/report.FORMAT`. `SVCNAT_RECORD=1` writes them.
@Suite struct ReportTests {
  static let cases = TestData.names(in: "ServiceChecksTests/Reports")
  private static let isRecording = ProcessInfo.processInfo.environment["SVCNAT_RECORD"] == "1"

  static func report(_ name: String, threshold: CheckSeverity = .info) throws -> CheckReport {
    let folder = "ServiceChecksTests/Reports/\(name)/"
    var options = ServiceChecker.Options()
    if let ignore = try? TestData.text(folder + "ignore.txt") {
      options.ignoreFile = IgnoreFile(ignore, named: "ignore.txt")
    }
    // The name of the file is as bad as its contents.
    let file = name == "nasty" ? "a,b::c%\n.yaml" : "input.yaml"
    let objects = readForChecks(try TestData.text(folder + "input.yaml"), named: file)
    return CheckReport(ServiceChecker(options: options).check(objects), threshold: threshold, version: "1.0.0")
  }

  private static func goldenName(_ format: CheckReport.Format) -> String { "report.\(format.rawValue)" }

  @Test(arguments: cases, CheckReport.Format.allCases)
  func isAsRecorded(_ name: String, _ format: CheckReport.Format) throws {
    let text = try Self.report(name).text(format)
    let path = "ServiceChecksTests/Reports/\(name)/\(Self.goldenName(format))"
    let golden = try? TestData.text(path)
    if Self.isRecording, golden != text {
      try Data(text.utf8).write(to: TestData.directory.appending(path: path))
      Issue.record("\(path): written")
      return
    }
    let wanted = try #require(golden, "\(path) is missing; SVCNAT_RECORD=1 writes it")
    #expect(text == wanted, "\(path)")
  }

  @Test(arguments: cases)
  func nothingElseIsThere(_ name: String) {
    let known = Set(["input.yaml", "ignore.txt"] + CheckReport.Format.allCases.map(Self.goldenName))
    #expect(TestData.names(in: "ServiceChecksTests/Reports/\(name)").filter { !known.contains($0) } == [], "orphans")
  }

  // MARK: - What formats demand

  private static let schema = Result {
    SchemaValidator(root: try TestData.document("../Sources/svcnat/svcnat.docc/Resources/check-report-1.schema.json"))
  }

  @Test(arguments: cases)
  func jsonIsValid(_ name: String) throws {
    let (documents, diagnostics) = DocumentTree.read(try Self.report(name).text(.json), named: "report.json")
    try #require(documents.count == 1 && diagnostics.isEmpty)
    #expect(try Self.schema.get().problems(documents[0].root) == [])
  }

  @Test func theSchemaIsNoEmptyPromise() throws {
    let text = try Self.report("shop").text(.json)
    for (old, new) in [
      ("\"version\": 1,", "\"version\": 2,"), ("\"severity\": \"error\"", "\"severity\": \"fatal\""),
      ("\"message\"", "\"text\""), ("\"line\": ", "\"line\": -"), ("\"code\": \"SVC", "\"code\": \"ABC"),
    ] {
      let documents = DocumentTree.read(text.replacing(old, with: new), named: "report.json").documents
      #expect(try documents.allSatisfy { try !Self.schema.get().problems($0.root).isEmpty }, "\(old)")
    }
  }

  @Test(arguments: cases)
  func sarifIsValid(_ name: String) throws {
    #expect(SARIFStructure.problems(in: try Self.report(name).text(.sarif)) == [])
  }

  /// Every case of every check, too.
  @Test func sarifAndJSONOfEveryFindingAreValid() throws {
    for example in try CheckCase.all.get() {
      let report = CheckReport(example.result(), threshold: .info, version: "1.0.0")
      #expect(SARIFStructure.problems(in: report.text(.sarif)) == [], "\(example.testDescription)")
      let documents = DocumentTree.read(report.text(.json), named: "report.json").documents
      #expect(try documents.flatMap { try Self.schema.get().problems($0.root) } == [], "\(example.testDescription)")
    }
  }

  @Test(arguments: cases)
  func gitHubShowsAllOfIt(_ name: String) throws {
    let lines = try Self.report(name).text(.github).split(separator: "\n")
    for level in ["error", "warning", "notice"] {
      #expect(lines.filter { $0.hasPrefix("::\(level) ") }.count <= 10)
    }
    #expect(lines.last.map { !$0.hasPrefix("::") } ?? false)
  }

  // MARK: - What inputs try

  @Test(arguments: CheckReport.Format.allCases)
  func nothingInjects(_ format: CheckReport.Format) throws {
    let text = try Self.report("nasty").text(format)
    #expect(!text.unicodeScalars.contains { ($0.value < 0x20 && $0 != "\n") || (0x7f..<0xa0).contains($0.value) })
    #expect(!text.unicodeScalars.contains { [0x2028, 0x202e].contains($0.value) })
    let findings = try Self.report("nasty").result.findings.count
    try #require(findings > 5)
    let lines = text.split(separator: "\n")
    switch format {
    case .text:
      #expect(lines.filter { $0.hasPrefix("a,b::c%\\n.yaml:") }.count == findings)
      #expect(lines.allSatisfy { !$0.hasPrefix("::") })
    case .github:
      #expect(lines.dropLast().allSatisfy { $0.hasPrefix("::") })
      #expect(lines.count == findings + 1)
      // What separates the properties, and the two colons that end them, is all there is of that.
      for line in lines.dropLast() {
        let parts = line.dropFirst(2).split(separator: "::", maxSplits: 1)
        let keys = parts[0].drop { $0 != " " }.dropFirst().split(separator: ",").map { $0.prefix { $0 != "=" } }
        #expect(["file", "line", "col", "title"].elementsEqual(keys))
      }
    case .json, .sarif:
      #expect(!DocumentTree.read(text, named: "report.json").documents.isEmpty)
    }
  }

  @Test func theSummaryCountsWhatIsNotShown() throws {
    let report = try Self.report("shop", threshold: .error)
    let last = report.text(.text).split(separator: "\n").last
    #expect(last == "3 errors; 4 Services checked; not shown: 5 warnings, 2 of severity info; 2 suppressed")
  }
}
