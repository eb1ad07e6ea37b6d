import NetworkAddresses
import Testing

@testable import ServicePlan

/// EPS-12: backends come in the order of their text.
struct BackendSortKeyTests {
  private static let addresses: [IPAddress] = {
    var generator = SystemRandomNumberGenerator()
    let octets: [UInt32] = [0, 1, 9, 10, 19, 99, 100, 101, 199, 200, 255]
    func octet() -> UInt32 { octets.randomElement(using: &generator) ?? 0 }
    let v4 = (0..<60).map { _ in IPAddress(ipv4: octet() << 24 | octet() << 16 | octet() << 8 | octet()) }
    let groups: [UInt64] = [0, 0, 1, 0xf, 0x10, 0xff, 0xabc, 0xa000, 0xffff]
    func half() -> UInt64 {
      (0..<4).reduce(0) { half, _ in half << 16 | (groups.randomElement(using: &generator) ?? 0) }
    }
    return v4 + (0..<60).map { _ in IPAddress(ipv6High: half(), low: half()) }
      + [
        IPAddress(ipv6High: .max, low: .max), IPAddress(ipv6High: 0, low: 0), IPAddress(ipv4: .max), IPAddress(ipv4: 0),
      ]
  }()

  private static let ports: [UInt16] = [1, 9, 10, 80, 99, 100, 443, 999, 1000, 8080, 9999, 10000, 65535]

  @Test func keysSortAsTextDoes() {
    let backends = Self.addresses.flatMap { address in
      Self.ports.map { Backend(address: address, port: $0, isLocal: false) }
    }
    let sorted = backends.map { ($0.key, BackendSortKey($0.address, port: $0.port)) }
      .sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
    for (a, b) in zip(sorted, sorted.dropFirst()) {
      #expect(a.0 == b.0 ? a.1 == b.1 : a.1 < b.1, "\(a.0), \(b.0)")
    }
  }
}
