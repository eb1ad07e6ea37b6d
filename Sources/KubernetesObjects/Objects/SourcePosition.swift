/// Where in the input something was written.
public struct SourcePosition: Hashable, Sendable, Comparable {
  /// Index into ``ObjectSet/files``.
  public var file: UInt32
  /// From 1. Zero where an object was not written but derived.
  public var line: UInt32
  /// From 1, in Unicode scalars.
  public var column: UInt32

  public init(file: UInt32, line: UInt32, column: UInt32) {
    self.file = file
    self.line = line
    self.column = column
  }

  public static func < (a: SourcePosition, b: SourcePosition) -> Bool {
    (a.file, a.line, a.column) < (b.file, b.line, b.column)
  }
}

/// A value and the place it was written at.
public struct Located<Value: Hashable & Sendable>: Hashable, Sendable {
  public var value: Value
  public var position: SourcePosition

  public init(_ value: Value, at position: SourcePosition) {
    self.value = value
    self.position = position
  }
}
