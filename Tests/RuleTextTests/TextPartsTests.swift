import RuleText
import Testing

/// Text that several threads write is the text that one would write.
@Suite struct TextPartsTests {
  private static func write(_ count: Int, to buffer: inout TextBuffer) {
    buffer.write("from here\n")
    buffer.endLine()
    buffer.write(inPartsOf: 10, count: count, capacity: 2) { range, buffer in
      for number in range {
        buffer.write(UInt32(number))
        buffer.write("\n")
        buffer.endLine()
      }
    }
    buffer.write("to here\n")
  }

  private static func text(_ count: Int) -> String {
    "from here\n" + (0..<count).map { "\($0)\n" }.joined() + "to here\n"
  }

  static let counts = [0, 1, 9, 10, 19, 20, 21, 79, 80, 81, 160, 161, 1000, 30_000]

  @Test(arguments: counts)
  func asAWhole(count: Int) {
    let bytes = TextBuffer.bytes(capacity: 0) { Self.write(count, to: &$0) }
    #expect(String(decoding: bytes, as: UTF8.self) == Self.text(count))
  }

  @Test(arguments: counts)
  func inPieces(count: Int) {
    var bytes: [UInt8] = []
    TextBuffer.inPieces(to: { bytes += $0 }) { Self.write(count, to: &$0) }
    #expect(String(decoding: bytes, as: UTF8.self) == Self.text(count))
  }

  /// Nothing but whole lines, so that whoever reads the pieces never waits inside of one.
  @Test func piecesEndWithLines() {
    var ends: [UInt8?] = []
    TextBuffer.inPieces(to: { ends.append($0.last) }) { Self.write(30_000, to: &$0) }
    #expect(ends.count > 2)
    #expect(ends.allSatisfy { $0 == UInt8(ascii: "\n") })
  }
}
