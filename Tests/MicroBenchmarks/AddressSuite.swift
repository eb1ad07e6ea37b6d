import Benchmark
import NetworkAddresses

/// A thousand addresses each, as different as those of a cluster.
enum AddressSuite {
  static func make() -> BenchmarkSuite {
    let ipv4 = (0..<1000).map { IPAddress(ipv4: 0x0a80_0000 &+ UInt32($0) &* 0x0101_0107) }
    let ipv6 = (0..<1000).map { IPAddress(ipv6High: 0xfd00_0010_0244_0000, low: UInt64($0) &* 0x9E37_79B9) }
    let texts = [ipv4, ipv6].map { addresses in addresses.map { Array($0.description.utf8) } }
    return BenchmarkSuite(name: "addresses") { suite in
      suite.benchmark("1,000 of IPv4, read") { read(texts[0]) }
      suite.benchmark("1,000 of IPv6, read") { read(texts[1]) }
      suite.benchmark("1,000 of IPv4, written") { write(ipv4) }
      suite.benchmark("1,000 of IPv6, written") { write(ipv6) }
    }
  }

  private static func read(_ texts: [[UInt8]]) {
    for text in texts { keep(text.withUnsafeBytes { IPAddress(utf8: $0) }) }
  }

  private static func write(_ addresses: [IPAddress]) {
    for address in addresses { keep(address.withText { $0.count }) }
  }
}
