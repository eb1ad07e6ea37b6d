import Processors
import Testing

struct ProcessorsTests {
  @Test(arguments: [0, 1, 7, 99, 100, 101, 199, 200, 1000, 12345])
  func partsAreConsecutiveAndComplete(_ count: Int) {
    let parts = Processors.share(count, atLeast: 100) { $0 }
    #expect(parts.first?.lowerBound == 0 && parts.last?.upperBound == count)
    #expect(zip(parts, parts.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
    #expect(parts.count == 1 || parts.allSatisfy { $0.count >= 100 })
  }

  @Test func resultsAreThoseOfOneThread() {
    let numbers = (0..<10_000).map { $0 * $0 }
    let sums = Processors.share(numbers.count, atLeast: 10) { range in range.reduce(0) { $0 + numbers[$1] } }
    #expect(sums.count > 1)
    #expect(sums.reduce(0, +) == numbers.reduce(0, +))
  }
}
