#if Netlink && os(Linux)
  import ConnectionTracking
  import Foundation
  import Glibc
  import Netlink
  import NetworkAddresses
  import ServicePlan
  import Testing

  @testable import ConntrackNetlink

  @Suite(.enabled(if: Namespace.isAvailable || ProcessInfo.processInfo.environment["CI"] == "true"))
  struct ConntrackSweeperTests {
    /// The client ports of what is in the table.
    private static func clients(_ family: IPFamily = .ipv4) throws -> [UInt16] {
      var table = try ConntrackConnection()
      var ports: [UInt16] = []
      for transport in [TransportProtocol.udp, .tcp] {
        #expect(try table.list(family, transport) { ports.append($0.originalSource.port) })
      }
      return ports.sorted()
    }

    @Test func deletesWhatIsStaleInBothFamilies() throws {
      try Namespace.run {
        var table = try ConntrackConnection()
        for (port, backend) in [(1, "10.244.2.2:1053"), (2, "10.244.9.9:1053"), (3, nil)] {
          try table.insert(
            try connection("10.244.1.9:\(port)", to: "10.96.0.10:53", at: backend), seconds: 60)
        }
        try table.insert(try connection("10.244.1.9:4", to: "192.0.2.1:53", at: "10.244.9.9:1053"), seconds: 60)
        try table.insert(
          try connection("10.244.1.9:5", to: "10.96.0.10:53", at: "10.244.9.9:1053", .tcp), seconds: 60)
        for (port, backend) in [(1, "[fd00:244::2]:1053"), (2, "[fd00:244::9]:1053")] {
          try table.insert(
            try connection("[fd00::9]:\(port)", to: "[fd00:96::10]:53", at: backend), seconds: 60)
        }
        let plans = [
          try plan(serving: ["10.244.2.2"]), try plan(.ipv6, clusterIP: "fd00:96::10", serving: ["fd00:244::2"]),
        ]
        var sweeper = try ConntrackSweeper()

        let dry = try sweeper.find(StaleConnections(plans), [.ipv4, .ipv6])
        #expect(dry.isComplete)
        #expect(dry.found.map(\.connection.originalSource.port).sorted() == [2, 2, 3])
        #expect(try Self.clients() == [1, 2, 3, 4, 5])

        var seen: [StaleReason] = []
        let report = try sweeper.sweep(plans) { seen.append($1) }
        #expect((report.deleted, report.gone, report.failed, report.isComplete) == (3, 0, 0, true))
        #expect(report.examined == 6)
        #expect(report.stale == ["u/dns:d": 3])
        #expect(seen.count == 3)
        #expect(try Self.clients() == [1, 4, 5])
        #expect(try Self.clients(.ipv6) == [1])
        let again = try sweeper.sweep(plans)
        #expect((again.examined, again.deleted) == (3, 0))
      }
    }

    @Test func clearsRemovedServices() throws {
      try Namespace.run {
        var table = try ConntrackConnection()
        try table.insert(try connection("10.244.1.9:1", to: "10.96.0.10:53", at: "10.244.2.2:1053"), seconds: 60)
        let before = [try plan(serving: ["10.244.2.2"])]
        var sweeper = try ConntrackSweeper()
        #expect(try sweeper.sweep([]).deleted == 0)
        let report = try sweeper.sweep([], removed: ConntrackSweepTrigger.removed(from: before, to: []))
        #expect(report.deleted == 1)
        #expect(try Self.clients().isEmpty)
      }
    }

    /// Entries to make: all that a table of the size of this machine's takes with SVCNAT_CONNTRACK_FULL=1.
    private static var manyEntries: Int {
      ProcessInfo.processInfo.environment["SVCNAT_CONNTRACK_FULL"] == "1" ? .max : 20_000
    }

    /// A large table: where it takes no more entries, it is still read and swept, a piece at a time.
    @Test func sweepsALargeTable() throws {
      try Namespace.run {
        var table = try ConntrackConnection()
        var made = 0
        fill: for host in 0..<64 {
          for port in 1...60_000 {
            // Every second one is stale.
            let backend = made % 2 == 0 ? "10.244.2.2:1053" : "10.244.9.9:1053"
            do {
              try table.insert(
                try connection("10.244.1.\(host):\(port)", to: "10.96.0.10:53", at: backend), seconds: 600)
            } catch let error as NetlinkError {
              #expect(error.code == ENOMEM)
              break fill
            }
            made += 1
            if made == Self.manyEntries { break fill }
          }
        }
        var sweeper = try ConntrackSweeper()
        let report = try sweeper.sweep([try plan(serving: ["10.244.2.2"])])
        #expect(report.examined == made)
        #expect(report.deleted == made / 2)
        #expect(report.failed == 0)
        var left = 0
        #expect(try table.list(.ipv4, .udp) { if $0.replySource.address == IPAddress("10.244.2.2") { left += 1 } })
        #expect(left == made - made / 2)
      }
    }
  }
#endif
