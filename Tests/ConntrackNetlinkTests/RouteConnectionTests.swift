#if Netlink && os(Linux)
  import Foundation
  import Glibc
  import KernelParameters
  import Netlink
  import NetworkAddresses
  import RouteNetlink
  import Testing

  @Suite(.enabled(if: Namespace.isAvailable || ProcessInfo.processInfo.environment["CI"] == "true"))
  struct RouteConnectionTests {
    private static func ip(_ arguments: String...) throws {
      // Started by this thread, so in its namespace.
      let command = (["ip"] + arguments).joined(separator: " ")
      try #require(system(command) == 0, "\(command)")
    }

    private static func addresses(_ connection: inout RouteConnection<NetlinkSocket>) throws -> [String] {
      try connection.addresses().map { "\($0.address)/\($0.prefixLength)" }.sorted()
    }

    @Test func readsAndHearsOfAddresses() throws {
      try Namespace.run {
        var listener = try AddressListener()
        var connection = try RouteConnection()
        #expect(try connection.addresses().isEmpty)
        #expect(try listener.events().isEmpty)
        try Self.ip("link", "set", "lo", "up")
        try Self.ip("address", "add", "192.0.2.1/24", "dev", "lo")
        try Self.ip("address", "add", "198.51.100.1", "peer", "198.51.100.2", "dev", "lo")
        try Self.ip("address", "add", "fd00::1/64", "dev", "lo", "nodad")
        #expect(
          try Self.addresses(&connection) == [
            "127.0.0.1/8", "192.0.2.1/24", "198.51.100.1/32", "::1/128", "fd00::1/64",
          ])
        var ready = pollfd(fd: listener.descriptor, events: Int16(POLLIN), revents: 0)
        #expect(poll(&ready, 1, 1000) == 1)
        let added = try listener.events()
        #expect(added.count >= 5)
        #expect(
          added.contains(.added(InterfaceAddress(try #require(IPAddress("192.0.2.1")), prefixLength: 24, interface: 1)))
        )
        try Self.ip("address", "delete", "192.0.2.1/24", "dev", "lo")
        #expect(
          try listener.events() == [
            .removed(InterfaceAddress(try #require(IPAddress("192.0.2.1")), prefixLength: 24, interface: 1))
          ])
        #expect(!(try Self.addresses(&connection)).contains("192.0.2.1/24"))
      }
    }

    @Test func seesThatIPv6IsOff() throws {
      try Namespace.run {
        try Self.ip("link", "set", "lo", "up")
        #expect(KernelParameterFiles().isIPv6Available)
        var connection = try RouteConnection()
        #expect(try connection.addresses().contains { $0.address.family == .ipv6 })
        let path = "/proc/sys/net/ipv6/conf/all/disable_ipv6"
        try #require(FileManager.default.isWritableFile(atPath: path))
        try Data("1".utf8).write(to: URL(filePath: path))
        #expect(!KernelParameterFiles().isIPv6Available)
        #expect(!(try connection.addresses().contains { $0.address.family == .ipv6 }))
      }
    }
  }
#endif
