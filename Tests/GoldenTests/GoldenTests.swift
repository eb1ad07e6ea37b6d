import Foundation
import Testing

@testable import svcnat

/// Each folder of `golden/` compiles, byte for byte, to the files in it. `SVCNAT_RECORD=1` writes them.
@Suite struct GoldenTests {
  static let isRecording = ProcessInfo.processInfo.environment["SVCNAT_RECORD"] == "1"

  static let repository = GoldenCase.root.deletingLastPathComponent()

  @Test(arguments: GoldenCase.all)
  func compiles(_ golden: GoldenCase) throws {
    let output = try TemporaryDirectory()
    defer { output.remove() }
    let rules = output.url.appending(path: "rules", directoryHint: .isDirectory)
    let run = try Subprocess(Subprocess.svcnat, golden.arguments(output: rules), in: URL(filePath: golden.path))
    try #require([0, 2].contains(run.status), "svcnat ended with \(run.status): \(run.error)")

    var actual: [String: [UInt8]] = [:]
    for name in (try? FileManager.default.contentsOfDirectory(atPath: rules.path)) ?? [] {
      actual[name] = Array(try Data(contentsOf: rules.appending(path: name)))
    }
    if !run.error.isEmpty { actual[GoldenCase.diagnosticsName] = Array(run.error.utf8) }
    #expect(run.output.isEmpty, "with --output nothing goes to standard output")
    #expect(
      (run.status == 2) == Set(actual.keys).isSubset(of: [GoldenCase.diagnosticsName]),
      "rules are written where there is no error, and only there")

    for result in try GoldenResult.results(of: golden, actual: actual) {
      // A recording run is no passing run until it finds nothing to write.
      if GoldenTests.isRecording {
        try result.record()
        Issue.record("\(result.recorded)")
      } else {
        Issue.record("\(result.report(isColored: false))SVCNAT_RECORD=1 writes it")
      }
    }
  }

  @Test func foldersHaveInput() {
    #expect(!GoldenCase.all.isEmpty)
    #expect(GoldenCase.folders.filter { $0.input == nil }.map(\.name) == [], "folders without an input")
  }

  @Test func inputsSayWhatToLookFor() throws {
    for golden in GoldenCase.all {
      guard let input = golden.input else { continue }
      let file = golden.file(input == "input" ? "options.yaml" : input)
      let start = try String(contentsOfFile: file, encoding: .utf8).prefix(800)
      #expect(start.contains("Look for"), "the first lines of \(file)")
    }
  }
}
