#if Agent && os(Linux)
  import ConnectionTracking
  import ConntrackNetlink
  import IPTables
  import KernelParameters
  import NFTables
  import NFTablesNetlink
  import NetworkAddresses
  import NodeProgramming
  import RuleTargets

  /// What the loop asks of the node it runs on. One thread uses it.
  protocol NodeKernel: AnyObject {
    /// The table of a target as it is now, to go on from it; nil: there is none, or the target has no table.
    func installedTable(_ family: IPFamily, _ target: RuleTarget) throws -> NFTables.Table?

    /// Makes the rules of all families what they should be, and takes away those of other targets that svcnat made.
    ///
    /// - Returns: what had to be done.
    func program(_ rules: [CompiledRules], _ target: RuleTarget) throws -> ProgrammedRules

    /// Has the kernel say whether it would take rules, without changing any.
    func check(_ rules: [CompiledRules], _ target: RuleTarget) throws

    /// Changes a table that is known to be as it was left.
    func commit(_ change: TableChange) throws -> ProgrammedRules

    /// What the frontends of a table that counts have counted: connections. Empty: there is none.
    func frontendCounts(_ family: IPFamily) throws -> [CountedElement]

    /// Deletes stale connections.
    func sweep(_ stale: StaleConnections, _ families: [IPFamily]) throws -> ConntrackSweepReport

    /// Of all interfaces, loopback excepted.
    func interfaceAddresses() throws -> [IPAddress]

    var isIPv6Available: Bool { get }

    /// Makes a counter that rules of iptables name.
    func ensure(_ counter: PacketCounter) throws

    /// What it has counted.
    func packets(_ counter: PacketCounter) throws -> UInt64

    func ensure(_ setting: KernelSetting) throws -> KernelParameterFiles.Outcome

    /// Takes away all rules that svcnat made.
    func cleanUp(_ families: [IPFamily]) throws

    /// Waits until something happens.
    ///
    /// - Parameters:
    ///   - descriptor: is waited for as well.
    ///   - timeout: nil: without end.
    func wait(for descriptor: Int32, timeout: Duration?) throws -> [KernelEvent]
  }

  /// What happens to the kernel by others.
  enum KernelEvent: Hashable, Sendable {
    /// Somebody else has changed a table that may be ours.
    ///
    /// - Parameter culprit: `nft (process 4711)`; nil: not known.
    case rulesChanged(culprit: String?)
    case addressesChanged
    /// A frontend of a table that counts is gone, or was exchanged.
    case frontendRemoved(CountedElement, IPFamily)
  }

  /// What was done to rules.
  struct ProgrammedRules {
    var counts = ChangeCounts()
    var transactions = 0
    /// In the words of nft or iptables, of the first things that were done.
    var lines: [String] = []
    var duration = Duration.zero
    /// Rules that serve Services as well and were left alone.
    var left: [String] = []
    /// How many rules of iptables were written, by table.
    var iptablesRules: [IPFamily: [String: Int]] = [:]

    var isEmpty: Bool { transactions == 0 }

    static func += (total: inout ProgrammedRules, more: ProgrammedRules) {
      total.counts += more.counts
      total.transactions += more.transactions
      total.lines += more.lines
      total.duration += more.duration
      total.left = more.left
      total.iptablesRules.merge(more.iptablesRules) { $1 }
    }
  }
#endif
