/// Makes text that comes from an input safe to print: one line, nothing that steers a terminal or hides what is written.
public enum SingleLine {
  /// Line feeds, other control characters, and the invisible ones that turn the direction of writing become escapes such
  /// as `\n` and `\u{202e}`; the rest stays as it is.
  public static func escaped(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isUnsafe) else { return text }
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": escaped += "\\n"
      case "\r": escaped += "\\r"
      case "\t": escaped += "\\t"
      case _ where isUnsafe(scalar): escaped += "\\u{\(String(scalar.value, radix: 16))}"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  /// All of them are below U+10000.
  static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7f..<0xa0: true
    case 0x2028, 0x2029: true
    // Marks, embeddings, overrides and isolates of bidirectional text.
    case 0x200e, 0x200f, 0x202a...0x202e, 0x2066...0x2069: true
    case 0xfeff: true
    default: false
    }
  }
}
