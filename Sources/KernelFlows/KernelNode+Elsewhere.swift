#if !os(Linux)
  import RuleTargets

  /// A node in a network namespace of its own, which only Linux has: elsewhere none can be made.
  public final class KernelNode: Sendable {
    /// - Throws: ``KernelFlowError/needsLinux``
    public init(_ layout: NodeLayout, iptables: IPTablesVariant = .asInstalled) throws(KernelFlowError) {
      throw .needsLinux
    }

    /// Why nodes cannot be built here.
    public static func obstacle(needsIPTables: Bool = true) -> KernelFlowError? { .needsLinux }

    public func perform<Value: Sendable, Failure: Error>(
      _ body: @escaping @Sendable () throws(Failure) -> Value
    ) throws(Failure) -> Value { try body() }

    public func load(_ rules: [CompiledRules]) throws(KernelFlowError) { throw .needsLinux }

    public func forgetClients() throws(KernelFlowError) { throw .needsLinux }

    public func send(_ packet: FlowPacket) throws(KernelFlowError) -> FlowFate { throw .needsLinux }

    public func observe(
      _ packet: FlowPacket, attempts: Int, forgettingClients: Bool = false
    ) throws(KernelFlowError) -> Observation { throw .needsLinux }

    public func distribution(
      to packet: FlowPacket, packets: Int
    ) throws(KernelFlowError) -> [BackendAddress: Int] { throw .needsLinux }
  }
#endif
