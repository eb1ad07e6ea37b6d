import Foundation
import KubernetesObjects

/// Where the repository keeps what tests read.
public enum TestData {
  /// The directory `Tests`.
  public static let directory = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()

  /// The text of a file below ``directory``.
  public static func text(_ path: String) throws -> String {
    try String(contentsOf: directory.appending(path: path), encoding: .utf8)
  }

  /// The only document of a YAML file below ``directory``.
  public static func document(_ path: String) throws -> DocumentNode {
    let (documents, diagnostics) = DocumentTree.read(try text(path), named: path)
    guard documents.count == 1, diagnostics.isEmpty else {
      throw TestDataError(
        "\(path): \(documents.count) documents. " + diagnostics.map { $0.text(files: [path]) }.joined(separator: "; "))
    }
    return documents[0].root
  }

  /// The names in a directory below ``directory``, sorted; empty where there is no such directory.
  public static func names(in path: String) -> [String] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: directory.appending(path: path).path)
    return (names ?? []).sorted()
  }
}
