#if Agent
  import Foundation

  /// Runs with a directory that goes away afterwards.
  func withTemporaryDirectory<Result>(_ body: (URL) async throws -> Result) async throws -> Result {
    let directory = FileManager.default.temporaryDirectory.appending(path: "svcnat-api-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    return try await body(directory)
  }

  extension URL {
    func write(_ text: String, to name: String) throws {
      try text.write(to: appending(path: name), atomically: true, encoding: .utf8)
    }
  }
#endif
