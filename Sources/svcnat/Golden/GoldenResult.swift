import Foundation
import RuleDifference

/// What is to be said of one expected file.
struct GoldenResult {
  enum Kind: String {
    /// Nothing like it is expected.
    case missing
    /// Nothing writes it.
    case orphan
    case different
  }

  var kind: Kind
  /// With the directory.
  var file: String
  var expected: [UInt8]
  var actual: [UInt8]

  /// Compares what a case expects with what it gives.
  ///
  /// - Throws: as ``GoldenCase/actual()`` does.
  static func results(of golden: GoldenCase) throws -> [GoldenResult] {
    try results(of: golden, actual: try golden.actual())
  }

  /// The same for files that were written otherwise.
  static func results(of golden: GoldenCase, actual: [String: [UInt8]]) throws -> [GoldenResult] {
    let expected = try golden.expected()
    return Set(actual.keys).union(expected.keys).sorted().compactMap { name in
      let (old, new) = (expected[name], actual[name])
      if old == new { return nil }
      return GoldenResult(
        kind: old == nil ? .missing : new == nil ? .orphan : .different, file: golden.file(name), expected: old ?? [],
        actual: new ?? [])
    }
  }

  /// Makes the directory hold what is written now.
  func record() throws {
    do {
      if kind == .orphan {
        try FileManager.default.removeItem(atPath: file)
      } else {
        try Data(actual).write(to: URL(filePath: file), options: .atomic)
      }
    } catch {
      throw InputFiles.Failure(path: file, reason: "cannot be written: \((error as NSError).localizedDescription)")
    }
  }

  /// What `check` prints.
  func report(isColored: Bool) -> String {
    switch kind {
    case .missing: return "\(file): is missing\n"
    case .orphan: return "\(file): is an orphan, nothing writes it\n"
    case .different:
      return "\(file): differs\n"
        + RuleTextDifference(
          oldName: file, newName: "now", difference: LineDifference(from: expected, to: actual)
        ).unified(isColored: isColored)
    }
  }

  /// What `record` prints.
  var recorded: String {
    switch kind {
    case .missing: "\(file): written\n"
    case .orphan: "\(file): deleted, nothing writes it\n"
    case .different: "\(file): rewritten\n"
    }
  }
}
