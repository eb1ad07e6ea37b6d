import NetworkAddresses
import Testing

@testable import KernelFlows

/// The bytes of packets, without a kernel.
@Suite struct PacketTests {
  private static let addresses: [(IPAddress, IPAddress)] = [
    ("192.0.2.1", "198.51.100.2"), ("2001:db8::1", "2001:db8::2"),
  ]
  private static let transports: [FlowPacket.Transport] = [.tcp, .udp, .sctp, .icmpEcho]

  private static func probe(_ transport: FlowPacket.Transport, _ addresses: (IPAddress, IPAddress)) -> Probe {
    Probe(
      transport: transport, client: BackendAddress(addresses.0, port: 40000),
      frontend: BackendAddress(addresses.1, port: transport == .icmpEcho ? 0 : 80), number: 0x0102_0304)
  }

  @Test(arguments: transports, addresses)
  func packetsAreKnownAgain(transport: FlowPacket.Transport, addresses: (IPAddress, IPAddress)) throws {
    let probe = Self.probe(transport, addresses)
    for stage in [Probe.Stage.first, .confirmation] {
      let seen = try #require(SeenPacket(probe.packet(stage)[...]))
      #expect(seen.number == probe.number(stage))
      #expect(seen.source == probe.client)
      #expect(seen.destination == probe.frontend)
    }
    let answer = try #require(SeenPacket(probe.answer(from: probe.frontend, to: probe.client)[...]))
    #expect(answer.number == probe.number(.answer))
    #expect(answer.source == probe.frontend)
    #expect(answer.destination == probe.client)
    #expect(SeenPacket(probe.invalidPacket[...])?.number == probe.number)
  }

  /// Sums over what is summed, the sum itself included, are zero.
  @Test(arguments: [FlowPacket.Transport.tcp, .udp], addresses)
  func checksumsAddUp(transport: FlowPacket.Transport, addresses: (IPAddress, IPAddress)) {
    let packet = Self.probe(transport, addresses).packet()
    let isIPv6 = packet[0] >> 4 == 6
    let headerSize = isIPv6 ? 40 : 20
    if !isIPv6 { #expect(Checksum.internet(packet[..<20]) == 0) }
    let number: UInt64 = transport == .tcp ? 6 : 17
    let pseudoHeader = packet[(isIPv6 ? 8 : 12)..<headerSize]
    let start = UInt64(packet.count - headerSize) + number
    #expect(Checksum.internet(pseudoHeader + packet[headerSize...], from: start) == 0)
  }

  /// The check value of the CRC catalogue, and RFC 1071's example.
  @Test func checksumsAreThePublishedOnes() {
    #expect(Checksum.crc32c("123456789".utf8) == 0xe306_9283)
    #expect(Checksum.internet([0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]) == ~0xddf2)
  }

  /// What an error quotes may end after eight bytes of the transport header.
  @Test(arguments: addresses)
  func errorsTellWhatTheyQuote(addresses: (IPAddress, IPAddress)) throws {
    let probe = Self.probe(.tcp, addresses)
    let packet = probe.packet()
    let isIPv6 = packet[0] >> 4 == 6
    var error = isIPv6 ? packet[..<40] : packet[..<20]
    if isIPv6 { error[6] = 58 } else { error[9] = 1 }
    error += isIPv6 ? [1, 4, 0, 0, 0, 0, 0, 0] : [3, 3, 0, 0, 0, 0, 0, 0]
    error += packet[..<(isIPv6 ? 48 : 28)]
    let seen = try #require(SeenPacket(error))
    #expect(seen.icmp?.quotedNumber == probe.number)
    #expect(seen.number == nil)
    // Time exceeded says nothing of rules.
    error[isIPv6 ? 40 : 20] = isIPv6 ? 3 : 11
    #expect(SeenPacket(error)?.icmp?.quotedNumber == nil)
  }

  @Test(arguments: transports, addresses)
  func noPrefixOfAPacketIsTooShort(transport: FlowPacket.Transport, addresses: (IPAddress, IPAddress)) {
    let packet = Self.probe(transport, addresses).packet()
    let header = packet[0] >> 4 == 6 ? 40 : 20
    for count in 0..<packet.count {
      #expect((SeenPacket(packet[..<count]) != nil) == (count >= header + 8))
    }
  }

  @Test func announcementsNameThePort() {
    for (addresses, command) in [
      (Self.addresses[0], "PORT 198,51,100,2,0,80\r\n"), (Self.addresses[1], "EPRT |2|2001:db8::2|80|\r\n"),
    ] {
      let last = FTPAnnouncement(of: Self.probe(.tcp, addresses)).commands.last ?? []
      #expect(String(decoding: last, as: UTF8.self).hasSuffix(command))
    }
  }

  // MARK: What is concluded

  /// With so many packets, the chance to miss one of the backends or one more is below one in a million, and with one
  /// packet fewer the bound says nothing of the kind.
  @Test(arguments: [1, 2, 3, 10, 50, 1000])
  func attemptsSuffice(backends: Int) {
    let ends = Double(backends + 1)
    func risk(_ attempts: Int) -> Double {
      (0..<attempts).reduce(ends) { risk, _ in risk * (1 - 1 / ends) }
    }
    let attempts = Attempts.toReach(backends: backends)
    #expect(risk(attempts) <= 1e-6 * 1.000001)
    #expect(risk(attempts - 1) > 1e-6)
  }

  @Test func masqueradingNeedsAgreement() {
    let backend = BackendAddress("10.0.0.1", port: 80)
    func observation(changed: Int, unchanged: Int, isMadeOnNode: Bool) -> Observation {
      var observation = Observation(isMadeOnNode: isMadeOnNode)
      for index in 0..<(changed + unchanged) {
        observation.add(
          .translated(
            FlowFate.Arrival(
              destination: backend, source: backend, isSourceChanged: index < changed, place: .node, isAccepted: nil)))
      }
      return observation
    }
    #expect(observation(changed: 0, unchanged: 3, isMadeOnNode: true).isMasqueraded(backend) == false)
    #expect(observation(changed: 3, unchanged: 0, isMadeOnNode: false).isMasqueraded(backend) == true)
    #expect(observation(changed: 3, unchanged: 1, isMadeOnNode: true).isMasqueraded(backend) == true)
    #expect(observation(changed: 3, unchanged: 1, isMadeOnNode: false).isMasqueraded(backend) == nil)
    #expect(observation(changed: 1, unchanged: 1, isMadeOnNode: true).isMasqueraded(backend) == nil)
    #expect(observation(changed: 0, unchanged: 0, isMadeOnNode: true).isMasqueraded(backend) == nil)
  }
}
