/// Small matters of English.
enum Wording {
  /// `1 flow`, `2 flows`
  static func count(_ number: Int, _ noun: String) -> String { number == 1 ? "1 \(noun)" : "\(number) \(noun)s" }
}
