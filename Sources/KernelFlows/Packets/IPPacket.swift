import NetworkAddresses

/// Writes whole IP packets.
enum IPPacket {
  enum ProtocolNumber {
    static let icmp: UInt8 = 1
    static let tcp: UInt8 = 6
    static let udp: UInt8 = 17
    static let icmpv6: UInt8 = 58
    static let sctp: UInt8 = 132
  }

  enum TCPFlags {
    static let fin: UInt8 = 1
    static let syn: UInt8 = 2
    static let rst: UInt8 = 4
    static let push: UInt8 = 8
    static let ack: UInt8 = 16
  }

  enum EchoType {
    static func request(_ family: IPFamily) -> UInt8 { family == .ipv4 ? 8 : 128 }
    static func reply(_ family: IPFamily) -> UInt8 { family == .ipv4 ? 0 : 129 }
  }

  enum SCTPChunk: UInt8 {
    case data = 0
    case initiation = 1
    case initiationAcknowledgement = 2
    case cookieEcho = 10
  }

  static func tcp(
    from source: BackendAddress, to destination: BackendAddress, flags: UInt8, sequence: UInt32,
    acknowledgement: UInt32 = 0, payload: [UInt8] = []
  ) -> [UInt8] {
    var segment: [UInt8] = []
    segment.append(bigEndian: source.port)
    segment.append(bigEndian: destination.port)
    segment.append(bigEndian: sequence)
    segment.append(bigEndian: acknowledgement)
    let headerWords: UInt8 = 5
    segment += [headerWords << 4, flags, 0xff, 0xff, 0, 0, 0, 0]
    segment += payload
    return packet(ProtocolNumber.tcp, source.address, destination.address, segment, checksumAt: 16)
  }

  /// - Parameter length: what the header says of its own length and the payload's; nil: the truth.
  static func udp(
    from source: BackendAddress, to destination: BackendAddress, payload: [UInt8], length: UInt16? = nil
  ) -> [UInt8] {
    var datagram: [UInt8] = []
    datagram.append(bigEndian: source.port)
    datagram.append(bigEndian: destination.port)
    datagram.append(bigEndian: length ?? UInt16(8 + payload.count))
    datagram += [0, 0]
    datagram += payload
    return packet(ProtocolNumber.udp, source.address, destination.address, datagram, checksumAt: 6)
  }

  /// - Parameter tag: the verification tag: what the receiver has chosen, zero before it has.
  static func sctp(
    from source: BackendAddress, to destination: BackendAddress, tag: UInt32, _ chunk: SCTPChunk, value: [UInt8]
  ) -> [UInt8] {
    var message: [UInt8] = []
    message.append(bigEndian: source.port)
    message.append(bigEndian: destination.port)
    message.append(bigEndian: tag)
    message.append(bigEndian: UInt32(0))
    // Of a data chunk the lowest two flags say that it is not split.
    message += [chunk.rawValue, chunk == .data ? 3 : 0]
    message.append(bigEndian: UInt16(4 + value.count))
    message += value
    let sum = Checksum.crc32c(message)
    for index in 0..<4 { message[8 + index] = UInt8(truncatingIfNeeded: sum >> UInt32(8 * index)) }
    return packet(ProtocolNumber.sctp, source.address, destination.address, message, checksumAt: nil)
  }

  /// The fixed part of an INIT or INIT ACK chunk.
  static func sctpInitiation(tag: UInt32) -> [UInt8] {
    var value: [UInt8] = []
    value.append(bigEndian: tag)
    value.append(bigEndian: UInt32(65536))
    value.append(bigEndian: UInt16(1))
    value.append(bigEndian: UInt16(1))
    value.append(bigEndian: tag)
    return value
  }

  static func echo(
    type: UInt8, from source: IPAddress, to destination: IPAddress, identifier: UInt16, sequence: UInt16,
    payload: [UInt8]
  ) -> [UInt8] {
    var message: [UInt8] = [type, 0, 0, 0]
    message.append(bigEndian: identifier)
    message.append(bigEndian: sequence)
    message += payload
    let number = source.family == .ipv4 ? ProtocolNumber.icmp : ProtocolNumber.icmpv6
    return packet(number, source, destination, message, checksumAt: 2)
  }

  /// Puts the IP header in front, and the checksum in.
  private static func packet(
    _ number: UInt8, _ source: IPAddress, _ destination: IPAddress, _ body: [UInt8], checksumAt offset: Int?
  ) -> [UInt8] {
    var body = body
    let addresses = source.networkBytes + destination.networkBytes
    if let offset {
      // The checksum of ICMP for IPv4 knows no pseudo header.
      let start = number == ProtocolNumber.icmp ? 0 : pseudoHeaderSum(addresses, number, length: body.count)
      var sum = Checksum.internet(body, from: start)
      // Zero says "no checksum" in UDP.
      if sum == 0, number == ProtocolNumber.udp { sum = 0xffff }
      body[offset] = UInt8(sum >> 8)
      body[offset + 1] = UInt8(truncatingIfNeeded: sum)
    }
    let timeToLive: UInt8 = 64
    var header: [UInt8] = []
    if source.family == .ipv6 {
      header.append(bigEndian: UInt32(0x6000_0000))
      header.append(bigEndian: UInt16(body.count))
      header += [number, timeToLive]
      return header + addresses + body
    }
    header += [0x45, 0]
    header.append(bigEndian: UInt16(20 + body.count))
    // No identification is needed where "do not fragment" is set.
    header += [0, 0, 0x40, 0, timeToLive, number, 0, 0]
    header += addresses
    let sum = Checksum.internet(header)
    header[10] = UInt8(sum >> 8)
    header[11] = UInt8(truncatingIfNeeded: sum)
    return header + body
  }

  private static func pseudoHeaderSum(_ addresses: [UInt8], _ number: UInt8, length: Int) -> UInt64 {
    var sum = UInt64(number) + UInt64(length)
    for index in addresses.indices {
      sum += index % 2 == 0 ? UInt64(addresses[index]) << 8 : UInt64(addresses[index])
    }
    return sum
  }
}

extension [UInt8] {
  mutating func append(bigEndian value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
  }
}

extension IPAddress {
  /// Four or sixteen bytes.
  var networkBytes: [UInt8] {
    var bytes: [UInt8] = []
    if family == .ipv4 {
      bytes.append(bigEndian: UInt32(truncatingIfNeeded: low))
    } else {
      bytes.append(bigEndian: high)
      bytes.append(bigEndian: low)
    }
    return bytes
  }

  /// - Parameter bytes: four or sixteen; nil for any other number.
  init?(networkBytes bytes: ArraySlice<UInt8>) {
    switch bytes.count {
    case 4: self.init(ipv4: bytes.reduce(0) { $0 << 8 | UInt32($1) })
    case 16:
      self.init(
        ipv6High: bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) },
        low: bytes.suffix(8).reduce(0) { $0 << 8 | UInt64($1) })
    default: return nil
    }
  }
}
