/// A log of the Static Analysis Results Interchange Format 2.1.0 with a single run, as code scanning reads it.
///
/// Every result has a location: GitHub refuses a log where one has none.
public struct SARIF: Hashable, Sendable {
  public enum Level: String, Hashable, Sendable, CaseIterable {
    case error, warning, note
  }

  /// A kind of result.
  public struct Rule: Hashable, Sendable {
    /// Stable, such as `SVC101`.
    public var id: String
    /// A name in Pascal case, such as `SelectorMatchesNoPod`.
    public var name: String
    /// A sentence without markup.
    public var summary: String
    /// What it means and what to do, as plain text.
    public var help: String
    /// The same as Markdown.
    public var helpMarkdown: String
    public var level: Level
    public var tags: [String]

    public init(
      id: String, name: String, summary: String, help: String, helpMarkdown: String, level: Level, tags: [String] = []
    ) {
      self.id = id
      self.name = name
      self.summary = summary
      self.help = help
      self.helpMarkdown = helpMarkdown
      self.level = level
      self.tags = tags
    }
  }

  public struct Location: Hashable, Sendable {
    /// A path as the command line names it.
    public var file: String
    /// From 1; nil or 0: the file as a whole.
    public var line: Int?
    /// From 1, in Unicode scalars.
    public var column: Int?
    /// What to say of a related location.
    public var message: String?

    public init(file: String, line: Int? = nil, column: Int? = nil, message: String? = nil) {
      self.file = file
      self.line = line
      self.column = column
      self.message = message
    }
  }

  public struct Result: Hashable, Sendable {
    /// One of ``SARIF/rules``.
    public var ruleID: String
    public var level: Level
    public var message: String
    public var location: Location
    /// What it is about, apart from the text: `Service shop/web`.
    public var object: String?
    /// Tells the result from others of its rule, and stays when lines move. Not shown.
    public var fingerprint: String
    public var related: [Location]

    public init(
      ruleID: String, level: Level, message: String, location: Location, object: String? = nil, fingerprint: String,
      related: [Location] = []
    ) {
      self.ruleID = ruleID
      self.level = level
      self.message = message
      self.location = location
      self.object = object
      self.fingerprint = fingerprint
      self.related = related
    }
  }

  public var toolVersion: String
  public var rules: [Rule]
  public var results: [Result]

  public init(toolVersion: String, rules: [Rule], results: [Result]) {
    self.toolVersion = toolVersion
    self.rules = rules
    self.results = results
  }
}

// MARK: - Writing

extension SARIF {
  public var json: JSONValue {
    let indices = Dictionary(
      rules.enumerated().map { ($0.element.id, $0.offset) }, uniquingKeysWith: { first, _ in first })
    let driver: JSONValue = [
      "name": "svcnat",
      "version": .string(toolVersion),
      "rules": .array(rules.map(\.json)),
    ]
    return [
      "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
      "version": "2.1.0",
      "runs": [
        [
          "tool": ["driver": driver],
          // Columns count Unicode scalars, see SourcePosition.
          "columnKind": "unicodeCodePoints",
          "results": .array(results.map { $0.json(ruleIndex: indices[$0.ruleID]) }),
        ]
      ],
    ]
  }

  public var text: String { json.text }
}

extension SARIF.Rule {
  fileprivate var json: JSONValue {
    [
      "id": .string(id),
      "name": .string(name),
      "shortDescription": ["text": .string(summary)],
      "fullDescription": ["text": .string(help)],
      "help": ["text": .string(help), "markdown": .string(helpMarkdown)],
      "defaultConfiguration": ["level": .string(level.rawValue)],
      "properties": ["tags": .strings(tags)],
    ]
  }
}

extension SARIF.Result {
  fileprivate func json(ruleIndex: Int?) -> JSONValue {
    let logical = object.map { JSONValue.array([["fullyQualifiedName": .string($0), "kind": "object"]]) }
    return .object([
      "ruleId": .string(ruleID),
      "ruleIndex": ruleIndex.map { .number($0) },
      "level": .string(level.rawValue),
      "message": ["text": .string(SARIF.plain(message))],
      "locations": .array([location.json(logical: logical, id: nil)]),
      "relatedLocations": related.isEmpty
        ? nil : .array(related.enumerated().map { $0.element.json(logical: nil, id: $0.offset + 1) }),
      "partialFingerprints": ["svcnat/v1": .string(fingerprint)],
    ])
  }
}

extension SARIF.Location {
  fileprivate func json(logical: JSONValue?, id: Int?) -> JSONValue {
    let region = line.flatMap { line -> JSONValue? in
      guard line > 0 else { return nil }
      return .object([
        "startLine": .number(line),
        "startColumn": column.flatMap { $0 > 0 ? .number($0) : nil },
      ])
    }
    return .object([
      "id": id.map { .number($0) },
      "physicalLocation": .object([
        "artifactLocation": ["uri": .string(SARIF.uri(of: file))],
        "region": region,
      ]),
      "logicalLocations": logical,
      "message": message.map { ["text": .string(SARIF.plain($0))] },
    ])
  }
}

extension SARIF {
  /// A path as a URI reference: an absolute one with the scheme `file`, others relative, what URIs do not allow encoded.
  static func uri(of path: String) -> String {
    var path = path[...]
    while path.hasPrefix("./") { path = path.dropFirst(2).drop { $0 == "/" } }
    var uri = path.hasPrefix("/") ? "file://" : ""
    for byte in path.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"), UInt8(ascii: "/"):
        uri.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        uri += "%" + (digits.utf8.count == 1 ? "0" : "") + digits
      }
    }
    return uri
  }

  /// Nothing in a message becomes a link, `[text](target)`, or a placeholder, `{0}`.
  static func plain(_ text: String) -> String {
    let hasLink = text.contains("](")
    var plain = ""
    for character in text {
      switch character {
      case "[", "]": plain += hasLink ? "\\\(character)" : "\(character)"
      case "{": plain += "{{"
      case "}": plain += "}}"
      default: plain.append(character)
      }
    }
    return plain
  }
}
