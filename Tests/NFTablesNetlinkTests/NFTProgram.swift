#if Netlink && os(Linux)
  import Foundation
  @testable import KernelFlows

  /// The nft of the system, run in the namespace of the calling thread.
  enum NFTProgram {
    static let isAvailable = (try? run("nft --version")) != nil

    /// Runs a shell command and gives back what it prints.
    static func run(_ command: String, input: String = "") throws -> String {
      let output = FileManager.default.temporaryDirectory.appending(path: "svcnat-test-" + UUID().uuidString)
      defer { try? FileManager.default.removeItem(at: output) }
      // Not Foundation's Process: it may wait for ever where several threads run programs at once.
      try Tool("sh").run(
        ["-c", "PATH=$PATH:/usr/sbin:/sbin; { \(command); } 2>&1 >'\(output.path)'"], input: input.utf8)
      return try String(contentsOf: output, encoding: .utf8)
    }
  }
#endif
