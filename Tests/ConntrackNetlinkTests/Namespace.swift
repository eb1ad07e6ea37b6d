#if Netlink && os(Linux)
  @testable import KernelFlows

  /// Runs bodies in a network namespace of their own.
  enum Namespace {
    /// Whether this process may have one.
    static let isAvailable = (try? run {}) != nil

    static func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) throws -> Value {
      try NamespaceThread().perform { try body() }
    }
  }
#endif
