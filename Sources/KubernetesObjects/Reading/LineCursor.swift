/// Walks through a text line by line, with the line breaks of YAML: LF, CR, CR LF, NEL, LS and PS.
struct LineCursor {
  private let bytes: UnsafeRawBufferPointer
  /// Where the line begins.
  private(set) var offset: Int
  /// Lines before it.
  private(set) var line: Int

  init(_ bytes: UnsafeRawBufferPointer, offset: Int, line: Int) {
    self.bytes = bytes
    self.offset = offset
    self.line = line
  }

  /// Moves to the next line. False: this is the last.
  mutating func advance() -> Bool {
    let end = lineEnd
    let length = LineCursor.lengthOfBreak(bytes, at: end)
    guard length > 0 else { return false }
    offset = end + length
    line += 1
    return true
  }

  /// The line without its end.
  var text: String { String(decoding: bytes[offset..<lineEnd], as: UTF8.self) }

  /// Whether the line begins with the marker `---`.
  var isDocumentStart: Bool {
    let rest = bytes[offset...].prefix(4)
    return rest.starts(with: "---".utf8) && (rest.count == 3 || rest.last.map { $0 <= 0x20 } ?? false)
  }

  private var lineEnd: Int {
    var end = offset
    while end < bytes.count, LineCursor.lengthOfBreak(bytes, at: end) == 0 { end += 1 }
    return end
  }

  private static func lengthOfBreak(_ bytes: UnsafeRawBufferPointer, at index: Int) -> Int {
    guard index < bytes.count else { return 0 }
    switch bytes[index] {
    case 0x0a: return 1
    case 0x0d: return index + 1 < bytes.count && bytes[index + 1] == 0x0a ? 2 : 1
    case 0xc2: return index + 1 < bytes.count && bytes[index + 1] == 0x85 ? 2 : 0
    case 0xe2:
      guard index + 2 < bytes.count, bytes[index + 1] == 0x80 else { return 0 }
      return bytes[index + 2] == 0xa8 || bytes[index + 2] == 0xa9 ? 3 : 0
    default: return 0
    }
  }

  /// Line and column, from 1, of the byte `distance` behind `origin`.
  static func place(
    of distance: Int, from origin: (offset: Int, lines: Int), in bytes: UnsafeRawBufferPointer
  ) -> (line: UInt32, column: UInt32) {
    let start = bytes[origin.offset...].starts(with: ByteOrderMark.utf8) ? origin.offset + 3 : origin.offset
    let target = min(start + distance, bytes.count)
    var lines = LineCursor(bytes, offset: start, line: origin.lines)
    var before = lines
    while lines.offset <= target {
      before = lines
      guard lines.advance() else { break }
    }
    let column = bytes[before.offset..<target].count { $0 & 0xc0 != 0x80 }
    return (UInt32(truncatingIfNeeded: before.line + 1), UInt32(truncatingIfNeeded: column + 1))
  }
}
