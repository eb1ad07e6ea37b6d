import KubernetesObjects
import ServiceChecks
import Testing

/// Each check finds what it is for, where it is written, and passes what is right.
@Suite struct CheckCaseTests {
  @Test func casesCanBeRead() throws {
    #expect(try !CheckCase.all.get().isEmpty)
  }

  @Test(arguments: try CheckCase.all.get())
  func isFoundOrPassed(_ example: CheckCase) throws {
    let result = example.result()
    let found = result.findings.filter { $0.check.code == example.code }
    guard let expected = example.expected else {
      #expect(found.map(result.line) == [])
      return
    }
    #expect(found.count == expected.count, "\(found.map(result.line))")
    let first = try #require(found.first)
    #expect(result.line(first) == expected.says)
    #expect(result.place(first) == expected.place)
    if let advice = expected.advises { #expect(first.advice == advice) }
  }

  @Test func everyCheckHasCasesOfBothKinds() throws {
    let cases = try CheckCase.all.get()
    let codes = Check.all.map(\.code)
    #expect(Set(cases.filter { $0.expected != nil }.map(\.code)) == Set(codes))
    #expect(Set(cases.filter { $0.expected == nil }.map(\.code)) == Set(codes))
    #expect(CheckCase.names == codes.map { $0 + ".yaml" }, "a file for each check, and no other")
  }

  /// The order of documents changes nothing but where they are.
  @Test(arguments: try CheckCase.all.get())
  func theOrderOfTheInputDoesNotMatter(_ example: CheckCase) {
    let documents = example.input.split(separator: "---\n", omittingEmptySubsequences: false).map(String.init)
    guard documents.count > 1, !["SVC001", "SVC002"].contains(example.code) else { return }
    var reversed = example
    reversed.input = documents.reversed().map { $0.hasSuffix("\n") ? $0 : $0 + "\n" }.joined(separator: "---\n")
    func words(_ example: CheckCase) -> [String] {
      let result = example.result()
      return result.findings.map { finding in
        "\(finding.check.code) " + result.line(finding).replacing(/in\.yaml:\d+/, with: "in.yaml") + finding.advice
      }.sorted()
    }
    #expect(words(example) == words(reversed))
  }
}
