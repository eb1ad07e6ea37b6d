import RuleEvaluator

extension FlowPacket {
  /// The packet of an evaluation, to be sent; nil for a protocol that none can be made of.
  public init?(_ packet: Packet) {
    guard let origin = Origin(rawValue: packet.origin.rawValue), let state = State(rawValue: packet.state.rawValue)
    else { return nil }
    let transport: Transport
    if let known = packet.transport.transport {
      transport = Transport(known)
    } else if packet.transport == .icmp(packet.family) {
      transport = .icmpEcho
    } else {
      return nil
    }
    self.init(
      from: origin, packet.source, to: packet.destination, transport, port: packet.destinationPort,
      interface: packet.inputInterface.isEmpty ? nil : packet.inputInterface, state: state)
  }
}
