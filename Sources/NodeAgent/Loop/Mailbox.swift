#if Agent && os(Linux)
  import Glibc
  import Synchronization

  /// Takes what happens elsewhere to the thread of the loop, which waits for it together with sockets of the kernel.
  final class Mailbox<Message: Sendable>: Sendable {
    private let messages = Mutex<[Message]>([])
    /// Can be read when there is something; closed with the mailbox.
    let descriptor: Int32

    /// - Throws: an `errno`, where the process has no descriptor left.
    init() throws(MailboxError) {
      descriptor = eventfd(0, Int32(EFD_CLOEXEC.rawValue | EFD_NONBLOCK.rawValue))
      if descriptor < 0 { throw MailboxError(code: errno) }
    }

    deinit { close(descriptor) }

    func post(_ message: Message) {
      let wasEmpty = messages.withLock { messages in
        messages.append(message)
        return messages.count == 1
      }
      // The reader empties the list after it has reset the descriptor, so one wake is enough.
      if wasEmpty { eventfd_write(descriptor, 1) }
    }

    /// All there is, in the order it came.
    func take() -> [Message] {
      var value: eventfd_t = 0
      eventfd_read(descriptor, &value)
      return messages.withLock { messages in
        defer { messages = [] }
        return messages
      }
    }
  }

  struct MailboxError: Error {
    var code: Int32
  }
#endif
