import Foundation
import RuleTargets
import Testing

@testable import svcnat

/// The folders of `golden/`, which are what `svcnat golden` takes.
extension GoldenCase: CustomTestStringConvertible {
  public var testDescription: String { name }

  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "golden", directoryHint: .isDirectory)

  static let folders: [GoldenCase] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
    return names.filter { !$0.hasPrefix(".") }.sorted().map { GoldenCase(path: root.appending(path: $0).path) }
  }()

  static let all = folders.filter { $0.input != nil }

  /// The command line that gives the files of the folder, run inside it.
  func arguments(output: URL) throws -> [String] {
    let input = try #require(input)
    let options = try options().map { option in
      option.value.map { "--\(option.name)=\($0)" } ?? "--\(option.name)"
    }
    return ["compile", input, "--output", output.path]
      + RuleTarget.allCases.flatMap { ["--target", $0.rawValue] } + options
  }
}
