/// A probability as a fraction in lowest terms.
///
/// Exact as long as both numbers fit into 64 bits, which all that rules of ours can produce does. Where a product does
/// not fit, for example of many hand-written probabilities, the lowest bits are lost and ``isExact`` says so.
public struct Fraction: Hashable, Sendable, Comparable, CustomStringConvertible {
  public let numerator: UInt64
  /// Never zero.
  public let denominator: UInt64
  public let isExact: Bool

  public static let zero = Fraction(0, 1)
  public static let one = Fraction(1, 1)

  /// - Parameter denominator: not zero.
  public init(_ numerator: UInt64, _ denominator: UInt64) {
    self.init(reducing: UInt128(numerator), UInt128(denominator), isExact: true)
  }

  private init(reducing numerator: UInt128, _ denominator: UInt128, isExact: Bool) {
    precondition(denominator != 0, "a fraction with denominator zero")
    let divisor = Fraction.greatestCommonDivisor(numerator, denominator)
    let lowest = (numerator / divisor, denominator / divisor)
    let excess = max(0, 64 - max(lowest.0, lowest.1).leadingZeroBitCount)
    if excess == 0 {
      self.numerator = UInt64(lowest.0)
      self.denominator = UInt64(lowest.1)
      self.isExact = isExact
    } else {
      self.numerator = UInt64(lowest.0 >> UInt128(excess))
      self.denominator = max(1, UInt64(lowest.1 >> UInt128(excess)))
      self.isExact = false
    }
  }

  private static func greatestCommonDivisor(_ a: UInt128, _ b: UInt128) -> UInt128 {
    if a <= UInt128(UInt64.max), b <= UInt128(UInt64.max) {
      return UInt128(greatestCommonDivisor(UInt64(a), UInt64(b)))
    }
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return a
  }

  private static func greatestCommonDivisor(_ a: UInt64, _ b: UInt64) -> UInt64 {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return a
  }

  public static func * (a: Fraction, b: Fraction) -> Fraction {
    if b.numerator == b.denominator { return a }
    if a.numerator == a.denominator { return b }
    return Fraction(
      reducing: UInt128(a.numerator) * UInt128(b.numerator), UInt128(a.denominator) * UInt128(b.denominator),
      isExact: a.isExact && b.isExact)
  }

  public static func + (a: Fraction, b: Fraction) -> Fraction {
    let isExact = a.isExact && b.isExact
    if a.denominator == b.denominator {
      return Fraction(
        reducing: UInt128(a.numerator) + UInt128(b.numerator), UInt128(a.denominator), isExact: isExact)
    }
    // The sum of two products of 64-bit numbers can need 129 bits only for numbers that are no probabilities.
    let (sum, overflow) = (UInt128(a.numerator) * UInt128(b.denominator))
      .addingReportingOverflow(UInt128(b.numerator) * UInt128(a.denominator))
    let denominator = UInt128(a.denominator) * UInt128(b.denominator)
    if overflow { return Fraction(reducing: UInt128.max, denominator, isExact: false) }
    return Fraction(reducing: sum, denominator, isExact: isExact)
  }

  /// What is missing to one; zero for numbers above one.
  public var complement: Fraction {
    Fraction(
      reducing: UInt128(denominator > numerator ? denominator - numerator : 0), UInt128(denominator),
      isExact: isExact)
  }

  public static func < (a: Fraction, b: Fraction) -> Bool {
    UInt128(a.numerator) * UInt128(b.denominator) < UInt128(b.numerator) * UInt128(a.denominator)
  }

  public var value: Double { Double(numerator) / Double(denominator) }

  /// `1`, `1/3`
  public var description: String {
    denominator == 1 ? "\(numerator)" : "\(numerator)/\(denominator)"
  }
}
