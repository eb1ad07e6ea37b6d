#if Netlink && os(Linux)
  import CNetlinkShim
  import Foundation
  import NFTables
  @testable import NFTablesNetlink
  import NetworkAddresses
  import Testing

  /// What the kernel answers only in the worst moments.
  @Suite struct FakeKernelTests {
    private let table = Table(family: .ipv4, name: "svcnat")

    private func transaction() -> Transaction {
      var transaction = Transaction()
      transaction.append(table.identity, .addTable(comment: nil, nil))
      transaction.append(table.identity, .addChain(Chain("services")))
      return transaction
    }

    /// The sequence number of the message of an operation, where each is one message.
    private func sequence(ofOperation index: Int) -> UInt32 {
      PreparedTransaction.firstSequence + 1 + UInt32(index)
    }

    private func commit(_ answers: [FakeKernel.Script.Answer]) -> NetlinkError? {
      let script = FakeKernel.Script()
      script.answers = [answers]
      var connection = NetlinkConnection(FakeKernel(script: script))
      do throws(NetlinkError) {
        try connection.commit(transaction())
        return nil
      } catch {
        return error
      }
    }

    // MARK: Commits

    @Test func noAnswerIsSuccess() {
      #expect(commit([]) == nil)
    }

    @Test func theFirstOperationThatFailedIsNamed() {
      let answers = [1, 0].map { index in
        FakeKernel.Script.Answer.datagram(
          KernelMessage.error(EEXIST, sequence: sequence(ofOperation: index), words: index == 0 ? "it is there" : nil))
      }
      let error = commit(answers)
      #expect(error?.description == "add table ip svcnat: EEXIST, it is there")
      #expect(error?.isAlreadyThere == true)
    }

    @Test func answersToOthersAreNotOurs() {
      #expect(commit([.datagram(KernelMessage.error(EEXIST, sequence: 7))]) == nil)
    }

    @Test func aRefusedBatchIsTheTransactions() {
      let error = commit([
        .datagram(KernelMessage.error(EPERM, sequence: PreparedTransaction.firstSequence))
      ])
      #expect(error?.description == "a transaction of 2 operations: EPERM, Operation not permitted")
      #expect(error?.isNotPermitted == true)
    }

    @Test func errorsAreReadOnAfterSomeWereLost() {
      let error = commit([
        .failure(ENOBUFS), .datagram(KernelMessage.error(ENOENT, sequence: sequence(ofOperation: 1))),
      ])
      #expect(error?.description == "add chain ip svcnat services: ENOENT, No such file or directory")
    }

    @Test func lostErrorsAreNoSuccess() {
      #expect(commit([.failure(ENOBUFS)])?.code == ENOBUFS)
    }

    @Test(arguments: [1, 15, 17, 35]) func cutAnswersAreReported(length: Int) {
      let answer = KernelMessage.error(ENOENT, sequence: sequence(ofOperation: 0))
      #expect(commit([.datagram(Array(answer.prefix(length)))])?.cause == .malformedAnswer)
    }

    @Test func aBatchBeyondTheSendBufferIsSaid() throws {
      let script = FakeKernel.Script()
      script.sendFailures = [EMSGSIZE]
      var connection = NetlinkConnection(FakeKernel(script: script))
      let size = try transaction().prepared().byteCount
      do throws(NetlinkError) {
        try connection.commit(transaction())
        Issue.record("nothing was thrown")
      } catch {
        #expect(error.cause == .tooLarge(bytes: size))
      }
    }

    // MARK: Reading

    private static let generation = KernelMessage.attribute(NFTA_GEN_ID.rawValue, KernelMessage.bigEndian(5))

    /// The answers to the requests of one reading of an empty table, whose sequence numbers begin behind `sequence`.
    private func reading(
      behind sequence: UInt32, generations: (UInt32, UInt32) = (5, 5), lastFlags: UInt16 = UInt16(NLM_F_MULTI)
    ) -> [[FakeKernel.Script.Answer]] {
      func generation(_ number: UInt32, _ sequence: UInt32) -> [UInt8] {
        KernelMessage.tables(
          NFT_MSG_NEWGEN, flags: 0, sequence: sequence,
          KernelMessage.attribute(NFTA_GEN_ID.rawValue, KernelMessage.bigEndian(number)))
      }
      let name = KernelMessage.attribute(NFTA_TABLE_NAME.rawValue, Array("svcnat".utf8) + [0])
      return [
        [.datagram(generation(generations.0, sequence + 1))],
        [.datagram(KernelMessage.tables(NFT_MSG_NEWTABLE, flags: 0, sequence: sequence + 2, name))],
      ] + (3...6).map { [.datagram(KernelMessage.done(sequence: sequence + $0))] } + [
        [.datagram(KernelMessage.done(flags: lastFlags, sequence: sequence + 7))],
        [.datagram(generation(generations.1, sequence + 8))],
      ]
    }

    private func read(_ answers: [[FakeKernel.Script.Answer]]) throws(NetlinkError) -> InstalledTable? {
      let script = FakeKernel.Script()
      script.answers = answers
      var connection = NetlinkConnection(FakeKernel(script: script))
      return try connection.table(table.identity)
    }

    @Test func anEmptyTableIsRead() throws {
      let installed = try #require(try read(reading(behind: 0)))
      #expect(installed.table == table && installed.generation == 5)
    }

    @Test func aTableThatIsNotThereIsNil() throws {
      var answers = reading(behind: 0)
      answers[1] = [.datagram(KernelMessage.error(ENOENT, sequence: 2))]
      answers.replaceSubrange(2..., with: [answers[7]])
      // The generation is then the third request.
      answers[2] = [
        .datagram(
          KernelMessage.tables(
            NFT_MSG_NEWGEN, flags: 0, sequence: 3,
            KernelMessage.attribute(NFTA_GEN_ID.rawValue, KernelMessage.bigEndian(5))))
      ]
      #expect(try read(answers) == nil)
    }

    @Test func aDumpThatACommitInterruptedIsReadAgain() throws {
      let interrupted = UInt16(NLM_F_MULTI | NLM_F_DUMP_INTR)
      // The generation is not read behind a dump that was interrupted.
      let answers = reading(behind: 0, lastFlags: interrupted).dropLast() + reading(behind: 7)
      #expect(try read(Array(answers))?.table == table)
    }

    @Test func anInterruptionSaidByErrnoIsReadAgain() throws {
      var answers = reading(behind: 0).prefix(3)
      answers[2] = [.datagram(KernelMessage.error(EINTR, sequence: 3))]
      #expect(try read(Array(answers) + reading(behind: 3))?.table == table)
    }

    @Test func aDumpThatDidNotFitIsReadAgain() throws {
      var answers = reading(behind: 0).prefix(3)
      answers[2] = [.failure(ENOBUFS)]
      #expect(try read(Array(answers) + reading(behind: 3))?.table == table)
    }

    @Test func aChangeBetweenRequestsIsReadAgain() throws {
      let installed = try read(reading(behind: 0, generations: (4, 5)) + reading(behind: 8))
      #expect(installed?.generation == 5)
    }

    @Test func readingEndsWhenItNeverComesTrue() {
      let answers = (0..<100).flatMap { reading(behind: 8 * $0, generations: ($0, $0 + 1)) }
      do throws(NetlinkError) {
        _ = try read(answers)
        Issue.record("nothing was thrown")
      } catch {
        #expect(error.cause == .keptChanging(attempts: NetlinkConnection<FakeKernel>.readAttempts))
      }
    }

    // MARK: Counters

    private static let counting = NamedSet(
      "service-ips", key: [.ipv4Address, .transportProtocol, .port], data: .verdict, countsPackets: true)

    /// A list of one element that has counted 7 packets.
    private func counts(_ sequence: UInt32, lastFlags: UInt16 = UInt16(NLM_F_MULTI)) -> [FakeKernel.Script.Answer] {
      typealias Message = KernelMessage
      let key = Message.bigEndian(0x0a60_000a) + Message.bigEndian(6 << 24) + Message.bigEndian(80 << 16)
      let packets = Message.bigEndian(0) + Message.bigEndian(7)
      let counter =
        Message.attribute(NFTA_EXPR_NAME.rawValue, Array("counter".utf8) + [0])
        + Message.attribute(NFTA_EXPR_DATA.rawValue, Message.attribute(NFTA_COUNTER_PACKETS.rawValue, packets))
      let verdict = Message.attribute(
        NFTA_DATA_VERDICT.rawValue, Message.attribute(NFTA_VERDICT_CODE.rawValue, Message.bigEndian(1)))
      let element = Message.attribute(
        1,
        Message.attribute(NFTA_SET_ELEM_KEY.rawValue, Message.attribute(NFTA_DATA_VALUE.rawValue, key))
          + Message.attribute(NFTA_SET_ELEM_DATA.rawValue, verdict)
          + Message.attribute(NFTA_SET_ELEM_EXPR.rawValue, counter))
      let list = Message.attribute(NFTA_SET_ELEM_LIST_ELEMENTS.rawValue, element)
      return [
        .datagram(Message.tables(NFT_MSG_NEWSETELEM, sequence: sequence, list)),
        .datagram(Message.done(flags: lastFlags, sequence: sequence)),
      ]
    }

    private func readCounts(_ answers: [[FakeKernel.Script.Answer]]) throws(NetlinkError) -> [UInt64] {
      let script = FakeKernel.Script()
      script.answers = answers
      var connection = NetlinkConnection(FakeKernel(script: script))
      return try connection.countedElements(of: Self.counting, in: table.identity).map(\.packets)
    }

    @Test func countsThatACommitInterruptedAreReadAgain() throws {
      let interrupted = UInt16(NLM_F_MULTI | NLM_F_DUMP_INTR)
      #expect(try readCounts([counts(1)]) == [7])
      #expect(try readCounts([counts(1, lastFlags: interrupted), [.failure(ENOBUFS)], counts(3)]) == [7])
      #expect(try readCounts([[.datagram(KernelMessage.error(ENOENT, sequence: 1))]]) == [])
      let never = (1...100).map { counts($0, lastFlags: interrupted) }
      do throws(NetlinkError) {
        _ = try readCounts(never)
        Issue.record("nothing was thrown")
      } catch {
        #expect(error.cause == .keptChanging(attempts: NetlinkConnection<FakeKernel>.readAttempts))
      }
    }

    // MARK: Updating

    private func update(_ answers: [[FakeKernel.Script.Answer]]) throws(NetlinkError) -> (TableUpdate, [[UInt8]]) {
      let script = FakeKernel.Script()
      script.answers = answers
      var connection = NetlinkConnection(FakeKernel(script: script))
      var desired = table
      desired.chains = [Chain("services")]
      let update = try connection.update(to: desired)
      return (update, script.sent)
    }

    private func generationFirst(_ sequence: UInt32) -> [FakeKernel.Script.Answer] { reading(behind: sequence - 1)[0] }

    /// One attempt to update: the generation, the table, the commit.
    private func attempt(behind sequence: UInt32, _ commit: [FakeKernel.Script.Answer]) -> [[FakeKernel.Script.Answer]]
    {
      [generationFirst(sequence + 1)] + reading(behind: sequence + 1) + [commit]
    }

    private let stale = FakeKernel.Script.Answer.datagram(
      KernelMessage.error(ERESTART, sequence: PreparedTransaction.firstSequence))

    @Test func anUpdateOfWhatHasChangedIsWorkedOutAnew() throws {
      let (update, sent) = try update(attempt(behind: 0, [stale]) + attempt(behind: 9, []))
      #expect(update.transactions.count == 1)
      #expect(sent.count == 20)
    }

    @Test func updatingEndsWhenItNeverComesTrue() {
      let answers = (0..<100).flatMap { attempt(behind: 9 * $0, [stale]) }
      do throws(NetlinkError) {
        _ = try update(answers)
        Issue.record("nothing was thrown")
      } catch {
        #expect(error.cause == .keptChanging(attempts: NetlinkConnection<FakeKernel>.updateAttempts))
      }
    }
  }
#endif
