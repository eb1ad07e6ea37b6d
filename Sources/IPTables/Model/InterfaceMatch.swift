/// The interface a packet came in by.
public struct InterfaceMatch: Hashable, Sendable {
  /// Without the `+` of a prefix.
  public var name: String
  /// Whether every interface is meant whose name starts with ``name``.
  public var isPrefix: Bool
  /// Holds for the other interfaces.
  public var isNegated: Bool

  public init(_ name: String, isPrefix: Bool = false, isNegated: Bool = false) {
    self.name = name
    self.isPrefix = isPrefix
    self.isNegated = isNegated
  }

  /// - Parameter interface: empty for packets the node makes itself, which came in by none (EVAL-5).
  public func matches(_ interface: String) -> Bool {
    (isPrefix ? interface.hasPrefix(name) : interface == name) != isNegated
  }
}
