/// Something GitHub Actions shows beside a line of a file: the workflow commands `::error`, `::warning` and `::notice`.
public struct GitHubAnnotation: Hashable, Sendable {
  public enum Level: String, Hashable, Sendable, CaseIterable {
    case error, warning, notice
  }

  public var level: Level
  /// Relative to the root of the repository. Nil: the annotation belongs to the run alone.
  public var file: String?
  /// From 1; nil or 0: the file as a whole.
  public var line: Int?
  public var column: Int?
  public var title: String
  /// May have several lines.
  public var message: String

  public init(
    _ level: Level, file: String? = nil, line: Int? = nil, column: Int? = nil, title: String, message: String
  ) {
    self.level = level
    self.file = file
    self.line = line
    self.column = column
    self.title = title
    self.message = message
  }

  /// The workflow command, a single line without a line feed. Nothing in it can end it or begin another one.
  public var command: String {
    var properties: [String] = []
    if let file { properties.append("file=" + GitHubAnnotation.escaped(property: file)) }
    if file != nil, let line, line > 0 {
      properties.append("line=\(line)")
      if let column, column > 0 { properties.append("col=\(column)") }
    }
    properties.append("title=" + GitHubAnnotation.escaped(property: title))
    return "::\(level.rawValue) \(properties.joined(separator: ","))::\(GitHubAnnotation.escaped(data: message))"
  }

  /// As `toolkit` escapes the message of a command; its line feeds are shown.
  static func escaped(data text: String) -> String {
    escaped(text) { $0 == "%" || $0 == "\n" || $0 == "\r" }
  }

  /// As `toolkit` escapes a property of a command.
  static func escaped(property text: String) -> String {
    escaped(text) { $0 == "%" || $0 == "\n" || $0 == "\r" || $0 == ":" || $0 == "," }
  }

  private static func escaped(_ text: String, _ isSpecial: (Unicode.Scalar) -> Bool) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      if isSpecial(scalar) {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        escaped += "%" + (digits.utf8.count == 1 ? "0" : "") + digits
      } else if SingleLine.isUnsafe(scalar) {
        escaped += "\\u{\(String(scalar.value, radix: 16))}"
      } else {
        escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}

/// Fits annotations into what GitHub shows of a step: ten of each level, the rest is dropped without a word.
public enum GitHubAnnotations {
  /// What GitHub shows of each level and step.
  public static let limit = 10

  /// The commands of `annotations`, a line each, with a line feed at the end.
  ///
  /// While a level has too many, those of one title in one file become one annotation at the first of the places. If
  /// that is not enough, the last one counts those that are left out.
  public static func text(_ annotations: [GitHubAnnotation]) -> String {
    var text = ""
    for level in GitHubAnnotation.Level.allCases {
      for annotation in fitted(annotations.filter { $0.level == level }) { text += annotation.command + "\n" }
    }
    return text
  }

  /// At most ``limit`` annotations of one level, in the order of the first places.
  static func fitted(_ annotations: [GitHubAnnotation]) -> [GitHubAnnotation] {
    guard annotations.count > limit else { return annotations }
    let groups = grouped(annotations)
    let merged = groups.map { merge($0) }
    guard groups.count > limit, let level = annotations.first?.level else { return merged }
    let rest = groups.dropFirst(limit - 1)
    let count = rest.reduce(0) { $0 + $1.count }
    var counts: [(title: String, count: Int)] = []
    for group in rest {
      if let index = counts.firstIndex(where: { $0.title == group[0].title }) {
        counts[index].count += group.count
      } else {
        counts.append((group[0].title, group.count))
      }
    }
    let shown = counts.prefix(listed).map { "\($0.count) × \($0.title)" }
    let more = counts.count > listed ? ["and \(counts.count - listed) other kinds"] : []
    let summary = GitHubAnnotation(
      level, title: "\(count) more", message: (shown + more).joined(separator: "\n"))
    return merged.prefix(limit - 1) + [summary]
  }

  /// Places, or titles, named in one annotation.
  private static let listed = 20

  /// Those of one title in one file.
  private static func grouped(_ annotations: [GitHubAnnotation]) -> [[GitHubAnnotation]] {
    struct Key: Hashable {
      var title: String
      var file: String?
    }
    var groups: [[GitHubAnnotation]] = []
    var indexByKey: [Key: Int] = [:]
    for annotation in annotations {
      let key = Key(title: annotation.title, file: annotation.file)
      if let index = indexByKey[key] {
        groups[index].append(annotation)
      } else {
        indexByKey[key] = groups.count
        groups.append([annotation])
      }
    }
    return groups
  }

  private static func merge(_ group: [GitHubAnnotation]) -> GitHubAnnotation {
    var merged = group[0]
    guard group.count > 1 else { return merged }
    merged.message += "\n\n\(group.count - 1) more of this kind in this file:"
    for other in group.dropFirst().prefix(listed) {
      let place = other.line.map { "line \($0): " } ?? ""
      let firstLine = other.message.split(separator: "\n", maxSplits: 1).first ?? ""
      merged.message += "\n\(place)\(firstLine)"
    }
    if group.count - 1 > listed { merged.message += "\nand \(group.count - 1 - listed) more" }
    return merged
  }

  /// A line for the log that is no annotation: neither a workflow command of today (`::`) nor an old one (`##[`).
  public static func logLine(_ text: String) -> String {
    var line = SingleLine.escaped(text)
    while let range = line.firstRange(of: "##[") { line.replaceSubrange(range, with: "# #[") }
    let isCommand = line.drop { $0.isWhitespace }.hasPrefix("::")
    return isCommand ? "· " + line : line
  }
}
