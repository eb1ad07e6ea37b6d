import Reports
import TestSupport
import Testing

@Suite struct SARIFTests {
  private static let rule = SARIF.Rule(
    id: "SVC1", name: "NoPod", summary: "no Pod", help: "why", helpMarkdown: "**why**", level: .warning,
    tags: ["selector"])

  private func log(
    message: String = "m", file: String = "a.yaml", line: Int? = 3, object: String? = "Service shop/web",
    related: [SARIF.Location] = []
  ) -> SARIF {
    SARIF(
      toolVersion: "1.2.3", rules: [Self.rule],
      results: [
        SARIF.Result(
          ruleID: "SVC1", level: .error, message: message,
          location: SARIF.Location(file: file, line: line, column: line.map { _ in 2 }), object: object,
          fingerprint: "x", related: related)
      ])
  }

  @Test func aLogWithoutResultsIsValid() {
    #expect(SARIFStructure.problems(in: SARIF(toolVersion: "1", rules: [], results: []).text) == [])
  }

  @Test func resultsAreValid() {
    #expect(SARIFStructure.problems(in: log().text) == [])
    #expect(SARIFStructure.problems(in: log(line: nil, object: nil).text) == [])
    let related = [SARIF.Location(file: "b.yaml", line: 1, message: "first here"), SARIF.Location(file: "c.yaml")]
    #expect(SARIFStructure.problems(in: log(related: related).text) == [])
  }

  @Test(arguments: [
    "<stdin>", "/tmp/a b.yaml", "./deploy//x%y.yaml", "c:\\x.yaml", "é/漢.yaml", "a\nb", "a#b?c", "::error::",
  ])
  func anyPathBecomesAURI(_ path: String) {
    #expect(SARIFStructure.problems(in: log(file: path).text) == [])
  }

  @Test func pathsAreRelativeUnlessAbsolute() {
    #expect(log(file: "./deploy/web.yaml").text.contains("\"uri\": \"deploy/web.yaml\""))
    #expect(log(file: "/tmp/a b.yaml").text.contains("\"uri\": \"file:///tmp/a%20b.yaml\""))
  }

  @Test func aMessageHasNeitherLinksNorPlaceholders() {
    #expect(log(message: "see [x](1) {0}").text.contains("see \\\\[x\\\\](1) {{0}}"))
    #expect(log(message: "spec.ports[0].port").text.contains("\"spec.ports[0].port\""))
  }

  @Test func theStructureIsReallyChecked() {
    let valid = log().text
    let faults: [(String, String)] = [
      ("\"2.1.0\"", "\"2.0\""), ("\"ruleIndex\": 0", "\"ruleIndex\": 1"), ("\"startLine\": 3", "\"startLine\": 0"),
      ("\"uri\": \"a.yaml\"", "\"uri\": \"a b.yaml\""), ("\"level\": \"error\"", "\"level\": \"info\""),
      ("\"tool\"", "\"tools\""), ("\"text\": \"m\"", "\"txt\": \"m\""), ("\"locations\"", "\"places\""),
      ("\"columnKind\"", "\"kind\""), ("\"id\": \"SVC1\"", "\"id\": 1"),
    ]
    for (old, new) in faults {
      #expect(valid.contains(old), "\(old)")
      #expect(!SARIFStructure.problems(in: valid.replacing(old, with: new)).isEmpty, "\(old) -> \(new)")
    }
    #expect(!SARIFStructure.problems(in: "{").isEmpty)
  }
}
