import NetworkAddresses

/// One connection to be tried: it makes the packets of both sides, each with a number to know it by wherever it turns up.
struct Probe: Hashable {
  enum Stage: UInt32 {
    case first = 0
    /// What the client sends when it has the answer. Its number follows the first one's, as TCP wants it.
    case confirmation = 1
    /// What the other side sends.
    case answer = 2
  }

  /// How far apart the numbers of two probes must be.
  static let numbersTaken: UInt32 = 16

  let transport: FlowPacket.Transport
  /// For echo requests the port is the identifier.
  let client: BackendAddress
  let frontend: BackendAddress
  /// Not zero, nor so great that the numbers of the stages overflow.
  let number: UInt32

  func number(_ stage: Stage) -> UInt32 { number &+ stage.rawValue }

  /// The first packet of the connection, or a later one of the client.
  func packet(_ stage: Stage = .first) -> [UInt8] {
    packet(stage, from: client, to: frontend)
  }

  /// What whoever got the first packet answers.
  ///
  /// - Parameters:
  ///   - receiver: the address the packet had when it was seen.
  ///   - sender: where the receiver takes it to be from.
  func answer(from receiver: BackendAddress, to sender: BackendAddress) -> [UInt8] {
    packet(.answer, from: receiver, to: sender)
  }

  private func packet(_ stage: Stage, from source: BackendAddress, to destination: BackendAddress) -> [UInt8] {
    let number = number(stage)
    switch transport {
    case .tcp:
      return switch stage {
      case .first: IPPacket.tcp(from: source, to: destination, flags: IPPacket.TCPFlags.syn, sequence: number)
      case .answer:
        IPPacket.tcp(
          from: source, to: destination, flags: IPPacket.TCPFlags.syn | IPPacket.TCPFlags.ack, sequence: number,
          acknowledgement: self.number(.first) &+ 1)
      case .confirmation:
        IPPacket.tcp(
          from: source, to: destination, flags: IPPacket.TCPFlags.ack, sequence: number,
          acknowledgement: self.number(.answer) &+ 1)
      }
    case .udp: return IPPacket.udp(from: source, to: destination, payload: Probe.payload(number))
    case .sctp:
      switch stage {
      case .first:
        return IPPacket.sctp(
          from: source, to: destination, tag: 0, .initiation, value: IPPacket.sctpInitiation(tag: number))
      case .answer:
        // The state cookie is a parameter of its own: type 7, length 8.
        return IPPacket.sctp(
          from: source, to: destination, tag: self.number(.first), .initiationAcknowledgement,
          value: IPPacket.sctpInitiation(tag: number) + [0, 7, 0, 8, 0, 0, 0, 0])
      case .confirmation:
        return IPPacket.sctp(
          from: source, to: destination, tag: self.number(.answer), .cookieEcho, value: Probe.payload(number))
      }
    case .icmpEcho:
      let family = source.address.family
      return IPPacket.echo(
        type: stage == .answer ? IPPacket.EchoType.reply(family) : IPPacket.EchoType.request(family),
        from: source.address, to: destination.address, identifier: client.port, sequence: stage == .first ? 1 : 2,
        payload: Probe.payload(number))
    }
  }

  /// A packet that no connection can begin with.
  var invalidPacket: [UInt8] {
    switch transport {
    case .tcp:
      return IPPacket.tcp(
        from: client, to: frontend, flags: IPPacket.TCPFlags.syn | IPPacket.TCPFlags.fin, sequence: number)
    case .udp: return IPPacket.udp(from: client, to: frontend, payload: Probe.payload(number), length: 1000)
    case .sctp:
      // Transmission number, stream, sequence and payload protocol of a data chunk come first.
      return IPPacket.sctp(
        from: client, to: frontend, tag: number, .data,
        value: [UInt8](repeating: 0, count: 12) + Probe.payload(number))
    case .icmpEcho:
      return IPPacket.echo(
        type: IPPacket.EchoType.reply(client.address.family), from: client.address, to: frontend.address,
        identifier: client.port, sequence: 1, payload: Probe.payload(number))
    }
  }

  /// Packets of ours carry this in front of their number where no header field will do.
  private static let magic = Array("svcnat00".utf8)

  private static func payload(_ number: UInt32) -> [UInt8] {
    var payload = magic
    payload.append(bigEndian: number)
    return payload
  }

  /// The number in a payload; nil if the payload is none of ours.
  static func number(inPayload payload: ArraySlice<UInt8>) -> UInt32? {
    guard payload.starts(with: magic) else { return nil }
    let number = payload.dropFirst(magic.count).prefix(4)
    return number.count == 4 ? number.reduce(0) { $0 << 8 | UInt32($1) } : nil
  }
}
