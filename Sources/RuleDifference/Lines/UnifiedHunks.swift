/// The edits of a ``LineDifference`` with the lines around them, as `diff -u` shows them.
public struct UnifiedHunks: Sendable {
  public struct Line: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable {
      case context = " "
      case removed = "-"
      case added = "+"
    }

    public var kind: Kind
    public var text: String
  }

  public struct Hunk: Hashable, Sendable {
    /// The number of its first line, from 1; that of the line before where it has none.
    public var oldStart: Int
    public var oldCount: Int
    public var newStart: Int
    public var newCount: Int
    /// The line before that names the chain, set, map or table; empty where there is none.
    public var heading: String
    public var lines: [Line]

    /// `@@ -3,7 +3,6 @@ chain services {`
    public var header: String {
      func span(_ start: Int, _ count: Int) -> String { count == 1 ? "\(start)" : "\(start),\(count)" }
      return "@@ -\(span(oldStart, oldCount)) +\(span(newStart, newCount)) @@" + (heading.isEmpty ? "" : " " + heading)
    }
  }

  public private(set) var hunks: [Hunk] = []

  /// - Parameter context: lines shown around an edit.
  public init(_ difference: LineDifference, context: Int = 3) {
    let edits = difference.edits
    var index = 0
    while index < edits.count {
      var end = index + 1
      while end < edits.count, edits[end].old.lowerBound - edits[end - 1].old.upperBound <= 2 * context { end += 1 }
      hunks.append(UnifiedHunks.hunk(edits[index..<end], of: difference, context: context))
      index = end
    }
  }

  private static func hunk(
    _ edits: ArraySlice<LineDifference.Edit>, of difference: LineDifference, context: Int
  ) -> Hunk {
    let (old, new) = (difference.old, difference.new)
    let first = edits[edits.startIndex]
    let last = edits[edits.endIndex - 1]
    let before = min(context, first.old.lowerBound)
    let after = min(context, old.count - last.old.upperBound)
    var lines: [Line] = []
    var place = first.old.lowerBound - before
    for edit in edits {
      lines += (place..<edit.old.lowerBound).map { Line(kind: .context, text: old[$0]) }
      lines += edit.old.map { Line(kind: .removed, text: old[$0]) }
      lines += edit.new.map { Line(kind: .added, text: new[$0]) }
      place = edit.old.upperBound
    }
    lines += (place..<place + after).map { Line(kind: .context, text: old[$0]) }
    let oldLines = first.old.lowerBound - before..<last.old.upperBound + after
    let newLines = first.new.lowerBound - before..<last.new.upperBound + after
    return Hunk(
      oldStart: oldLines.lowerBound + (oldLines.isEmpty ? 0 : 1), oldCount: oldLines.count,
      newStart: newLines.lowerBound + (newLines.isEmpty ? 0 : 1), newCount: newLines.count,
      heading: heading(before: oldLines.lowerBound, in: old), lines: lines)
  }

  /// The nearest line above that opens a block of nft or a table of iptables.
  private static func heading(before line: Int, in text: TextLines) -> String {
    let words = ["chain ", "map ", "set ", "table "].map { Array($0.utf8) }
    for index in stride(from: line - 1, through: 0, by: -1) {
      var bytes = text.bytes[text.range(index)]
      while let byte = bytes.first, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") {
        bytes = bytes.dropFirst()
      }
      if bytes.first == UInt8(ascii: "*") || words.contains(where: { bytes.starts(with: $0) }) {
        let trimmed = bytes.reversed().drop {
          $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "{")
        }
        return String(decoding: Array(trimmed.reversed()), as: UTF8.self)
      }
    }
    return ""
  }
}
