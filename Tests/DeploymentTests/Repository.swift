import Foundation
import KubernetesObjects
import TestSupport

/// What the repository has below `scripts`.
enum Repository {
  static let scripts = TestData.directory.deletingLastPathComponent().appending(path: "scripts")

  static func text(_ path: String) throws -> String {
    try String(contentsOf: scripts.appending(path: path), encoding: .utf8)
  }

  /// All documents of a YAML or JSON file.
  ///
  /// - Throws: if it has an error.
  static func documents(_ path: String) throws -> [DocumentNode] {
    let (documents, diagnostics) = DocumentTree.read(try text(path), named: path)
    guard diagnostics.isEmpty else {
      throw TestDataError(diagnostics.map { $0.text(files: [path]) }.joined(separator: "\n"))
    }
    return documents.map(\.root)
  }
}

extension DocumentNode {
  /// `a.b.0.c`
  func at(_ path: String) -> DocumentNode? {
    path.split(separator: ".").reduce(self as DocumentNode?) { node, key in
      guard let node else { return nil }
      guard let index = Int(key), node.kind == .list else { return node[String(key)] }
      return node.elements.indices.contains(index) ? node.elements[index] : nil
    }
  }

  /// The strings of a list.
  var texts: [String] { elements.compactMap(\.string) }
}
