#if Agent && os(Linux)
  import Glibc
  import NFTables
  import NFTablesNetlink
  import Netlink

  /// Hears when the agent has committed rules.
  struct CommitListener: ~Copyable {
    private var listener: RuleSetListener<NetlinkSocket>

    init() throws { listener = try RuleSetListener() }

    /// Forgets what was.
    mutating func drain() throws { _ = try listener.events() }

    /// Waits for the commit of one change to svcnat's tables, which can take several transactions, and until it is quiet.
    ///
    /// - Returns: when the last of them was heard of; nil: none came.
    mutating func waitForChange() throws -> ContinuousClock.Instant? {
      guard var last = try wait(limit: .seconds(30)) else { return nil }
      while let next = try wait(limit: .milliseconds(4)) { last = next }
      return last
    }

    private mutating func wait(limit: Duration) throws -> ContinuousClock.Instant? {
      let end = ContinuousClock.now + limit
      while true {
        let left = Int64((end - .now) / .milliseconds(1))
        guard left > 0 else { return nil }
        var polled = pollfd(fd: listener.descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&polled, 1, Int32(clamping: left)) > 0 else { continue }
        let now = ContinuousClock.now
        for event in try listener.events() {
          guard case .changed(let change) = event else { continue }
          if change.tables.contains(where: { $0.name == MapsLayout.tableName }) { return now }
        }
      }
    }
  }
#endif
