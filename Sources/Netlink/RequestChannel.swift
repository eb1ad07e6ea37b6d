#if Netlink && os(Linux)
  import Glibc

  /// Sends requests to the kernel and reads what it answers.
  ///
  /// It is not shared: one thread uses it at a time.
  package struct RequestChannel<Transport: NetlinkTransport & ~Copyable>: ~Copyable {
    package var transport: Transport
    package var received = ReceiveBuffer()
    private var sequence: UInt32 = 0
    private let sequenceLimit: UInt32
    /// Whether the last request was given up before its answer was read.
    private var isAnswerLeft = false

    /// - Parameter sequencesBelow: the numbers of requests stay below it.
    package init(_ transport: consuming Transport, sequencesBelow limit: UInt32 = .max) {
      self.transport = transport
      sequenceLimit = limit
    }

    /// Forgets answers to requests that were given up. The kernel refuses another list as long as one is not read to its
    /// end.
    package mutating func discardAnswers() {
      while true {
        do {
          if try transport.receive(into: received.room, waits: false) == 0 { return }
        } catch {
          // Lost answers are forgotten as well.
          if error.code != ENOBUFS { return }
        }
      }
    }

    /// Sends a request and reads the messages of the answer.
    ///
    /// - Parameters:
    ///   - operation: for the words of an error.
    ///   - isDump: the answer is a list.
    ///   - write: writes the request, which is one message, with the sequence number it is given.
    ///   - read: is given each message of the answer; it must not keep it.
    package mutating func request(
      _ operation: String, isDump: Bool, _ write: (inout MessageBuffer, UInt32) -> Void,
      _ read: (Message) throws(MalformedMessage) -> Void
    ) throws(RequestFailure) {
      if isAnswerLeft { discardAnswers() }
      isAnswerLeft = true
      sequence = (sequence + 1) % sequenceLimit
      var request = MessageBuffer(capacity: 1024)
      write(&request, sequence)
      do {
        try request.withBytes { bytes throws(SystemError) in try transport.send(bytes) }
      } catch {
        throw .final(NetlinkError(operation, .refused(code: error.code)))
      }
      while try readAnswer(operation, isDump: isDump, read) {}
      isAnswerLeft = false
    }

    /// - Returns: whether there is more.
    private mutating func readAnswer(
      _ operation: String, isDump: Bool, _ read: (Message) throws(MalformedMessage) -> Void
    ) throws(RequestFailure) -> Bool {
      let count: Int
      do {
        count = try transport.receive(into: received.room, waits: true)
      } catch {
        if error.code == ENOBUFS { throw .interrupted }
        throw .final(NetlinkError(operation, .refused(code: error.code)))
      }
      do {
        var messages = Messages(received.bytes(count))
        var isInterrupted = false
        while let message = try messages.next() {
          // An answer to an earlier request that was given up.
          guard message.sequence == sequence else { continue }
          if message.flags & MessageFlags.dumpInterrupted != 0 { isInterrupted = true }
          switch message.type {
          case MessageType.error:
            let answer = try KernelAnswer(message)
            if answer.code == EINTR || answer.code == EAGAIN { throw RequestFailure.interrupted }
            guard answer.code == 0 else {
              throw RequestFailure.final(
                NetlinkError(operation, .refused(code: answer.code), explanation: answer.explanation))
            }
            return false
          case MessageType.done:
            if isInterrupted { throw RequestFailure.interrupted }
            return false
          default:
            try read(message)
            if !isDump { return false }
          }
        }
        if isInterrupted { throw RequestFailure.interrupted }
        return true
      } catch let failure as RequestFailure {
        throw failure
      } catch {
        throw .final(NetlinkError(operation, .malformedAnswer))
      }
    }
  }

  /// Why a request has no answer. Not nested in the generic type: the optimiser of Swift 6.3 aborts on an error type that
  /// depends on a type parameter.
  package enum RequestFailure: Error {
    /// It was cut off by a change of what was asked for, or there was no room for it.
    case interrupted
    case final(NetlinkError)
  }
#endif
