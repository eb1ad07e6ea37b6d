#if os(Linux)
  import Glibc

  /// A file descriptor with one owner: it is closed when the owner goes, and by nobody else.
  struct Descriptor: ~Copyable {
    let number: Int32

    /// Takes ownership.
    ///
    /// - Parameter result: of a function of CNamespaces: a descriptor, or a negated `errno`.
    init(_ result: Int32, _ operation: String) throws(KernelFlowError) {
      guard result >= 0 else { throw .refused(operation: operation, code: -result) }
      number = result
    }

    deinit { close(number) }
  }

  enum SystemCall {
    /// - Parameter result: of a function of CNamespaces.
    static func check(_ result: Int32, _ operation: @autoclosure () -> String) throws(KernelFlowError) {
      if result < 0 { throw .refused(operation: operation(), code: -result) }
    }
  }
#endif
