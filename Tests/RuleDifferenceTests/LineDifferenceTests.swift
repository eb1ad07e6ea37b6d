import TestSupport
import Testing

@testable import RuleDifference

@Suite struct LineDifferenceTests {
  private func difference(_ old: String, _ new: String) -> LineDifference {
    LineDifference(from: Array(old.utf8), to: Array(new.utf8))
  }

  /// The new text as the edits make it of the old one.
  private func patched(_ difference: LineDifference) -> [String] {
    var lines: [String] = []
    var place = 0
    for edit in difference.edits {
      lines += (place..<edit.old.lowerBound).map { difference.old[$0] }
      lines += edit.new.map { difference.new[$0] }
      place = edit.old.upperBound
    }
    return lines + (place..<difference.old.count).map { difference.old[$0] }
  }

  @Test(arguments: [
    ("", "", 0), ("a\n", "a\n", 0), ("", "a\n", 1), ("a\n", "", 1), ("a\nb\nc\n", "a\nx\nc\n", 1),
    ("a\nb\n", "b\na\n", 2),
    ("a\nb\nc\nd\n", "b\nc\nd\ne\n", 2), ("a", "a\n", 1), ("\n\n\n", "\n\n", 1),
  ])
  func findsTheEdits(_ old: String, _ new: String, _ edits: Int) {
    let difference = difference(old, new)
    #expect(difference.edits.count == edits)
    #expect(patched(difference) == (0..<difference.new.count).map { difference.new[$0] })
  }

  @Test(arguments: 1...40)
  func editsMakeTheNewText(_ seed: UInt64) {
    var random = SeededNumbers(seed: seed)
    // Few distinct lines, so that many of them repeat.
    let old = (0..<random.number(0...400)).map { _ in "line \(random.number(0...60))" }
    var new = old
    for _ in 0..<random.number(0...200) where !new.isEmpty {
      switch random.number(0...2) {
      case 0: new.remove(at: random.number(0...new.count - 1))
      case 1: new.insert("new \(random.number(0...5))", at: random.number(0...new.count))
      default: new.swapAt(random.number(0...new.count - 1), random.number(0...new.count - 1))
      }
    }
    let difference = difference(old.map { $0 + "\n" }.joined(), new.map { $0 + "\n" }.joined())
    #expect(patched(difference) == new)
    for (edit, next) in zip(difference.edits, difference.edits.dropFirst()) {
      #expect(edit.old.upperBound < next.old.lowerBound && edit.new.upperBound < next.new.lowerBound)
    }
  }

  @Test func fewEditsInALongTextStayFew() {
    let old = (0..<50_000).map { "element \($0)\n" }
    var new = old
    new.swapAt(10, 49_000)
    new.remove(at: 25_000)
    let changed = difference(old.joined(), new.joined()).edits.reduce(0) { $0 + $1.old.count + $1.new.count }
    #expect(changed == 5)
  }

  @Test func hunksNameTheirBlock() {
    let old = "table ip x {\n\tchain a {\n" + (0..<9).map { "\t\tr\($0)\n" }.joined() + "\t}\n}\n"
    let hunks = UnifiedHunks(difference(old, old.replacing("r7\n", with: "new\n")), context: 2).hunks
    #expect(hunks.map(\.header) == ["@@ -8,5 +8,5 @@ chain a"])
    #expect(hunks[0].lines.map(\.kind.rawValue) == [" ", " ", "-", "+", " ", " "])
    #expect(hunks[0].lines[3].text == "\t\tnew")
  }
}
