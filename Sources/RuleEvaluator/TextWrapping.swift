/// Breaks text into lines at blanks.
public enum TextWrapping {
  /// - Parameters:
  ///   - width: of a line, in characters; a longer word is not broken.
  ///   - first: what the first line begins with.
  ///   - rest: what further lines begin with.
  public static func lines(_ text: String, width: Int, first: String, rest: String) -> [String] {
    var lines: [String] = []
    var line = first
    var count = first.count
    var isEmpty = true
    for word in text.split(separator: " ") {
      let length = word.count
      if !isEmpty, count + 1 + length > width {
        lines.append(line)
        line = rest
        count = rest.count
        isEmpty = true
      }
      if !isEmpty {
        line += " "
        count += 1
      }
      line += word
      count += length
      isEmpty = false
    }
    lines.append(line)
    return lines
  }
}
