import Foundation

/// Figures as they are read: three digits and a unit.
enum FigureText {
  static func seconds(_ seconds: Double) -> String {
    switch seconds {
    case _ where !seconds.isFinite: "-"
    case ..<1e-6: digits(seconds * 1e9) + " ns"
    case ..<1e-3: digits(seconds * 1e6) + " µs"
    case ..<1: digits(seconds * 1e3) + " ms"
    default: digits(seconds) + " s"
    }
  }

  static func bytes(_ bytes: Double) -> String {
    switch bytes {
    case ..<1024: digits(bytes) + " B"
    case ..<1_048_576: digits(bytes / 1024) + " KiB"
    case ..<1_073_741_824: digits(bytes / 1_048_576) + " MiB"
    default: digits(bytes / 1_073_741_824) + " GiB"
    }
  }

  static func digits(_ value: Double) -> String {
    switch abs(value) {
    case ..<10: String(format: "%.2f", value)
    case ..<100: String(format: "%.1f", value)
    default: count(Int(value.rounded()))
    }
  }

  /// `10,000`
  static func count(_ number: Int) -> String {
    let digits = String(number)
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0, text != "-" { text += "," }
      text.append(digit)
    }
    return text
  }
}
