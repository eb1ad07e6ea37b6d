/// A packet that came out of the node, or was delivered in it.
struct Sighting {
  let place: FlowFate.Arrival.Place
  let packet: SeenPacket
}

extension FlowFate {
  /// What became of a packet, told from all that was seen after it was sent.
  ///
  /// - Parameter showsAcceptance: whether the last filter chain notes who gets to its end, see ``ProbeTable``.
  init(of sent: SeenPacket, in sightings: [Sighting], showsAcceptance: Bool) {
    if let sighting = sightings.first(where: { $0.packet.isSame(as: sent) }) {
      let seen = sighting.packet
      let arrival = Arrival(
        destination: seen.destination, source: seen.source, isSourceChanged: seen.source != sent.source,
        place: sighting.place, isAccepted: showsAcceptance ? !ProbeTable.hasReachedEnd(seen) : nil)
      self = seen.destination == sent.destination ? .untouched(arrival) : .translated(arrival)
      return
    }
    // What a node answers by itself comes after the packet was delivered to it, so a refusal without a packet is the
    // rules' doing.
    for sighting in sightings {
      if let refusal = sighting.packet.refusal(of: sent) {
        self = .refused(refusal)
        return
      }
    }
    self = .dropped
  }
}

extension SeenPacket {
  /// Whether this is a packet that was sent, whatever has become of its addresses.
  func isSame(as sent: SeenPacket) -> Bool {
    number != nil && number == sent.number && protocolNumber == sent.protocolNumber && icmp?.type == sent.icmp?.type
      && !isReset
  }

  /// Whether this tells the sender of a packet that it may not.
  fileprivate func refusal(of sent: SeenPacket) -> FlowFate.Refusal? {
    guard destination.address == sent.source.address else { return nil }
    if let icmp, let quoted = icmp.quotedNumber, quoted == sent.number {
      return .unreachable(type: icmp.type, code: icmp.code)
    }
    let isAnswer = protocolNumber == sent.protocolNumber && source == sent.destination && destination == sent.source
    return isReset && isAnswer ? .tcpReset : nil
  }
}
