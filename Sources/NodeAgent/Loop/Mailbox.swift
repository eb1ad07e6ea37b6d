#if Agent && os(Linux)
  import Synchronization

  /// Takes what happens elsewhere to the thread of the loop, which waits for it together with sockets of the kernel.
  final class Mailbox<Message: Sendable>: Sendable {
    private let messages = Mutex<[Message]>([])
    private let pipe: WakePipe

    /// - Throws: where the process has no descriptor left.
    init() throws(WakePipe.Failure) { pipe = try WakePipe() }

    /// Can be read when there is something.
    var descriptor: Int32 { pipe.descriptor }

    func post(_ message: Message) {
      let isFirst = messages.withLock { messages in
        messages.append(message)
        return messages.count == 1
      }
      // The reader resets the pipe before it takes the list, so one wake is enough.
      if isFirst { pipe.wake() }
    }

    /// All there is, in the order it came.
    func take() -> [Message] {
      pipe.reset()
      return messages.withLock { messages in
        defer { messages = [] }
        return messages
      }
    }
  }
#endif
