/// Small matters of English.
enum Wording {
  /// `1 Service`, `2 Services`
  static func count(_ number: Int, _ noun: String) -> String {
    count(number, noun, noun + "s")
  }

  static func count(_ number: Int, _ noun: String, _ plural: String) -> String {
    number == 1 ? "1 \(noun)" : "\(number) \(plural)"
  }
}
