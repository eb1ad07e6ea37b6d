/// Text for Markdown as GitHub and GitLab read it, inside tables, too.
public enum Markdown {
  /// Nothing in it formats, links, mentions or opens a tag.
  public static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in SingleLine.escaped(text).unicodeScalars {
      switch scalar {
      case "\\", "`", "*", "_", "[", "]", "(", ")", "#", "|", "~", "!", "$": escaped += "\\\(scalar)"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "&": escaped += "&amp;"
      // A comment between keeps it from being a mention.
      case "@": escaped += "@<!-- -->"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  /// A code span that nothing in it can end.
  public static func code(_ text: String) -> String {
    let line = SingleLine.escaped(text).replacing("|", with: "\\|")
    if line.isEmpty { return "` `" }
    var longest = 0
    var run = 0
    for scalar in line.unicodeScalars {
      run = scalar == "`" ? run + 1 : 0
      longest = max(longest, run)
    }
    let fence = String(repeating: "`", count: longest + 1)
    return longest == 0 ? "\(fence)\(line)\(fence)" : "\(fence) \(line) \(fence)"
  }
}
