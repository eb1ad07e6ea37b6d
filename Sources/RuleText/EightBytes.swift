/// Eight bytes of a text, looked at together.
///
/// What is asked for is answered with a number that is zero where no byte is meant, so that several answers are one by `|`.
public struct EightBytes {
  @usableFromInline
  let word: UInt64

  @inlinable
  @inline(__always)
  init(_ word: UInt64) { self.word = word }

  @inlinable
  @inline(__always)
  static func each(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }

  /// Whether one of them is this one.
  @inlinable
  @inline(__always)
  public func equal(_ byte: UInt8) -> UInt64 {
    let differences = word ^ EightBytes.each(byte)
    return (differences &- EightBytes.each(1)) & ~differences & EightBytes.each(0x80)
  }

  /// Whether one of them is less than this one, which is at most 128.
  @inlinable
  @inline(__always)
  public func less(than byte: UInt8) -> UInt64 {
    (word &- EightBytes.each(byte)) & ~word & EightBytes.each(0x80)
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// What is said of any eight bytes of the text; of a shorter text with letters in front.
  @inlinable
  @inline(__always)
  public func inEights(_ look: (EightBytes) -> UInt64) -> UInt64 {
    guard let start = baseAddress else { return 0 }
    if count < 8 {
      var word = EightBytes.each(UInt8(ascii: "a"))
      for index in 0..<count { word = word << 8 | UInt64(start[index]) }
      return look(EightBytes(word))
    }
    var answer: UInt64 = 0
    var index = 0
    while index < count {
      // The last ones are looked at a second time.
      let place = start + Swift.min(index, count - 8)
      answer |= look(EightBytes(UnsafeRawPointer(place).loadUnaligned(as: UInt64.self)))
      index += 8
    }
    return answer
  }
}
