import Foundation
import Testing

/// Each folder of `golden/` compiles, byte for byte, to the files in it. `SVCNAT_RECORD=1` writes them.
@Suite struct GoldenTests {
  static let isRecording = ProcessInfo.processInfo.environment["SVCNAT_RECORD"] == "1"

  @Test(arguments: GoldenCase.all)
  func compiles(_ golden: GoldenCase) throws {
    let output = try TemporaryDirectory()
    defer { output.remove() }
    let rules = output.url.appending(path: "rules", directoryHint: .isDirectory)
    let run = try Subprocess(Subprocess.svcnat, golden.arguments(output: rules), in: golden.folder)
    try #require([0, 2].contains(run.status), "svcnat ended with \(run.status): \(run.error)")

    var actual: [String: String] = [:]
    for name in (try? FileManager.default.contentsOfDirectory(atPath: rules.path)) ?? [] {
      actual[name] = try String(contentsOf: rules.appending(path: name), encoding: .utf8)
    }
    if !run.error.isEmpty { actual[GoldenCase.diagnosticsName] = run.error }
    #expect(run.output.isEmpty, "with --output nothing goes to standard output")
    #expect(
      (run.status == 2) == Set(actual.keys).isSubset(of: [GoldenCase.diagnosticsName]),
      "rules are written where there is no error, and only there")

    if GoldenTests.isRecording {
      try record(actual, golden)
    } else {
      try compare(actual, golden)
    }
  }

  private func compare(_ actual: [String: String], _ golden: GoldenCase) throws {
    let expected = try golden.goldens()
    for (name, text) in actual.sorted(by: { $0.key < $1.key }) {
      guard let wanted = expected[name] else {
        Issue.record("golden/\(golden.name)/\(name) is missing; SVCNAT_RECORD=1 writes it")
        continue
      }
      if wanted != text {
        let difference = LineDifference(from: wanted, to: text)
        Issue.record("golden/\(golden.name)/\(name) differs (- golden, + now):\n\(difference)")
      }
    }
    for name in expected.keys.sorted() where actual[name] == nil {
      Issue.record("golden/\(golden.name)/\(name) is an orphan: nothing writes it")
    }
  }

  /// Writes what differs and says so: a recording run is no passing run until it finds nothing to write.
  private func record(_ actual: [String: String], _ golden: GoldenCase) throws {
    let expected = try golden.goldens()
    for (name, text) in actual.sorted(by: { $0.key < $1.key }) where expected[name] != text {
      try Data(text.utf8).write(to: golden.folder.appending(path: name))
      Issue.record("golden/\(golden.name)/\(name): \(expected[name] == nil ? "written" : "rewritten")")
    }
    for name in expected.keys.sorted() where actual[name] == nil {
      try FileManager.default.removeItem(at: golden.folder.appending(path: name))
      Issue.record("golden/\(golden.name)/\(name): deleted, nothing writes it")
    }
  }

  @Test func foldersHaveInput() {
    #expect(!GoldenCase.all.isEmpty)
    #expect(GoldenCase.all.filter { $0.input == nil }.map(\.name) == [], "folders without an input")
  }

  @Test func inputsSayWhatToLookFor() throws {
    for golden in GoldenCase.all {
      guard let input = golden.input else { continue }
      let file = golden.folder.appending(path: input == "input" ? "options.yaml" : input)
      let start = try String(contentsOf: file, encoding: .utf8).prefix(800)
      #expect(start.contains("Look for"), "the first lines of golden/\(golden.name)/\(file.lastPathComponent)")
    }
  }
}
