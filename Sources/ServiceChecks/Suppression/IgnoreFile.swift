import KubernetesObjects

/// Findings to leave unsaid, one a line: `CODE namespace/name reason`.
///
/// `*` stands for any name, of an object or of all of a namespace: `SVC701 *`, `SVC202 staging/*`. Everything behind the
/// object is the reason. Empty lines, and lines that begin with `#`, mean nothing.
public struct IgnoreFile: Sendable {
  struct Entry {
    var code: String
    var object: String
    /// From 1.
    var line: UInt32

    func matches(_ finding: Finding) -> Bool {
      guard finding.check.code == code else { return false }
      if object == "*" { return true }
      return [finding.object, finding.service].contains { name in
        guard let name else { return false }
        return name == object || (object.hasSuffix("/*") && name.hasPrefix(object.dropLast()))
      }
    }
  }

  /// The name for messages.
  public var name: String
  let entries: [Entry]
  /// Lines that say nothing that could be heeded, and why.
  let mistakes: [(line: UInt32, message: String)]

  /// - Parameters:
  ///   - text: what the file holds.
  ///   - name: what the file is called.
  public init(_ text: String, named name: String) {
    self.name = name
    var entries: [Entry] = []
    var mistakes: [(line: UInt32, message: String)] = []
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let words = line.split(maxSplits: 2, whereSeparator: \.isWhitespace).map(String.init)
      guard let code = words.first, !code.hasPrefix("#") else { continue }
      let number = UInt32(index + 1)
      if let problem = Suppressions.problem(with: code) {
        mistakes.append((number, problem))
      } else if words.count < 2 || !IgnoreFile.isObject(words[1]) {
        mistakes.append((number, "behind the code stands an object, namespace/name, or *"))
      } else {
        entries.append(Entry(code: code.uppercased(), object: words[1], line: number))
      }
    }
    self.entries = entries
    self.mistakes = mistakes
  }

  /// `*`, `namespace/*`, `namespace/name`, or the name of what has no namespace.
  private static func isObject(_ word: String) -> Bool {
    let parts = word.split(separator: "/", omittingEmptySubsequences: false)
    return word == "*" || (parts.count <= 2 && parts.allSatisfy { !$0.isEmpty } && parts[0] != "*")
  }
}
