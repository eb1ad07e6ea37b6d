/// How much a finding matters.
public enum CheckSeverity: String, Hashable, Sendable, CaseIterable, Comparable {
  /// Traffic fails, or an API server refuses the object.
  case error
  /// Something has no effect, works in part, or will cease to work.
  case warning
  /// Worth knowing; may be just what was meant.
  case info

  /// The graver one is less, so that sorting puts it first.
  public static func < (a: CheckSeverity, b: CheckSeverity) -> Bool { a.rank < b.rank }

  /// Whether a finding of this severity counts where `threshold` is the least grave one that does.
  public func reaches(_ threshold: CheckSeverity) -> Bool { self <= threshold }

  private var rank: Int {
    switch self {
    case .error: 0
    case .warning: 1
    case .info: 2
    }
  }
}
