#if Netlink && os(Linux)
  import CNetlinkShim
  import ConnectionTracking
  import Glibc
  import NetworkAddresses
  import ServicePlan
  import Testing

  @testable import ConntrackNetlink
  @testable import Netlink

  /// What the kernel answers when its table is full, memory is short, or the table does not keep still.
  struct ConntrackFaultsTests {
    /// Plays the kernel: one list of answers for each datagram that is sent.
    private struct Transport: NetlinkTransport, ~Copyable {
      final class Script {
        enum Answer {
          /// Connections, with the flags of their messages.
          case connections([TrackedConnection], flags: UInt16 = 0)
          case done
          /// Of the message with this number among those that were sent.
          case error(Int32, message: Int = 0)
          case failure(Int32)
        }

        var answers: [[Answer]]
        /// Given instead of a success when something is sent.
        var sendFailures: [Int32] = []
        var pending: [Answer] = []
        var sequence: UInt32 = 0

        init(_ answers: [[Answer]]) { self.answers = answers }
      }

      let script: Script

      mutating func send(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
        if !script.sendFailures.isEmpty { throw SystemError(code: script.sendFailures.removeFirst()) }
        script.sequence = bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self)
        script.pending = script.answers.isEmpty ? [] : script.answers.removeFirst()
      }

      mutating func receive(into room: UnsafeMutableRawBufferPointer, waits: Bool) throws(SystemError) -> Int {
        guard !script.pending.isEmpty else { throw SystemError(code: EAGAIN) }
        var messages = MessageBuffer()
        switch script.pending.removeFirst() {
        case .failure(let code): throw SystemError(code: code)
        case .connections(let connections, let flags):
          for connection in connections {
            let start = messages.beginMessage(
              type: ConntrackMessage.new, flags: flags, family: connection.family.number, sequence: script.sequence)
            connection.write(to: &messages)
            messages.endMessage(start)
          }
        case .done:
          let start = messages.beginMessage(
            type: MessageType.done, flags: UInt16(NLM_F_MULTI), family: 0, sequence: script.sequence)
          messages.endMessage(start)
        case .error(let code, let message):
          // The errno where else the family is, and the header of the message it is about.
          let start = messages.beginMessage(
            type: MessageType.error, flags: UInt16(NLM_F_CAPPED), family: 0, sequence: script.sequence + UInt32(message)
          )
          [UInt8](repeating: 0, count: 12).withUnsafeBytes { messages.putBytes(0, $0) }
          messages.endMessage(start)
          return messages.withBytes { bytes in
            room.copyMemory(from: bytes)
            room.storeBytes(of: -code, toByteOffset: 16, as: Int32.self)
            return bytes.count
          }
        }
        return messages.withBytes { bytes in
          room.copyMemory(from: bytes)
          return bytes.count
        }
      }
    }

    private typealias Answer = Transport.Script.Answer

    private static let stale = Result { try connection("10.244.1.9:1", to: "10.96.0.10:53", at: "10.244.9.9:1053") }
    private static let fine = Result { try connection("10.244.1.9:2", to: "10.96.0.10:53", at: "10.244.2.2:1053") }

    /// Sweeps twice: the first time as played, the second time the table answers as it should.
    private func sweep(
      reading: [[Answer]], deleting: [[Answer]] = [], readFailures: [Int32] = [], deleteFailures: [Int32] = []
    ) throws -> (first: Result<ConntrackSweepReport, any Error>, second: ConntrackSweepReport) {
      let whole: [Answer] = [.connections([try Self.stale.get(), try Self.fine.get()]), .done]
      let reader = Transport.Script(reading + [whole])
      let deleter = Transport.Script(deleting)
      reader.sendFailures = readFailures
      deleter.sendFailures = deleteFailures
      var sweeper = ConntrackSweeper(reader: Transport(script: reader), deleter: Transport(script: deleter))
      let plans = [try plan(serving: ["10.244.2.2"])]
      let first: Result<ConntrackSweepReport, any Error>
      do {
        first = .success(try sweeper.sweep(plans))
      } catch {
        first = .failure(error)
      }
      return (first, try sweeper.sweep(plans))
    }

    @Test(arguments: [ENOMEM, ENOBUFS]) func aListThatCannotBeginIsAnError(_ code: Int32) throws {
      let (first, second) = try sweep(reading: [], readFailures: [code])
      let error = #expect(throws: NetlinkError.self) { try first.get() }
      #expect(error?.code == code)
      #expect((second.examined, second.deleted, second.isComplete) == (2, 1, true))
    }

    @Test func aListThatTheKernelRefusesIsAnError() throws {
      let (first, second) = try sweep(reading: [[.error(ENOMEM)]])
      let error = #expect(throws: NetlinkError.self) { try first.get() }
      #expect(error?.code == ENOMEM)
      #expect(second.deleted == 1)
    }

    /// What did not fit the socket, a table that was resized meanwhile, or one that says so by errno: the part that came counts
    /// (CT-7), and nothing is held to be whole that is not.
    @Test(arguments: [0, 1, 2]) func aListThatIsCutOffIsUsedAndSaidToBeAPart(_ kind: Int) throws {
      let stale = try Self.stale.get()
      let cut: [Answer] =
        switch kind {
        case 0: [.connections([stale]), .failure(ENOBUFS)]
        case 1: [.connections([stale], flags: UInt16(NLM_F_DUMP_INTR)), .done]
        default: [.connections([stale]), .error(EINTR)]
        }
      let attempts = ConntrackSweeper<Transport>.attempts
      let (first, second) = try sweep(reading: Array(repeating: cut, count: attempts))
      let report = try first.get()
      #expect(!report.isComplete)
      #expect(report.examined == attempts && report.deleted == attempts)
      #expect(second.isComplete)
      // One that is cut off once is read again.
      let (again, _) = try sweep(reading: [cut, [.connections([stale]), .done]])
      #expect(try again.get().isComplete)
    }

    @Test(arguments: [ENOMEM, ENOBUFS]) func deletionsThatCannotBeSentAreReported(_ code: Int32) throws {
      let list: [Answer] = [.connections([try Self.stale.get()]), .done]
      let (first, second) = try sweep(reading: [list], deleteFailures: [code])
      let report = try first.get()
      #expect((report.deleted, report.failed, report.firstFailure?.code) == (0, 1, code))
      #expect((second.deleted, second.failed) == (1, 0))
    }

    @Test func deletionsThatAreRefusedAreReported() throws {
      let list: [Answer] = [.connections([try Self.stale.get()]), .done]
      // Errors that were lost come before those that were not.
      let (first, second) = try sweep(
        reading: [list, list], deleting: [[.failure(ENOBUFS), .error(ENOMEM)], [.error(ENOENT)]])
      let report = try first.get()
      #expect((report.deleted, report.gone, report.failed, report.firstFailure?.code) == (0, 0, 1, ENOMEM))
      #expect((second.deleted, second.gone, second.failed) == (0, 1, 0))
    }
  }
#endif
