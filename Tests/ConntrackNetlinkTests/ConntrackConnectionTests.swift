#if Netlink && os(Linux)
  import ConnectionTracking
  import Foundation
  import Netlink
  import NetworkAddresses
  import Testing

  @testable import ConntrackNetlink

  @Suite(.enabled(if: Namespace.isAvailable || ProcessInfo.processInfo.environment["CI"] == "true"))
  struct ConntrackConnectionTests {
    private static func list(
      _ table: inout ConntrackConnection<NetlinkSocket>, _ family: IPFamily, _ transport: TransportProtocol = .udp
    ) throws -> [TrackedConnection] {
      var listed: [TrackedConnection] = []
      #expect(try table.list(family, transport) { listed.append($0) })
      return listed
    }

    private static func ends(_ connections: [TrackedConnection]) -> Set<TrackedConnection> {
      Set(
        connections.map {
          var connection = $0
          connection.id = nil
          return connection
        })
    }

    @Test func listsWhatIsThere() throws {
      try Namespace.run {
        var table = try ConntrackConnection()
        let translated = try connection("10.244.1.9:40000", to: "10.96.0.10:53", at: "10.244.2.2:1053")
        let untranslated = try connection("10.244.1.9:40001", to: "10.96.0.10:53")
        let elsewhere = try connection("10.244.1.9:40001", to: "10.96.0.10:53", zone: 7)
        let tcp = try connection("10.244.1.9:40000", to: "10.96.0.10:53", at: "10.244.2.2:1053", .tcp)
        let ipv6 = try connection("[fd00::9]:40000", to: "[fd00:96::10]:53", at: "[fd00:244::2]:1053")
        for connection in [translated, untranslated, elsewhere, ipv6, tcp] { try table.insert(connection, seconds: 60) }
        #expect(Self.ends(try Self.list(&table, .ipv4)) == [translated, untranslated, elsewhere])
        #expect(Self.ends(try Self.list(&table, .ipv6)) == [ipv6])
        #expect(Self.ends(try Self.list(&table, .ipv4, .tcp)) == [tcp])
        #expect(try Self.list(&table, .ipv4).allSatisfy { $0.id != nil })
      }
    }

    @Test func deletesOneEntryAndNoOther() throws {
      try Namespace.run {
        var table = try ConntrackConnection()
        let condemned = try connection("10.244.1.9:40000", to: "10.96.0.10:53", at: "10.244.2.2:1053")
        let other = try connection("10.244.1.9:40001", to: "10.96.0.10:53", at: "10.244.2.2:1053")
        let otherZone = try connection("10.244.1.9:40000", to: "10.96.0.10:53", at: "10.244.2.2:1053", zone: 7)
        for connection in [condemned, other, otherZone] { try table.insert(connection, seconds: 60) }
        let listed = try #require(
          try Self.list(&table, .ipv4).first { $0.originalSource.port == 40000 && $0.zone == 0 })
        let first = table.delete([listed])
        #expect((first.deleted, first.gone, first.failures.count) == (1, 0, 0))
        #expect(Self.ends(try Self.list(&table, .ipv4)) == [other, otherZone])
        // It is gone, and an entry that comes in its place and leads elsewhere is another one.
        let second = table.delete([listed])
        #expect((second.deleted, second.gone) == (0, 1))
        let successor = try connection("10.244.1.9:40000", to: "10.96.0.10:53", at: "10.244.3.3:1053")
        try table.insert(successor, seconds: 60)
        let third = table.delete([listed])
        #expect((third.deleted, third.gone) == (0, 1))
        #expect(Self.ends(try Self.list(&table, .ipv4)) == [successor, other, otherZone])
      }
    }

    @Test func deletesManyInOneGo() throws {
      try Namespace.run {
        var table = try ConntrackConnection()
        for port in 1...1000 {
          try table.insert(
            try connection("10.244.1.9:\(port)", to: "10.96.0.10:53", at: "10.244.2.2:1053"), seconds: 60)
        }
        let listed = try Self.list(&table, .ipv4)
        #expect(listed.count == 1000)
        // Half of them twice: what is gone is told from what is deleted, wherever it stands.
        let deletion = table.delete(listed + listed[..<500])
        #expect((deletion.deleted, deletion.gone, deletion.failures.count) == (1000, 500, 0))
        #expect(try Self.list(&table, .ipv4).isEmpty)
      }
    }
  }
#endif
