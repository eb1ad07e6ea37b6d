#if Netlink && os(Linux)
  import ConnectionTracking
  import Netlink
  import NetworkAddresses
  import ServicePlan

  /// Finds and deletes stale UDP connections (section CT).
  ///
  /// The table is read as a stream and judged entry by entry; deletions go to the kernel meanwhile, over a socket of their own.
  /// What is held in memory does not grow with the table.
  public struct ConntrackSweeper<Transport: NetlinkTransport & ~Copyable>: ~Copyable {
    private var reader: ConntrackConnection<Transport>
    private var deleter: ConntrackConnection<Transport>

    /// How often a list is read again that the kernel did not finish; then the part that was read has to do (CT-7).
    static var attempts: Int { 4 }

    public init(reader: consuming Transport, deleter: consuming Transport) {
      self.reader = ConntrackConnection(reader)
      self.deleter = ConntrackConnection(deleter)
    }

    /// Deletes what is stale, after a sync that calls for it (``/ConnectionTracking/ConntrackSweepTrigger``).
    ///
    /// - Parameters:
    ///   - plans: what is in force now, at most one a family.
    ///   - removed: what was in force before and is gone, see ``/ConnectionTracking/ConntrackSweepTrigger/removed(from:to:)``.
    ///   - see: is given each connection before it is deleted.
    /// - Throws: where the table cannot be read. Entries that cannot be deleted are in the report.
    public mutating func sweep(
      _ plans: [NodePlan], removed: [NodePlan] = [], _ see: (TrackedConnection, StaleReason) -> Void = { _, _ in }
    ) throws(NetlinkError) -> ConntrackSweepReport {
      let families = Set((plans + removed).map(\.family)).sorted()
      return try sweep(StaleConnections(plans, removed: removed), families, see)
    }

    public mutating func sweep(
      _ stale: StaleConnections, _ families: [IPFamily], _ see: (TrackedConnection, StaleReason) -> Void = { _, _ in }
    ) throws(NetlinkError) -> ConntrackSweepReport {
      var report = ConntrackSweepReport()
      guard !stale.isEmpty else { return report }
      for family in families {
        try Self.sweep(stale, family, &reader, &deleter, &report, see)
      }
      return report
    }

    private static func sweep(
      _ stale: StaleConnections, _ family: IPFamily, _ reader: inout ConntrackConnection<Transport>,
      _ deleter: inout ConntrackConnection<Transport>, _ report: inout ConntrackSweepReport,
      _ see: (TrackedConnection, StaleReason) -> Void
    ) throws(NetlinkError) {
      var pending: [TrackedConnection] = []
      pending.reserveCapacity(ConntrackConnection<Transport>.deletionsAtOnce)
      for attempt in 1...attempts {
        let isComplete = try reader.list(family, .udp) { connection in
          report.examined += 1
          guard let reason = stale.reason(connection) else { return }
          see(connection, reason)
          report.stale[reason.servicePort, default: 0] += 1
          pending.append(connection)
          guard pending.count == ConntrackConnection<Transport>.deletionsAtOnce else { return }
          report.add(deleter.delete(pending))
          pending.removeAll(keepingCapacity: true)
        }
        report.add(deleter.delete(pending))
        pending.removeAll(keepingCapacity: true)
        if isComplete { return }
        if attempt == attempts { report.isComplete = false }
      }
    }

    /// Lists what is stale and deletes nothing.
    ///
    /// - Returns: whether the whole table was read.
    public mutating func find(
      _ stale: StaleConnections, _ families: [IPFamily]
    ) throws(NetlinkError) -> (found: [(connection: TrackedConnection, reason: StaleReason)], isComplete: Bool) {
      var found: [(connection: TrackedConnection, reason: StaleReason)] = []
      var isComplete = true
      for family in families {
        for attempt in 1...Self.attempts {
          var inFamily: [(connection: TrackedConnection, reason: StaleReason)] = []
          let isWhole = try reader.list(family, .udp) { connection in
            if let reason = stale.reason(connection) { inFamily.append((connection, reason)) }
          }
          if isWhole || attempt == Self.attempts {
            found += inFamily
            isComplete = isComplete && isWhole
            break
          }
        }
      }
      return (found, isComplete)
    }
  }

  extension ConntrackSweeper where Transport == NetlinkSocket {
    /// For the network namespace the calling thread is in.
    public init() throws(NetlinkError) {
      self.init(reader: try NetlinkSocket(), deleter: try NetlinkSocket())
    }
  }

  /// What a sweep has done.
  public struct ConntrackSweepReport: Sendable {
    /// UDP entries that were looked at.
    public var examined = 0
    /// Stale entries found, by service port (``/ServicePlan/ServicePortPlan/label``).
    public var stale: [String: Int] = [:]
    public var deleted = 0
    /// Stale entries that were not there any more when they were to be deleted.
    public var gone = 0
    /// Stale entries that could not be deleted.
    public var failed = 0
    /// The first reason why.
    public var firstFailure: NetlinkError?
    /// Whether the whole table was read; false: the kernel was interrupted again and again.
    public var isComplete = true

    public init() {}

    mutating func add<Transport: ~Copyable>(_ deletion: ConntrackConnection<Transport>.Deletion) {
      deleted += deletion.deleted
      gone += deletion.gone
      failed += deletion.failures.count
      if firstFailure == nil { firstFailure = deletion.failures.first?.error }
    }
  }
#endif
