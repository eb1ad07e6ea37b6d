import RuleEvaluator
import Testing

@Suite struct FractionTests {
  @Test func isKeptInLowestTerms() {
    #expect(Fraction(2, 6) == Fraction(1, 3))
    #expect(Fraction(0, 5) == .zero)
    #expect(Fraction(7, 7) == .one)
    #expect(Fraction(2, 6).description == "1/3")
  }

  @Test func addsAndMultipliesExactly() {
    #expect(Fraction(1, 3) + Fraction(1, 6) == Fraction(1, 2))
    #expect(Fraction(2, 3) * Fraction(3, 4) == Fraction(1, 2))
    #expect(Fraction(1, 3).complement == Fraction(2, 3))
    #expect(Fraction(1, 3) < Fraction(1, 2))
  }

  /// The chances of a ladder of 1/n, 1/(n-1), ... are all equal, and the intermediate fractions stay small.
  @Test func ladderIsUniform() {
    var rest = Fraction.one
    for left in stride(from: UInt64(5000), to: 1, by: -1) {
      let chance = rest * Fraction(1, left)
      #expect(chance == Fraction(1, 5000))
      rest = rest * Fraction(1, left).complement
    }
    #expect(rest == Fraction(1, 5000))
    #expect(rest.isExact)
  }

  @Test func saysWhereItIsRounded() {
    var product = Fraction.one
    for _ in 0..<8 { product = product * Fraction(333_333_333, 1_000_000_001) }
    #expect(!product.isExact)
    #expect(abs(product.value - 0.000152415789) < 1e-9)
  }
}
