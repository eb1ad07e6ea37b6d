/// Something to say about the input: an error, or something that was skipped and why.
public struct Diagnostic: Hashable, Sendable, Error {
  public enum Severity: String, Hashable, Sendable, Comparable {
    case error, warning, note

    /// The graver one is less, so that sorting puts it first.
    public static func < (a: Severity, b: Severity) -> Bool { a.rank < b.rank }

    private var rank: Int {
      switch self {
      case .error: 0
      case .warning: 1
      case .note: 2
      }
    }
  }

  /// What advice of its own exists for.
  public enum Topic: Hashable, Sendable {
    /// An entry of `loadBalancerSourceRanges` that is no range.
    case sourceRange
    /// `sessionAffinityConfig.clientIP.timeoutSeconds` outside its bounds.
    case affinityTimeout
    /// A load balancer that gave a host name and no address, as some clouds do.
    case loadBalancerHostname
    /// A slice with more endpoints than an API server takes.
    case sliceSize
    /// A node port that two ports of one Service ask for.
    case nodePortGivenTwice
  }

  public var severity: Severity
  /// Nil for most.
  public var topic: Topic?
  /// Nil for what has no place, such as a command line option.
  public var position: SourcePosition?
  /// The object it is about, as people write it: `default/web`, or a Node's name.
  public var object: String?
  /// The field it is about: `spec.ports[1].port`.
  public var field: String?
  /// What is wrong, what was expected and, where it helps, what to do.
  public var message: String

  public init(
    _ severity: Severity, at position: SourcePosition?, object: String? = nil, field: String? = nil,
    _ message: String
  ) {
    self.severity = severity
    self.position = position
    self.object = object
    self.field = field
    self.message = message
  }

  /// `file:line:column: error: default/web: spec.ports[1].port: 70000 is outside 1...65535`
  ///
  /// - Parameter files: the names ``SourcePosition/file`` counts, see ``ObjectSet/files``.
  public func text(files: [String]) -> String {
    var text = ""
    if let position, Int(position.file) < files.count {
      text += files[Int(position.file)] + ":"
      if position.line > 0 { text += "\(position.line):\(position.column):" }
      text += " "
    }
    text += severity.rawValue + ": "
    if let object { text += object + ": " }
    if let field { text += field + ": " }
    return text + message
  }
}
