/// Which lines of two texts differ: a list of edits that makes the first text the second.
///
/// What both texts begin and end with is passed over first. The rest is aligned by the algorithm of Myers as long as there
/// are few edits; a part with many of them is cut at lines that occur once in both texts, and the parts are aligned alone.
/// The time is in proportion to the texts, and to the edits within a part.
public struct LineDifference: Sendable {
  /// Lines `old` of the first text are replaced by the lines `new` of the second one. Either may be empty, not both.
  public struct Edit: Hashable, Sendable {
    public var old: Range<Int>
    public var new: Range<Int>

    public init(old: Range<Int>, new: Range<Int>) {
      self.old = old
      self.new = new
    }
  }

  public let old: TextLines
  public let new: TextLines
  /// Rising, with at least one common line between two of them.
  public let edits: [Edit]

  public var isEmpty: Bool { edits.isEmpty }

  /// - Parameters: texts as UTF-8, with or without a line feed at their ends.
  public init(from old: [UInt8], to new: [UInt8]) {
    self.old = TextLines(old)
    self.new = TextLines(new)
    if old == new {
      edits = []
      return
    }
    var numbers = LineNumbers()
    let olds = numbers.numbers(of: self.old)
    let news = numbers.numbers(of: self.new)
    var alignment = LineAlignment(olds, news)
    alignment.align(0..<olds.count, 0..<news.count)
    edits = alignment.edits
  }
}

/// A text cut into lines.
public struct TextLines: Sendable {
  public let bytes: [UInt8]
  /// Where each line begins, and behind the last one the end of the text.
  private let starts: [Int]
  /// Whether the last line ends with a line feed; true for an empty text.
  public let endsWithLineFeed: Bool

  public init(_ bytes: [UInt8]) {
    self.bytes = bytes
    let newline = UInt8(ascii: "\n")
    endsWithLineFeed = bytes.last.map { $0 == newline } ?? true
    var starts = [0]
    bytes.withUnsafeBufferPointer { bytes in
      for index in bytes.indices where bytes[index] == newline { starts.append(index + 1) }
    }
    if !endsWithLineFeed { starts.append(bytes.count) }
    self.starts = starts
  }

  public var count: Int { starts.count - 1 }

  /// The bytes of a line, its line feed included.
  func range(_ line: Int) -> Range<Int> { starts[line]..<starts[line + 1] }

  /// A line without its line feed.
  public subscript(line: Int) -> String {
    let range = range(line)
    let isEnded = line < count - 1 || endsWithLineFeed
    return String(decoding: bytes[range.lowerBound..<range.upperBound - (isEnded ? 1 : 0)], as: UTF8.self)
  }
}

/// Gives equal lines equal numbers.
private struct LineNumbers {
  /// A line by the hash of its bytes; where another line has taken it, by the next free hash.
  private var numbers: [UInt64: (number: Int32, text: TextLines, line: Int)] = [:]

  mutating func numbers(of lines: TextLines) -> [Int32] {
    numbers.reserveCapacity(numbers.count + lines.count)
    return (0..<lines.count).map { number(of: $0, in: lines) }
  }

  private mutating func number(of line: Int, in lines: TextLines) -> Int32 {
    let range = lines.range(line)
    // FNV-1a, eight bytes a step.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    lines.bytes.withUnsafeBytes { bytes in
      var offset = range.lowerBound
      while offset + 8 <= range.upperBound {
        hash = (hash ^ bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) &* 0x0000_0100_0000_01b3
        hash ^= hash >> 29
        offset += 8
      }
      while offset < range.upperBound {
        hash = (hash ^ UInt64(bytes[offset])) &* 0x0000_0100_0000_01b3
        offset += 1
      }
    }
    while let known = numbers[hash] {
      if lines.bytes[range].elementsEqual(known.text.bytes[known.text.range(known.line)]) { return known.number }
      hash &+= 1
    }
    let number = Int32(numbers.count)
    numbers[hash] = (number, lines, line)
    return number
  }
}
