/// Bits of a packet's mark.
public struct MarkMatch: Hashable, Sendable {
  public var value: UInt32
  /// The bits that are looked at.
  public var mask: UInt32
  /// Holds where the bits differ.
  public var isNegated: Bool

  public init(_ value: UInt32, mask: UInt32, isNegated: Bool = false) {
    self.value = value
    self.mask = mask
    self.isNegated = isNegated
  }

  public func matches(_ mark: UInt32) -> Bool {
    (mark & mask == value) != isNegated
  }
}
