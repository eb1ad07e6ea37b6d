#if os(Linux)
  import CNamespaces
  import Dispatch
  import Glibc
  import Synchronization

  /// A thread in a network namespace of its own. The namespace has no name; it ends with the thread and what was opened
  /// in it, so nothing is left behind however the program ends.
  final class NamespaceThread: Sendable {
    private typealias Job = @Sendable () -> Void

    /// What the thread is to do, one after the other.
    private final class Queue: Sendable {
      /// Nil: end.
      private let jobs = Mutex<[Job?]>([])
      private let count = DispatchSemaphore(value: 0)

      func put(_ job: Job?) {
        jobs.withLock { $0.append(job) }
        count.signal()
      }

      func next() -> Job? {
        count.wait()
        return jobs.withLock { $0.removeFirst() }
      }
    }

    private let queue: Queue
    private let thread: pthread_t

    /// Starts the thread. It ends with this object.
    init() throws(KernelFlowError) {
      let queue = Queue()
      self.queue = queue
      var thread = pthread_t()
      let argument = Unmanaged.passRetained(queue)
      let code = pthread_create(
        &thread, nil,
        { argument in
          // Balances passRetained; the thread keeps the queue as long as it runs.
          guard let argument else { return nil }
          let queue = Unmanaged<Queue>.fromOpaque(argument).takeRetainedValue()
          while let job = queue.next() { job() }
          return nil
        }, argument.toOpaque())
      guard code == 0 else {
        argument.release()
        throw .refused(operation: "a thread", code: code)
      }
      self.thread = thread
      try perform { () throws(KernelFlowError) in
        try SystemCall.check(cns_unshare_network(), "a network namespace")
      }
    }

    deinit {
      queue.put(nil)
      pthread_join(thread, nil)
    }

    /// Runs a body on the thread while the caller waits. The body must not call this.
    func perform<Value: Sendable, Failure: Error>(
      _ body: @escaping @Sendable () throws(Failure) -> Value
    ) throws(Failure) -> Value {
      let result = Outcome<Value, Failure>()
      queue.put { result.set(Result(catching: body)) }
      return try result.get()
    }

    private final class Outcome<Value: Sendable, Failure: Error>: Sendable {
      private let result = Mutex<Result<Value, Failure>?>(nil)
      private let isSet = DispatchSemaphore(value: 0)

      func set(_ new: Result<Value, Failure>) {
        result.withLock { $0 = new }
        isSet.signal()
      }

      func get() throws(Failure) -> Value {
        while true {
          isSet.wait()
          if let result = result.withLock({ $0 }) { return try result.get() }
        }
      }
    }
  }
#endif
