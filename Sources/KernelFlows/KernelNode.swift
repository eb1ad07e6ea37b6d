#if os(Linux)
  import NetworkAddresses
  import RuleTargets
  import Synchronization

  /// A node in a network namespace of its own, whose pods, clients and backends this program plays.
  ///
  /// Rules are loaded with the programs that users load them with, packets are real ones. Nothing of the machine's own
  /// network is touched, and nothing is left behind, even if the program is killed: the namespace has no name and ends with
  /// the thread it belongs to, which ends with this object. It needs root, `ip`, `nft`, and for iptables rules its
  /// programs; tested on Linux 6.18 with nft 1.0.6 and iptables 1.8.9.
  ///
  /// All calls wait for the node's thread; none may be made on it.
  public final class KernelNode: Sendable {
    private let thread: NamespaceThread
    private let interior: Interior

    /// Used on the thread only; the lock says so to the compiler.
    private final class Interior: Sendable {
      let node: Mutex<NodeInNamespace>

      init(
        _ layout: NodeLayout, _ iptables: IPTablesVariant, _ tableLoader: TableLoader?
      ) throws(KernelFlowError) {
        node = Mutex(try NodeInNamespace.build(layout, iptables, tableLoader))
      }
    }

    /// Builds the node.
    ///
    /// - Parameters:
    ///   - iptables: which programs load iptables rules.
    ///   - tableLoader: loads tables of nftables; nil: `nft -f` does.
    public init(
      _ layout: NodeLayout, iptables: IPTablesVariant = .asInstalled, tableLoader: TableLoader? = nil
    ) throws(KernelFlowError) {
      thread = try NamespaceThread()
      // On the thread: elsewhere the machine's own network would become the node.
      interior = try thread.perform { () throws(KernelFlowError) in try Interior(layout, iptables, tableLoader) }
    }

    /// Why nodes cannot be built here; nil if they can.
    ///
    /// - Parameter needsIPTables: whether the programs that load iptables rules must be there.
    public static func obstacle(needsIPTables: Bool = true) -> KernelFlowError? {
      do {
        _ = try KernelNode(NodeLayout(addresses: []))
        guard needsIPTables else { return nil }
        for family in IPFamily.allCases { _ = try Tool(IPTablesVariant.asInstalled.restoreTool(family)) }
        return nil
      } catch {
        return error
      }
    }

    /// Runs a body on the only thread that is in the node's namespace. Sockets it opens and programs it starts belong to
    /// the namespace. It must not call the node.
    public func perform<Value: Sendable, Failure: Error>(
      _ body: @escaping @Sendable () throws(Failure) -> Value
    ) throws(Failure) -> Value {
      try thread.perform(body)
    }

    // MARK: - Rules

    /// Loads rules with `nft -f` or the loader of tables, and `iptables-restore --noflush`, in place of what a family had before.
    public func load(_ rules: [CompiledRules]) throws(KernelFlowError) {
      try withInterior { (node) throws(KernelFlowError) in try node.load(rules) }
    }

    /// Empties the memory of client affinity.
    public func forgetClients() throws(KernelFlowError) {
      try withInterior { (node) throws(KernelFlowError) in try node.forgetClients() }
    }

    // MARK: - Packets

    /// Sends one packet and tells what became of it.
    public func send(_ packet: FlowPacket) throws(KernelFlowError) -> FlowFate {
      try withInterior { (node) throws(KernelFlowError) in try node.send(packet) }
    }

    /// Sends packets that differ in nothing but their source ports, and lets every backend answer once.
    ///
    /// - Parameters:
    ///   - attempts: how many, see ``Attempts``.
    ///   - forgettingClients: whether each packet is the first one the client sends, as far as affinity knows.
    public func observe(
      _ packet: FlowPacket, attempts: Int, forgettingClients: Bool = false
    ) throws(KernelFlowError) -> Observation {
      try withInterior { (node) throws(KernelFlowError) in
        try node.observe(packet, attempts: attempts, forgettingClients: forgettingClients)
      }
    }

    /// Sends many first packets and counts who gets them. What reaches nobody is not counted.
    public func distribution(
      to packet: FlowPacket, packets: Int
    ) throws(KernelFlowError) -> [BackendAddress: Int] {
      try withInterior { (node) throws(KernelFlowError) in try node.distribution(to: packet, packets: packets) }
    }

    private func withInterior<Value: Sendable>(
      _ body: @escaping @Sendable (inout NodeInNamespace) throws(KernelFlowError) -> Value
    ) throws(KernelFlowError) -> Value {
      let interior = interior
      return try thread.perform { () throws(KernelFlowError) in
        try interior.node.withLock { (node) throws(KernelFlowError) in try body(&node) }
      }
    }
  }
#endif
