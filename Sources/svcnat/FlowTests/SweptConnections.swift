#if Netlink && os(Linux)
  import ConnectionTracking
  import ConntrackNetlink
  import FlowCases
  import KernelFlows
  import NetworkAddresses

  /// Puts connections into tables of network namespaces, has them swept, and looks what is left.
  enum SweptConnections {
    /// - Returns: the ids of those that are gone.
    /// - Throws: ``/Netlink/NetlinkError``, ``/KernelFlows/KernelFlowError``.
    static func removed(_ entries: [ConntrackEntry], _ stale: StaleConnections) throws -> Set<String> {
      try rounds(of: entries).reduce(into: []) { $0.formUnion(try removedAtOnce($1, stale)) }
    }

    /// A table has no two connections alike in one direction. Entries of a case that are share no table.
    private static func rounds(of entries: [ConntrackEntry]) -> [[ConntrackEntry]] {
      var rounds: [(entries: [ConntrackEntry], tuples: Set<[String]>)] = []
      for entry in entries {
        let connection = TrackedConnection(entry)
        let transport = connection.transport.rawValue
        let tuples: Set = [
          ["original", transport, "\(connection.originalSource)", "\(connection.originalDestination)"],
          ["reply", transport, "\(connection.replySource)", "\(connection.replyDestination)"],
        ]
        let place = rounds.firstIndex { $0.tuples.isDisjoint(with: tuples) } ?? rounds.endIndex
        if place == rounds.endIndex { rounds.append(([], [])) }
        rounds[place].entries.append(entry)
        rounds[place].tuples.formUnion(tuples)
      }
      return rounds.map(\.entries)
    }

    private static func removedAtOnce(_ entries: [ConntrackEntry], _ stale: StaleConnections) throws -> Set<String> {
      try FreshNamespace.run {
        var table = try ConntrackConnection()
        for entry in entries { try table.insert(TrackedConnection(entry), seconds: 600) }
        let families = Set(entries.map(\.originalSource.address.family)).sorted()
        var sweeper = try ConntrackSweeper()
        let report = try sweeper.sweep(stale, families)
        if let failure = report.firstFailure { throw failure }
        var left: Set<TrackedConnection> = []
        for family in families {
          for transport in TransportProtocol.allCases {
            _ = try table.list(family, transport) { connection in
              var connection = connection
              connection.id = nil
              left.insert(connection)
            }
          }
        }
        return Set(entries.filter { !left.contains(TrackedConnection($0)) }.map(\.id))
      }
    }
  }
#endif
