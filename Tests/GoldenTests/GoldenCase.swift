import Foundation
import Testing
import Yams

/// One folder of `golden/`: an input, node options, and the files that compiling it must give.
struct GoldenCase: CustomTestStringConvertible {
  let folder: URL

  var name: String { folder.lastPathComponent }
  var testDescription: String { name }

  /// What is written to standard error, kept beside the rules; absent where nothing is.
  static let diagnosticsName = "diagnostics.txt"
  static let targets = ["iptables", "nft-chains", "nft-maps"]

  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "golden", directoryHint: .isDirectory)

  static let all: [GoldenCase] = {
    let folders = try? FileManager.default.contentsOfDirectory(
      at: root, includingPropertiesForKeys: [.isDirectoryKey], options: .skipsHiddenFiles)
    return (folders ?? []).filter { (try? $0.resourceValues(forKeys: [.isDirectoryKey]).isDirectory) == true }
      .map { GoldenCase(folder: $0) }
      .sorted { $0.name < $1.name }
  }()

  /// What the folder has for an input: one of these, in its own words for the command line.
  private static let inputNames = ["input.yaml", "input.json", "input"]

  var input: String? {
    GoldenCase.inputNames.first { FileManager.default.fileExists(atPath: folder.appending(path: $0).path) }
  }

  /// `options.yaml`: long option names and their values, `true` alone for a flag, a list for a repeated option.
  func options() throws -> [(name: String, value: String?)] {
    guard let data = FileManager.default.contents(atPath: folder.appending(path: "options.yaml").path) else {
      return []
    }
    guard let mapping = try Yams.compose(yaml: String(decoding: data, as: UTF8.self))?.mapping else {
      throw Malformed(reason: "options.yaml is no mapping")
    }
    return try mapping.flatMap { key, value -> [(name: String, value: String?)] in
      guard let name = key.string else { throw Malformed(reason: "options.yaml has a key that is no text") }
      if let values = value.sequence { return values.map { (name, $0.string) } }
      return [(name, value.string == "true" ? nil : value.string)]
    }
  }

  func arguments(output: URL) throws -> [String] {
    guard let input else { throw Malformed(reason: "the folder has no input.yaml, input.json or input/") }
    let options = try options().map { option in
      option.value.map { "--\(option.name)=\($0)" } ?? "--\(option.name)"
    }
    return ["compile", input, "--output", output.path] + GoldenCase.targets.flatMap { ["--target", $0] } + options
  }

  /// Names in the folder that belong to the input.
  func inputFiles() throws -> Set<String> {
    var names: Set<String> = ["options.yaml"]
    if let input { names.insert(input) }
    for option in try options() where option.name == "config" { names.insert(option.value ?? "") }
    return names
  }

  /// The other files: expected ones.
  func goldens() throws -> [String: String] {
    let inputs = try inputFiles()
    var texts: [String: String] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where !inputs.contains(name) {
      texts[name] = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    }
    return texts
  }

  struct Malformed: Error, CustomStringConvertible {
    var reason: String
    var description: String { reason }
  }
}
