/// One element of a set or map.
public struct Element: Hashable, Sendable {
  public var key: RegisterBytes
  /// Nil: a single key. Else the element is a range up to here, inclusive, field by field.
  public var keyEnd: RangeEnd?
  public var data: ElementData
  /// At most 128 bytes.
  public var comment: String?

  public init(
    _ key: RegisterBytes, upTo keyEnd: RegisterBytes? = nil, data: ElementData = .none, comment: String? = nil
  ) {
    self.key = key
    self.keyEnd = keyEnd.map(RangeEnd.init)
    self.data = data
    self.comment = comment
  }

  /// The last key of a range; of a single key that key.
  public var lastKey: RegisterBytes { keyEnd?.key ?? key }

  /// Kept behind a reference: few elements are ranges, and the others should stay small.
  public final class RangeEnd: Hashable, Sendable {
    public let key: RegisterBytes

    public init(_ key: RegisterBytes) { self.key = key }

    public static func == (a: RangeEnd, b: RangeEnd) -> Bool { a.key == b.key }

    public func hash(into hasher: inout Hasher) { hasher.combine(key) }
  }
}

/// What an element of a map gives.
public enum ElementData: Hashable, Sendable {
  /// The element of a set.
  case none
  case verdict(Verdict)
  /// `drop` or `goto` and the like are `verdict`; this is data such as `address . port`.
  case fields(RegisterBytes)

  /// Where it is one number of 32 bits.
  public var number: UInt32? {
    guard case .fields(let bytes) = self, bytes.count == 4 else { return nil }
    return bytes.word(at: 0)
  }
}
