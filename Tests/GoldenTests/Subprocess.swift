import Foundation

/// Runs a program to its end.
struct Subprocess {
  var status: Int32
  var output: String
  var error: String

  /// Output goes to files first: a pipe that nobody reads blocks its writer.
  init(_ executable: URL, _ arguments: [String], in directory: URL? = nil, input: FileHandle = .nullDevice) throws {
    let scratch = try TemporaryDirectory()
    defer { scratch.remove() }
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = directory
    process.standardInput = input
    process.standardOutput = try scratch.handle("stdout")
    process.standardError = try scratch.handle("stderr")
    try process.run()
    process.waitUntilExit()
    status = process.terminationStatus
    output = try scratch.contents("stdout")
    error = try scratch.contents("stderr")
  }

  /// Where SwiftPM put the products of this build.
  static let products: URL = {
    #if os(macOS)
      let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") } ?? Bundle.main
      return bundle.bundleURL.deletingLastPathComponent()
    #else
      return Bundle.main.bundleURL
    #endif
  }()

  /// The program under test.
  static let svcnat = products.appending(path: "svcnat")

  /// A program on the PATH, or where a system keeps what administrators use.
  static func find(_ tool: String) -> URL? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let directories = path.split(separator: ":").map(String.init) + ["/usr/sbin", "/sbin", "/usr/bin", "/bin"]
    return directories.map { URL(filePath: $0).appending(path: tool) }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }
}

/// A directory that lives as long as a test.
struct TemporaryDirectory {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "svcnat-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  func handle(_ name: String) throws -> FileHandle {
    let file = url.appending(path: name)
    try Data().write(to: file)
    return try FileHandle(forWritingTo: file)
  }

  func contents(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: url.appending(path: name)), as: UTF8.self)
  }

  func remove() {
    try? FileManager.default.removeItem(at: url)
  }
}
