#if Netlink && os(Linux)
  import Foundation

  /// The nft of the system, run in the namespace of the calling thread.
  enum NFTProgram {
    struct Failure: Error, CustomStringConvertible {
      var description: String
    }

    static let isAvailable = (try? run("nft --version")) != nil

    /// Runs a shell command and gives back what it prints.
    static func run(_ command: String, input: String = "") throws -> String {
      let directory = FileManager.default.temporaryDirectory.appending(path: "svcnat-test-" + UUID().uuidString)
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: directory) }
      try input.write(to: directory.appending(path: "input"), atomically: false, encoding: .utf8)
      let process = Process()
      process.executableURL = URL(filePath: "/bin/sh")
      process.arguments = ["-c", "PATH=$PATH:/usr/sbin:/sbin; { \(command); } >output 2>&1 <input"]
      process.currentDirectoryURL = directory
      try process.run()
      process.waitUntilExit()
      let output = try String(contentsOf: directory.appending(path: "output"), encoding: .utf8)
      guard process.terminationStatus == 0 else {
        throw Failure(description: "\(command): status \(process.terminationStatus): \(output.suffix(2000))")
      }
      return output
    }
  }
#endif
