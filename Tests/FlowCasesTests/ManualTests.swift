import FlowCases
import Foundation
import TestSupport
import Testing

/// The examples of the manual are what it says: valid, and passing.
@Suite struct ManualTests {
  private static let examples = Result {
    let manual = try TestData.text("../Sources/svcnat/svcnat.docc/FlowTests.md")
    let blocks = manual.components(separatedBy: "```").enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
    return blocks.filter { $0.hasPrefix("yaml\n") }.map { String($0.dropFirst(5)) }
  }

  @Test func examplesPass() throws {
    let examples = try Self.examples.get()
    #expect(examples.count == 2)
    for example in examples {
      #expect(try SchemaTests.problems(example) == [])
      let file = FlowCaseFile.read(example, named: "example.yaml")
      #expect(file.diagnostics.isEmpty, "\(file.diagnostics.map { $0.text(files: [file.name]) })")
      let results = file.cases.flatMap { FlowRun().results(of: $0) }
      #expect(results.count == 6)
      for result in results {
        if case .passed = result.verdict { continue }
        Issue.record("\(result.path): \(result.verdict)")
      }
    }
  }
}
