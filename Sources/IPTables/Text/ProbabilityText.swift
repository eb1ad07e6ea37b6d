/// The text of 1/n as `statistic --probability` is given it: ten decimals (IPT-23).
enum ProbabilityText {
  /// 10^10: the units of the last decimal in one.
  static let scale: UInt64 = 10_000_000_000

  /// 1/n in units of the last decimal, rounded as C and Go print the nearest double.
  static func units(_ n: UInt32) -> UInt64 {
    let divisor = UInt64(max(n, 1))
    let (quotient, remainder) = scale.quotientAndRemainder(dividingBy: divisor)
    if remainder * 2 != divisor { return remainder * 2 < divisor ? quotient : quotient + 1 }
    // In the middle it matters on which side of 1/n the double lies.
    let error = (-1.0).addingProduct(1 / Double(divisor), Double(divisor))
    if error != 0 { return error < 0 ? quotient : quotient + 1 }
    return quotient & 1 == 0 ? quotient : quotient + 1
  }

  /// The n whose 1/n a text stands for; nil where it stands for something else.
  ///
  /// The kernel keeps 31 bits, so the text may be off by half of 2^-31 and by its own last decimal.
  static func denominator(_ text: String) -> UInt32? {
    guard let probability = Double(text), probability > 0, probability <= 1 else { return nil }
    let n = (1 / probability).rounded()
    guard n <= Double(UInt32.max), abs(1 / n - probability) <= 0.5 / 0x8000_0000 + 1e-10 else { return nil }
    return UInt32(n)
  }
}
