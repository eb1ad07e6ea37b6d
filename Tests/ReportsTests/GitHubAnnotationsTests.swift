import Reports
import Testing

@Suite struct GitHubAnnotationsTests {
  @Test func isAWorkflowCommand() {
    let annotation = GitHubAnnotation(
      .error, file: "deploy/web.yaml", line: 12, column: 3, title: "SVC101", message: "no Pod\nDo something.")
    #expect(annotation.command == "::error file=deploy/web.yaml,line=12,col=3,title=SVC101::no Pod%0ADo something.")
  }

  @Test func aPlaceMayBeMissing() {
    #expect(GitHubAnnotation(.notice, title: "T", message: "m").command == "::notice title=T::m")
    #expect(
      GitHubAnnotation(.warning, file: "a.yaml", line: 0, title: "T", message: "m").command
        == "::warning file=a.yaml,title=T::m")
  }

  @Test(arguments: ["a::b,c=d%0A::set-env name=x::y", "x\r\n::error::owned", "\u{1b}[2J", "50 % of , : all"])
  func nothingEndsItOrBeginsAnother(_ nasty: String) {
    let command = GitHubAnnotation(.error, file: nasty, line: 1, title: nasty, message: nasty).command
    #expect(!command.contains { $0.isNewline })
    #expect(!command.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x1b })
    // As the runner takes it apart: `::name properties::message`.
    let parts = command.dropFirst(2).split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false)
    let properties = parts[0].dropFirst("error ".count).split(separator: ",")
    #expect(properties.map { $0.prefix { $0 != "=" } } == ["file", "line", "title"])
    let escapes = [("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")]
    let title = escapes.reduce(String(properties[2].dropFirst("title=".count))) { text, escape in
      text.replacing(escape.0, with: escape.1)
    }
    #expect(title == SafeText.expected(nasty))
  }

  private enum SafeText {
    static func expected(_ text: String) -> String { text.replacing("\u{1b}", with: "\\u{1b}") }
  }

  private func annotations(_ count: Int, files: Int, titles: Int) -> [GitHubAnnotation] {
    (0..<count).map {
      GitHubAnnotation(.error, file: "f\($0 % files)", line: $0 + 1, title: "T\($0 % titles)", message: "m\($0)")
    }
  }

  @Test func tenStayAsTheyAre() {
    let ten = annotations(10, files: 1, titles: 1)
    #expect(GitHubAnnotations.text(ten) == ten.map { $0.command + "\n" }.joined())
  }

  @Test func elevenOfAKindInAFileBecomeOne() {
    let text = GitHubAnnotations.text(annotations(11, files: 1, titles: 1))
    #expect(text.split(separator: "\n").count == 1)
    #expect(text.hasPrefix("::error file=f0,line=1,title=T0::m0%0A%0A10 more of this kind in this file:%0Aline 2: m1"))
    #expect(text.contains("line 11: m10"))
  }

  @Test func theLastCountsWhatIsLeftOut() {
    let lines = GitHubAnnotations.text(annotations(60, files: 30, titles: 3)).split(separator: "\n")
    #expect(lines.count == 10)
    #expect(lines.last == "::error title=42 more::14 × T0%0A14 × T1%0A14 × T2")
  }

  @Test func levelsAreLimitedApart() {
    let mixed = GitHubAnnotation.Level.allCases.flatMap { level in
      (0..<25).map { GitHubAnnotation(level, file: "f\($0)", title: "T", message: "m") }
    }
    let lines = GitHubAnnotations.text(mixed).split(separator: "\n")
    for level in GitHubAnnotation.Level.allCases {
      #expect(lines.filter { $0.hasPrefix("::\(level.rawValue) ") }.count == 10)
    }
  }

  @Test(arguments: ["::error::x", "  ::stop-commands::x", "a ##[error]x", "###[set-env]", "a\n::error::x"])
  func aLogLineIsNoCommand(_ nasty: String) {
    let line = GitHubAnnotations.logLine(nasty)
    #expect(!line.contains { $0.isNewline })
    #expect(!line.contains("##["))
    #expect(!line.drop { $0.isWhitespace }.hasPrefix("::"))
  }

  @Test func anOrdinaryLogLineStays() {
    #expect(GitHubAnnotations.logLine("a.yaml:3:1: error: x::y") == "a.yaml:3:1: error: x::y")
  }
}
