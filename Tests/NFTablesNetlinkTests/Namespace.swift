#if Netlink && os(Linux)
  @testable import KernelFlows
  import NFTablesNetlink
  import Testing

  /// Runs bodies in a network namespace of their own.
  enum Namespace {
    /// Whether this process may have one.
    static let isAvailable = (try? run { _ in }) != nil

    /// Whether tables can have an owner and stay without it.
    static let canOwnTables = (try? run { try $0.supports(.exclusiveAndPersistent) }) == true

    /// Runs a body on a fresh thread in a fresh namespace, with a connection to its nf_tables.
    static func run<Value: Sendable>(
      _ body: @escaping @Sendable (inout NetlinkConnection<NetlinkSocket>) throws -> Value
    ) throws -> Value {
      let thread = try NamespaceThread()
      return try thread.perform {
        var connection = try NetlinkConnection()
        return try body(&connection)
      }
    }
  }
#endif
