import NetworkAddresses
import ServicePlan
import Testing

@Suite struct NodePortAddressesTests {
  private func accepted(
    _ entries: [NodePortAddressEntry]?, _ family: IPFamily, _ mode: ProxyMode, localhost: Bool = true
  ) throws -> String {
    var configuration = NodeConfiguration(nodeName: "node-1")
    configuration.nodeIPs = [try address("192.0.2.11"), try address("2001:db8::11")]
    configuration.interfaceAddresses =
      configuration.nodeIPs + [try address("198.51.100.11"), try address("2001:db8:1::11")]
    configuration.nodePortAddresses = entries
    configuration.localhostNodePorts = localhost
    let result = configuration.acceptedNodePortAddresses(family, for: mode)
    let words =
      switch result.accepted {
      case .all: "all"
      case .addresses(let addresses): addresses.map(\.description).joined(separator: " ")
      }
    return words + (result.loopbackInForce ? " +loopback" : "")
      + (result.refusedLoopback.isEmpty ? "" : " -loopback")
  }

  @Test func defaults() throws {
    #expect(try accepted(nil, .ipv4, .iptables) == "all +loopback")  // NPA-5
    #expect(try accepted(nil, .ipv4, .iptables, localhost: false) == "all")
    #expect(try accepted(nil, .ipv6, .iptables) == "all")  // NPA-6
    #expect(try accepted(nil, .ipv4, .nftables) == "192.0.2.11")
    #expect(try accepted(nil, .ipv6, .nftables) == "2001:db8::11")
  }

  @Test func cidrs() throws {
    let one = [NodePortAddressEntry.prefix(try prefix("198.51.100.0/24"))]
    #expect(try accepted(one, .ipv4, .iptables) == "198.51.100.11")
    #expect(try accepted(one, .ipv6, .iptables) == "all")  // NPA-2
    #expect(try accepted([.prefix(try prefix("203.0.113.0/24"))], .ipv4, .nftables) == "")  // NPA-4
    let zero = [one[0], .prefix(try prefix("0.0.0.0/0"))]
    #expect(try accepted(zero, .ipv4, .nftables) == "all")  // NPA-3
  }

  @Test func loopback() throws {
    let entries = [NodePortAddressEntry.prefix(try prefix("127.0.0.0/8")), .prefix(try prefix("::1/128"))]
    #expect(try accepted(entries, .ipv4, .iptables) == "127.0.0.1 +loopback")
    #expect(try accepted(entries, .ipv4, .iptables, localhost: false) == " -loopback")  // NPA-7
    #expect(try accepted(entries, .ipv4, .nftables) == " -loopback")
    #expect(try accepted(entries, .ipv6, .iptables) == " -loopback")
  }

  @Test func keywordsMixWithCIDRs() throws {
    let entries = [NodePortAddressEntry.primary, .prefix(try prefix("198.51.100.0/24")), .localhost]
    #expect(try accepted(entries, .ipv4, .iptables) == "127.0.0.1 192.0.2.11 198.51.100.11 +loopback")
    #expect(try accepted([.all], .ipv6, .nftables) == "all")
  }
}
