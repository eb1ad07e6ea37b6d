import NetworkAddresses
import Testing

@Suite struct IPAddressTests {
  @Test(arguments: [
    ("10.96.0.1", "10.96.0.1"),
    ("010.096.000.001", "10.96.0.1"),
    ("255.255.255.255", "255.255.255.255"),
    ("::", "::"),
    ("::1", "::1"),
    ("1::", "1::"),
    ("FD10:0244::0001:5", "fd10:244::1:5"),
    ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
    ("1:0:0:4:0:0:0:8", "1:0:0:4::8"),
    ("1:0:0:4:5:0:0:8", "1::4:5:0:0:8"),
    ("1:0:3:4:5:6:7:8", "1:0:3:4:5:6:7:8"),
    ("::ffff:10.0.0.1", "10.0.0.1"),
    ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
    ("1:2:3:4:5:6::8", "1:2:3:4:5:6:0:8"),
    ("1::2:3:4:5:6:7", "1:0:2:3:4:5:6:7"),
  ])
  func readsAndWritesCanonically(text: String, canonical: String) throws {
    #expect(try #require(IPAddress(text)).description == canonical)
  }

  /// Every pattern of groups that are zero, with numbers of one to four digits between them.
  @Test func writesEveryPatternOfZeros() throws {
    let numbers: [UInt64] = [0xfd10, 0xa, 0x9f0, 0x10, 0x1, 0xffff, 0xb0, 0x901]
    for pattern in 1..<256 {
      let groups = numbers.indices.map { pattern >> $0 & 1 == 1 ? numbers[$0] : 0 }
      let high = groups[..<4].reduce(0) { $0 << 16 | $1 }
      let low = groups[4...].reduce(0) { $0 << 16 | $1 }
      let address = IPAddress(ipv6High: high, low: low)
      // RFC 5952: the longest run of two or more, the first of equals.
      let runs = (2...8).reversed().flatMap { length in (0...8 - length).map { ($0, length) } }
      let gap = runs.first { start, length in groups[start..<start + length].allSatisfy { $0 == 0 } }
      let words = groups.map { String($0, radix: 16) }
      let text =
        gap.map { start, length in
          words[..<start].joined(separator: ":") + "::" + words[(start + length)...].joined(separator: ":")
        } ?? words.joined(separator: ":")
      #expect(address.description == text)
      #expect(address.withText { Array($0) } == Array(text.utf8))
    }
  }

  @Test(arguments: [
    "", "1", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1..2.3", "1.2.3.4/8", " 1.2.3.4", ":", ":::", "1:2",
    "1:2:3:4:5:6:7:8:9",
    "1::2::3", "12345::", "g::", "1:2:3:4:5:6:7:", ":1:2:3:4:5:6:7", "::1.2.3", "fe80::1%eth0", "1:2:3:4:5:6:7::8:9",
  ])
  func refuses(text: String) {
    #expect(IPAddress(text) == nil)
  }

  @Test func orders() throws {
    let texts = ["10.0.0.9", "10.0.0.10", "192.0.2.1", "::1", "fd00::1"]
    let addresses = try texts.map { try #require(IPAddress($0)) }
    #expect(addresses.shuffled().sorted() == addresses)
  }
}

@Suite struct IPPrefixTests {
  @Test(arguments: [
    ("10.244.1.7/16", "10.244.0.0/16", "10.244.255.255"),
    ("0.0.0.0/0", "0.0.0.0/0", "255.255.255.255"),
    ("10.0.0.1/32", "10.0.0.1/32", "10.0.0.1"),
    ("fd10:244::5/48", "fd10:244::/48", "fd10:244:0:ffff:ffff:ffff:ffff:ffff"),
    ("fd10::1/64", "fd10::/64", "fd10::ffff:ffff:ffff:ffff"),
    ("fd10::ff/120", "fd10::/120", "fd10::ff"),
    ("::/0", "::/0", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("::ffff:10.1.2.3/104", "10.0.0.0/8", "10.255.255.255"),
  ])
  func readsAndClearsHostBits(text: String, canonical: String, last: String) throws {
    let prefix = try #require(IPPrefix(text))
    #expect(prefix.description == canonical)
    #expect(prefix.lastAddress.description == last)
    #expect(prefix.contains(prefix.lastAddress) && prefix.contains(prefix.address))
  }

  @Test(arguments: [
    "10.0.0.0", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8 ", "::/129", "x/8", "::ffff:1.2.3.4/8",
  ])
  func refuses(text: String) {
    #expect(IPPrefix(text) == nil)
  }
}
