#if Netlink && os(Linux)
  import Foundation
  import NFTables
  import NFTablesNetlink
  import NetworkAddresses
  import Testing

  /// What the kernel would never answer ends in a table or in an error, and nowhere else.
  ///
  /// Reading beyond what was received ends the test program: without optimisation every access is checked, and with
  /// `swift test --sanitize address` the memory around it is, too.
  @Suite(.enabled(if: Namespace.isAvailable, "needs root"))
  struct MutatedAnswersTests {
    /// SplitMix64: the same mutations every time.
    struct Generator: RandomNumberGenerator {
      var state: UInt64

      mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
      }
    }

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

    private static func mutate(_ datagram: inout [UInt8], _ generator: inout Generator) {
      guard !datagram.isEmpty else { return }
      let place = Int.random(in: 0..<datagram.count, using: &generator)
      switch Int.random(in: 0..<5, using: &generator) {
      case 0: datagram[place] = UInt8.random(in: 0...255, using: &generator)
      case 1: datagram[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      case 2: datagram.removeSubrange(place...)
      // Lengths, types and small numbers are where the headers of attributes are.
      case 3: datagram[place & ~3] = [0, 1, 3, 4, 5, 8, 255].randomElement(using: &generator) ?? 0
      default:
        let end = min(place + Int.random(in: 1...32, using: &generator), datagram.count)
        datagram.insert(contentsOf: datagram[place..<end], at: place)
      }
    }

    @Test(arguments: ["nft-maps", "nft-chains"]) func noAnswerIsTooStrange(layout: String) throws {
      let table = try Inputs.small(layout)
      let recorded = try Self.recorded(table)
      var generator = Generator(state: 1)
      var outcomes = (tables: 0, none: 0, errors: 0)
      for _ in 0..<400 {
        var answers = recorded
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
          let request = Int.random(in: answers.indices, using: &generator)
          guard !answers[request].isEmpty else { continue }
          let datagram = Int.random(in: answers[request].indices, using: &generator)
          Self.mutate(&answers[request][datagram], &generator)
        }
        let script = FakeKernel.Script()
        script.answers = answers.map { $0.map { .datagram($0) } }
        var connection = NetlinkConnection(FakeKernel(script: script))
        do throws(NetlinkError) {
          if try connection.table(table.identity) == nil { outcomes.none += 1 } else { outcomes.tables += 1 }
        } catch {
          outcomes.errors += 1
        }
      }
      #expect(outcomes.tables > 50 && outcomes.errors > 50, "\(outcomes)")
    }
  }
#endif
