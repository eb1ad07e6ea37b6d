import Testing

@testable import ServiceGraph

@Suite struct GraphWordsTests {
  @Test(arguments: [
    (1, "100 %"), (2, "50 %"), (3, "33.3 %"), (6, "16.7 %"), (7, "14.3 %"), (1000, "0.1 %"), (2000, "0.1 %"),
    (2001, "< 0.1 %"), (0, "0 %"),
  ])
  func sharesAreRounded(_ count: Int, _ share: String) {
    #expect(GraphWords.share(of: count) == share)
  }

  @Test func longTextIsCut() {
    #expect(GraphWords.cut("catalogue", to: 9) == "catalogue")
    #expect(GraphWords.cut("catalogues", to: 9) == "catalogu…")
  }

  @Test(arguments: [(10800, "3 h"), (600, "10 min"), (61, "61 s"), (0, "0 s")])
  func durationsAreWholeNumbers(_ seconds: UInt32, _ text: String) {
    #expect(GraphWords.duration(seconds) == text)
  }
}
