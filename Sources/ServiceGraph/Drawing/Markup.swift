import Reports

/// Text from an input as a part of HTML or SVG.
enum Markup {
  /// Safe between tags and inside attributes in double or single quotes. What steers terminals or turns the direction of
  /// writing is shown as an escape.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in SingleLine.escaped(text).unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      // No character of XML.
      case "\u{fffe}", "\u{ffff}": escaped += "\u{fffd}"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
