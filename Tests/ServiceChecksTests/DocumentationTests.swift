import Foundation
import ServiceChecks
import TestSupport
import Testing

/// The list of all checks in the documentation is the one in the code. `SVCNAT_RECORD=1` writes it.
@Suite struct DocumentationTests {
  private static let path = "../Sources/svcnat/svcnat.docc/Checks.md"
  private static let heading = "## All checks\n"

  private static var table: String {
    var text = heading
    for family in CheckFamily.allCases {
      text += "\n### \(family.rawValue)\n\n| code | severity | what is found | what to do |\n|---|---|---|---|\n"
      for check in family.checks {
        text += "| \(check.code) | \(check.severity.rawValue) | \(check.title) | \(check.advice) |\n"
      }
    }
    return text
  }

  @Test func listsAllChecks() throws {
    let text = try TestData.text(Self.path)
    let start = try #require(text.range(of: Self.heading)?.lowerBound, "Checks.md has no heading \(Self.heading)")
    if ProcessInfo.processInfo.environment["SVCNAT_RECORD"] == "1", text[start...] != Self.table {
      try Data((text[..<start] + Self.table).utf8).write(to: TestData.directory.appending(path: Self.path))
      Issue.record("Checks.md: written")
      return
    }
    #expect(text[start...] == Self.table)
  }

  @Test func nothingBreaksTheTable() {
    for check in Check.all { #expect(!(check.title + check.advice).contains { $0 == "|" || $0.isNewline }) }
  }
}
