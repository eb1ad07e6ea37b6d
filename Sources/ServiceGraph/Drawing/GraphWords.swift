/// Small pieces of text that several formats show.
enum GraphWords {
  /// `1 endpoint`, `3 endpoints`
  static func count(_ number: Int, _ noun: String) -> String {
    number == 1 ? "1 \(noun)" : "\(number) \(noun)s"
  }

  /// The part that each of `count` endpoints gets, in per cent with one digit: `33.3 %`, `50 %`.
  static func share(of count: Int) -> String {
    guard count > 0 else { return "0 %" }
    let thousandths = (2000 + count) / (2 * count)
    if thousandths == 0 { return "< 0.1 %" }
    return thousandths % 10 == 0 ? "\(thousandths / 10) %" : "\(thousandths / 10).\(thousandths % 10) %"
  }

  /// In hours, minutes or seconds, whichever is a whole number.
  static func duration(_ seconds: UInt32) -> String {
    if seconds > 0, seconds % 3600 == 0 { return "\(seconds / 3600) h" }
    if seconds > 0, seconds % 60 == 0 { return "\(seconds / 60) min" }
    return "\(seconds) s"
  }

  /// At most so many characters, the last one of a longer text an ellipsis.
  static func cut(_ text: String, to limit: Int) -> String {
    text.count > limit ? text.prefix(limit - 1) + "…" : text
  }
}
