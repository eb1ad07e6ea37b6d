#if Netlink && os(Linux)
  import Foundation
  import NFTables
  import NFTablesNetlink
  import NetworkAddresses
  import TestSupport
  import Testing

  /// What the kernel would never answer ends in a table or in an error, and nowhere else.
  ///
  /// Reading beyond what was received ends the test program: without optimisation every access is checked. `scripts/fuzz` has
  /// the address sanitizer check the memory around it, too, with more mutations.
  @Suite(.enabled(if: Namespace.isAvailable, "needs root"))
  struct MutatedAnswersTests {
    private static let environment = ProcessInfo.processInfo.environment
    /// `SVCNAT_MUTATIONS` and `SVCNAT_SEED` are set by scripts/fuzz.
    private static let mutations = environment["SVCNAT_MUTATIONS"].flatMap(Int.init) ?? 5000
    private static let seed = environment["SVCNAT_SEED"].flatMap(UInt64.init) ?? 1

    /// What the kernel answers when the table is read.
    private static func recorded(_ table: Table) throws -> [[[UInt8]]] {
      try Namespace.run { connection in
        try connection.update(to: table)
        let record = RecordingSocket.Record()
        var recording = NetlinkConnection(try RecordingSocket(record))
        #expect(try recording.table(table.identity)?.table.ordered == table.normalised.ordered)
        return record.answers.map { answers in
          answers.compactMap { if case .datagram(let bytes) = $0 { bytes } else { nil } }
        }
      }
    }

    /// Changes bytes, bits, lengths and types, cuts off, repeats, moves and joins.
    private static func mutate(_ datagram: inout [UInt8], _ random: inout SeededNumbers) {
      guard !datagram.isEmpty else { return }
      let place = Int.random(in: 0..<datagram.count, using: &random)
      switch random.number(0...8) {
      case 0: datagram[place] = UInt8.random(in: 0...255, using: &random)
      case 1: datagram[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 2: datagram.removeSubrange(place...)
      // Lengths, types and small numbers are where the headers of attributes are.
      case 3: datagram[place & ~3] = random.one(of: [0, 1, 3, 4, 5, 8, 255])
      case 4: datagram[place & ~1] = random.one(of: [0, 1, 2, 3, 4, 5, 8, 127, 128, 255])
      case 5:
        // A length near what is left, or of all there is.
        let length = UInt16(truncatingIfNeeded: datagram.count - (place & ~3) + random.number(-5...5))
        let start = min(place & ~3, max(0, datagram.count - 2))
        guard start + 1 < datagram.count else { return }
        (datagram[start], datagram[start + 1]) = (UInt8(length & 255), UInt8(length >> 8))
      case 6:
        let end = min(place + random.number(1...32), datagram.count)
        datagram.insert(contentsOf: datagram[place..<end], at: place)
      case 7:
        let end = min((place & ~3) + 4 * random.number(1...8), datagram.count)
        datagram.removeSubrange((place & ~3)..<end)
      default:
        let other = Int.random(in: 0..<datagram.count, using: &random) & ~3
        let count = min(4 * random.number(1...16), datagram.count - (place & ~3), datagram.count - other)
        let moved = Array(datagram[other..<(other + count)])
        datagram.replaceSubrange((place & ~3)..<((place & ~3) + count), with: moved)
      }
    }

    @Test(arguments: ["nft-maps", "nft-chains", "counters"])
    func noAnswerIsTooStrange(layout: String) throws {
      var table = try Inputs.small(layout == "counters" ? "nft-maps" : layout)
      if layout == "counters" {
        for index in table.sets.indices { table.sets[index].countsPackets = table.sets[index].data == .verdict }
      }
      let recorded = try Self.recorded(table)
      let largest = recorded.reduce(0) { max($0, $1.reduce(0) { $0 + $1.count }) }
      let maximum = 100 * largest
      if Self.environment["SVCNAT_MUTATIONS"] != nil {
        print("\(layout): \(Self.mutations) mutations, SVCNAT_SEED=\(Self.seed)")
      }
      var random = SeededNumbers(seed: Self.seed)
      var outcomes = (tables: 0, none: 0, errors: 0)
      for round in 0..<Self.mutations {
        var answers = recorded
        for _ in 0..<random.number(1...3) {
          let request = Int.random(in: answers.indices, using: &random)
          guard !answers[request].isEmpty else { continue }
          let datagram = Int.random(in: answers[request].indices, using: &random)
          Self.mutate(&answers[request][datagram], &random)
        }
        let script = FakeKernel.Script()
        script.answers = answers.map { $0.map { .datagram($0) } }
        var connection = NetlinkConnection(FakeKernel(script: script))
        do throws(NetlinkError) {
          if let read = try connection.table(table.identity) {
            outcomes.tables += 1
            let size =
              read.table.sets.reduce(0) { $0 + $1.elements.count }
              + read.table.chains.reduce(0) { $0 + $1.rules.count }
            #expect(size < maximum, "mutation \(round) of SVCNAT_SEED=\(Self.seed) makes a table of \(size) parts")
          } else {
            outcomes.none += 1
          }
        } catch {
          outcomes.errors += 1
        }
      }
      #expect(
        outcomes.tables > Self.mutations / 10 && outcomes.errors > Self.mutations / 10,
        "\(outcomes), SVCNAT_SEED=\(Self.seed)")
    }
  }
#endif
