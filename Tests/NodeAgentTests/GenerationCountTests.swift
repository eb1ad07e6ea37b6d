#if Agent && os(Linux)
  import Testing

  @testable import NodeAgent

  struct GenerationCountTests {
    @Test(arguments: [7, UInt32.max - 1]) func ownAndHeardCommitsAreAccountedFor(start: UInt32) {
      var count = GenerationCount(generation: start, own: 3)
      func isComplete(_ generation: UInt32, own: UInt32) -> Bool { count.isComplete(generation: generation, own: own) }
      #expect(isComplete(start, own: 3))
      #expect(isComplete(start &+ 2, own: 5))
      count.hear(start &+ 3)
      #expect(isComplete(start &+ 3, own: 5))
      #expect(isComplete(start &+ 4, own: 6))
    }

    @Test func whatWasMissedIsNoticedOnce() {
      var count = GenerationCount(generation: 10, own: 0)
      func isComplete(_ generation: UInt32, own: UInt32) -> Bool { count.isComplete(generation: generation, own: own) }
      #expect(!isComplete(11, own: 0))
      #expect(isComplete(11, own: 0))
      #expect(!isComplete(13, own: 1))
    }

    /// What was counted by looking is not counted again when it is heard of.
    @Test func lateNewsIsPassedOver() {
      var count = GenerationCount(generation: 10, own: 0)
      func isComplete(_ generation: UInt32, own: UInt32) -> Bool { count.isComplete(generation: generation, own: own) }
      #expect(!isComplete(11, own: 0))
      count.hear(11)
      #expect(isComplete(11, own: 0))
      #expect(!isComplete(12, own: 0))
    }
  }
#endif
