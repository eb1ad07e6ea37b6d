import NetworkAddresses

/// A packet as it was seen, with what tells whose it is.
struct SeenPacket: Hashable {
  let source: BackendAddress
  let destination: BackendAddress
  let protocolNumber: UInt8
  /// The six bits of the traffic class.
  let serviceCode: UInt8
  /// The number of ours it carries, see ``Probe``.
  private(set) var number: UInt32?
  /// Zero for other protocols.
  private(set) var tcpFlags: UInt8 = 0
  private(set) var icmp: ICMP?
  private(set) var payload: ArraySlice<UInt8> = []

  struct ICMP: Hashable {
    var type: UInt8
    var code: UInt8
    /// The number of ours in the packet that an error quotes.
    var quotedNumber: UInt32?
  }

  /// Nil if the bytes are no IP packet, or an IPv6 packet with extension headers.
  init?(_ bytes: ArraySlice<UInt8>) {
    guard let version = bytes.first.map({ $0 >> 4 }) else { return nil }
    let body: ArraySlice<UInt8>
    let addresses: (IPAddress?, IPAddress?)
    switch version {
    case 4:
      guard bytes.count >= 20 else { return nil }
      serviceCode = bytes.byte(1) >> 2
      protocolNumber = bytes.byte(9)
      addresses = (IPAddress(networkBytes: bytes.part(12, 4)), IPAddress(networkBytes: bytes.part(16, 4)))
      body = bytes.dropFirst(Int(bytes.byte(0) & 15) * 4)
    case 6:
      guard bytes.count >= 40 else { return nil }
      serviceCode = bytes.byte(0) << 2 & 0x3c | bytes.byte(1) >> 6
      protocolNumber = bytes.byte(6)
      addresses = (IPAddress(networkBytes: bytes.part(8, 16)), IPAddress(networkBytes: bytes.part(24, 16)))
      body = bytes.dropFirst(40)
    default: return nil
    }
    guard let from = addresses.0, let to = addresses.1, body.count >= 8 else { return nil }
    var ports: (UInt16, UInt16) = (0, 0)
    switch protocolNumber {
    case IPPacket.ProtocolNumber.tcp:
      ports = (body.number16(0), body.number16(2))
      // An error quotes eight bytes at least: ports and this.
      number = body.number32(4)
      if body.count >= 20 {
        tcpFlags = body.byte(13)
        payload = body.dropFirst(Int(body.byte(12) >> 4) * 4)
      }
    case IPPacket.ProtocolNumber.udp:
      ports = (body.number16(0), body.number16(2))
      number = Probe.number(inPayload: body.dropFirst(8))
    case IPPacket.ProtocolNumber.sctp:
      ports = (body.number16(0), body.number16(2))
      number = SeenPacket.sctpNumber(body)
    case IPPacket.ProtocolNumber.icmp, IPPacket.ProtocolNumber.icmpv6:
      let type = body.byte(0)
      let family = from.family
      if type == IPPacket.EchoType.request(family) || type == IPPacket.EchoType.reply(family) {
        let identifier = body.number16(4)
        ports = type == IPPacket.EchoType.request(family) ? (identifier, 0) : (0, identifier)
        number = Probe.number(inPayload: body.dropFirst(8))
        icmp = ICMP(type: type, code: body.byte(1))
      } else {
        let quoted = ICMP.isUnreachable(type, family) ? SeenPacket(body.dropFirst(8)) : nil
        icmp = ICMP(type: type, code: body.byte(1), quotedNumber: quoted?.number)
      }
    default: break
    }
    source = BackendAddress(from, port: ports.0)
    destination = BackendAddress(to, port: ports.1)
  }

  private static func sctpNumber(_ body: ArraySlice<UInt8>) -> UInt32? {
    guard body.count >= 20, let chunk = IPPacket.SCTPChunk(rawValue: body.byte(12)) else { return nil }
    return switch chunk {
    case .initiation, .initiationAcknowledgement: body.number32(16)
    case .cookieEcho: Probe.number(inPayload: body.dropFirst(16))
    case .data: Probe.number(inPayload: body.dropFirst(28))
    }
  }

  var isReset: Bool { tcpFlags & IPPacket.TCPFlags.rst != 0 }
}

extension SeenPacket.ICMP {
  static func isUnreachable(_ type: UInt8, _ family: IPFamily) -> Bool {
    type == (family == .ipv4 ? 3 : 1)
  }
}

/// Offsets count from the start of the slice; what is behind the end reads as zero.
extension ArraySlice<UInt8> {
  fileprivate func byte(_ offset: Int) -> UInt8 {
    let index = startIndex + offset
    return index < endIndex ? self[index] : 0
  }

  fileprivate func number16(_ offset: Int) -> UInt16 { UInt16(byte(offset)) << 8 | UInt16(byte(offset + 1)) }

  fileprivate func number32(_ offset: Int) -> UInt32 {
    UInt32(number16(offset)) << 16 | UInt32(number16(offset + 2))
  }

  fileprivate func part(_ offset: Int, _ count: Int) -> ArraySlice<UInt8> { dropFirst(offset).prefix(count) }
}
