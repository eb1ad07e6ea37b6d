import Foundation

/// Where the repository keeps what tests read.
public enum TestData {
  /// The directory `Tests`.
  public static let directory = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()

  /// The text of a file below ``directory``.
  public static func text(_ path: String) throws -> String {
    try String(contentsOf: directory.appending(path: path), encoding: .utf8)
  }

  /// The names in a directory below ``directory``, sorted; empty where there is no such directory.
  public static func names(in path: String) -> [String] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: directory.appending(path: path).path)
    return (names ?? []).sorted()
  }
}
