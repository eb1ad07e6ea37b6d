#if Agent && os(Linux)
  /// Tells whether a listener that has lost news has missed anything but commits of one's own: each commit of anybody makes
  /// a new generation, so that those can be counted.
  ///
  /// A large commit of one's own is more news than a socket holds.
  struct GenerationCount {
    private var base: UInt32
    private var ownAtBase: UInt32
    /// Commits of others since then that were heard of.
    private var heard: UInt32 = 0

    /// - Parameters:
    ///   - generation: of the rules now.
    ///   - own: how many commits were one's own so far.
    init(generation: UInt32, own: UInt32) {
      base = generation
      ownAtBase = own
    }

    /// Somebody else has made a generation, and it is known what was changed.
    mutating func hear(_ generation: UInt32) {
      // News can arrive late, of what a later look has seen.
      if Int32(bitPattern: generation &- base) > 0 { heard &+= 1 }
    }

    /// Whether all commits until now are one's own or were heard of. If not, it is to be looked at, and counted from now on.
    mutating func isComplete(generation: UInt32, own: UInt32) -> Bool {
      if generation == base &+ heard &+ (own &- ownAtBase) { return true }
      self = GenerationCount(generation: generation, own: own)
      return false
    }
  }
#endif
