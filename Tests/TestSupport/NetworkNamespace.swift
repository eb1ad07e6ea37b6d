import Foundation

/// Runs tools in a network namespace of their own: nothing outside it is touched, and it ends with the tool.
public enum NetworkNamespace {
  public struct Outcome: Sendable {
    public var status: Int32
    public var output: String
    public var errors: String
  }

  /// Runs a shell script in a fresh namespace.
  ///
  /// - Parameters:
  ///   - files: written beforehand to the directory the script runs in, by name.
  public static func run(_ script: String, files: [String: String] = [:]) throws -> Outcome {
    let directory = FileManager.default.temporaryDirectory.appending(path: "svcnat-test-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    for (name, text) in files {
      try text.write(to: directory.appending(path: name), atomically: false, encoding: .utf8)
    }
    // Pipes fill up while nobody reads them; files do not.
    let outputs = try ["output", "errors"].map { name in
      let file = directory.appending(path: ".test-" + name)
      try Data().write(to: file)
      return (file, try FileHandle(forWritingTo: file))
    }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["unshare", "--net", "sh", "-c", script]
    process.currentDirectoryURL = directory
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = outputs[0].1
    process.standardError = outputs[1].1
    try process.run()
    process.waitUntilExit()
    for (_, handle) in outputs { try handle.close() }
    let texts = try outputs.map { String(decoding: try Data(contentsOf: $0.0), as: UTF8.self) }
    return Outcome(status: process.terminationStatus, output: texts[0], errors: texts[1])
  }

  /// Whether a script that only looks succeeds in a fresh namespace: false without root, without the tool, and where
  /// the kernel lacks what it needs.
  public static func succeeds(_ script: String) -> Bool {
    (try? run(script))?.status == 0
  }
}
