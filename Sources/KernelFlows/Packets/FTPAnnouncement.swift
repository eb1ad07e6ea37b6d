import NetworkAddresses

/// A control connection of FTP by which one side announces a data connection from the other: the kernel calls that RELATED.
struct FTPAnnouncement {
  /// Who opens the control connection, and is to be connected to.
  let client: BackendAddress
  let server: BackendAddress
  /// The port of the client that the data connection will go to.
  let announcedPort: UInt16
  /// Of the first packet. The others count on from it.
  let number: UInt32

  static let controlPort: UInt16 = 21

  /// - Parameter probe: the data connection.
  init(of probe: Probe) {
    client = BackendAddress(probe.frontend.address, port: probe.client.port)
    server = BackendAddress(probe.client.address, port: FTPAnnouncement.controlPort)
    announcedPort = probe.frontend.port
    // Numbers of probes leave the highest bit alone.
    number = probe.number | 1 << 31
  }

  private var serverNumber: UInt32 { number &+ 1 << 28 }

  var opening: [UInt8] {
    IPPacket.tcp(from: client, to: server, flags: IPPacket.TCPFlags.syn, sequence: number)
  }

  var answer: [UInt8] {
    IPPacket.tcp(
      from: server, to: client, flags: IPPacket.TCPFlags.syn | IPPacket.TCPFlags.ack, sequence: serverNumber,
      acknowledgement: number &+ 1)
  }

  /// What the client sends when it has the answer. The kernel looks only at lines that come after another one.
  var commands: [[UInt8]] {
    var sequence = number &+ 1
    return ["", "USER a\r\n", command].map { line in
      let flags = line.isEmpty ? IPPacket.TCPFlags.ack : IPPacket.TCPFlags.ack | IPPacket.TCPFlags.push
      defer { sequence &+= UInt32(line.utf8.count) }
      return IPPacket.tcp(
        from: client, to: server, flags: flags, sequence: sequence, acknowledgement: serverNumber &+ 1,
        payload: Array(line.utf8))
    }
  }

  /// RFC 959 for IPv4, RFC 2428 for IPv6.
  private var command: String {
    guard client.address.family == .ipv4 else { return "EPRT |2|\(client.address)|\(announcedPort)|\r\n" }
    let numbers = client.address.networkBytes + [UInt8(announcedPort >> 8), UInt8(truncatingIfNeeded: announcedPort)]
    return "PORT " + numbers.map(String.init).joined(separator: ",") + "\r\n"
  }
}
