import Foundation
import TestSupport

/// A program of the system that tests ask. Where it is missing they are skipped; with `CI=true` they fail.
struct TestedProgram {
  let name: String

  static let promtool = TestedProgram(name: "promtool")
  static let systemdAnalyze = TestedProgram(name: "systemd-analyze")
  static let ldd = TestedProgram(name: "ldd")

  var mayRun: Bool { ProcessInfo.processInfo.environment["CI"] == "true" || url != nil }

  private var url: URL? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    // Where scripts/test puts what it fetches.
    let fetched = Repository.scripts.deletingLastPathComponent().appending(path: ".build/tools").path
    return (path.split(separator: ":").map(String.init) + [fetched]).map { URL(filePath: $0).appending(path: name) }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }

  /// What it says, on either stream, and how it ends.
  ///
  /// - Parameter input: is there to read.
  func run(_ arguments: [String], input: String = "") throws -> (status: Int32, output: String) {
    guard let url else { throw TestDataError("\(name) is missing; scripts/test fetches it") }
    let scratch = try Scratch()
    defer { scratch.remove() }
    let process = Process()
    process.executableURL = url
    process.arguments = arguments
    process.standardInput = try FileHandle(forReadingFrom: scratch.write(input, to: "input"))
    let output = try FileHandle(forWritingTo: scratch.write("", to: "output"))
    process.standardOutput = output
    process.standardError = output
    try process.run()
    process.waitUntilExit()
    return (process.terminationStatus, try scratch.text("output"))
  }
}

/// A directory that lives as long as a test.
struct Scratch {
  private let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "svcnat-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  /// - Returns: where it is.
  func write(_ text: String, to name: String) throws -> URL {
    let file = url.appending(path: name)
    try Data(text.utf8).write(to: file)
    return file
  }

  func text(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: url.appending(path: name)), as: UTF8.self)
  }

  func remove() { try? FileManager.default.removeItem(at: url) }
}
