/// Why packets cannot be sent through a kernel here.
public enum KernelFlowError: Error, Hashable, Sendable {
  /// Network namespaces, nftables and iptables are Linux's.
  case needsLinux
  /// The kernel refused something while the node was built.
  ///
  /// - Parameter code: an `errno`.
  case refused(operation: String, code: Int32)
  /// No such program on the search path or in the usual directories of system programs.
  case missingTool(String)
  /// A program ended with another status than zero.
  ///
  /// - Parameter output: what it printed, errors included.
  case failedTool(command: String, status: Int32, output: String)
  /// The loader of tables that the node was given failed, in its words.
  case failedLoader(String)
  /// The layout has no interface of this name, or the name cannot be one.
  case unknownInterface(String)
  /// The rules use all bits of the packet mark, so that none is left to the harness.
  case noFreeMarkBit
  /// What was sent over loopback has not come back in time: the machine is too busy to say that a packet was dropped.
  case stalled
  /// A connection had to be opened without rules, and its first packet did not get through.
  case cannotOpen(FlowPacket)
  /// Source and destination are of two families.
  case mixedFamilies(FlowPacket)
  /// No packet of this transport can have this state.
  case impossibleState(FlowPacket)
  /// Connection tracking saw another state than the packet was to have.
  case wrongState(FlowPacket, seen: String)
}

extension KernelFlowError: CustomStringConvertible {
  /// One line, but for the output of a program.
  public var description: String {
    switch self {
    case .needsLinux: "sending real packets needs Linux"
    case .refused(let operation, let code): "\(operation): \(ErrnoText.text(code))"
    case .missingTool(let name): "the program \(name) is missing"
    case .failedTool(let command, let status, let output): "\(command) ended with status \(status): \(output)"
    case .failedLoader(let reason): "rules cannot be loaded: \(reason)"
    case .unknownInterface(let name): "no interface \(name) in the layout"
    case .noFreeMarkBit: "the rules leave no bit of the packet mark free"
    case .stalled: "the kernel did not get done with a packet in time"
    case .cannotOpen(let packet):
      "no \(packet.transport) connection from \(packet.source) to \(packet.frontend) could be opened"
    case .mixedFamilies(let packet): "\(packet.source) and \(packet.destination) are of two families"
    case .impossibleState(let packet): "no \(packet.transport) packet is \(packet.state.rawValue)"
    case .wrongState(let packet, let seen):
      "a \(packet.transport) packet from \(packet.source) to \(packet.frontend) is \(seen) to the kernel, not \(packet.state.rawValue)"
    }
  }
}
