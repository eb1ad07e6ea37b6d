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

  @testable import NodeAgent

  /// Passes everything on to the real kernel; tests override what is to go wrong.
  class PassingKernel: NodeKernel {
    let kernel: LinuxKernel

    init(_ kernel: LinuxKernel) { self.kernel = kernel }

    func installedTable(_ family: IPFamily, _ target: RuleTarget) throws -> NFTables.Table? {
      try kernel.installedTable(family, target)
    }

    func program(_ rules: [CompiledRules], _ target: RuleTarget) throws -> ProgrammedRules {
      try kernel.program(rules, target)
    }

    func check(_ rules: [CompiledRules], _ target: RuleTarget) throws { try kernel.check(rules, target) }
    func commit(_ change: TableChange) throws -> ProgrammedRules { try kernel.commit(change) }
    func frontendCounts(_ family: IPFamily) throws -> [CountedElement] { try kernel.frontendCounts(family) }

    func sweep(_ stale: StaleConnections, _ families: [IPFamily]) throws -> ConntrackSweepReport {
      try kernel.sweep(stale, families)
    }

    func interfaceAddresses() throws -> [IPAddress] { try kernel.interfaceAddresses() }
    var isIPv6Available: Bool { kernel.isIPv6Available }
    func ensure(_ counter: PacketCounter) throws { try kernel.ensure(counter) }
    func packets(_ counter: PacketCounter) throws -> UInt64 { try kernel.packets(counter) }
    func ensure(_ setting: KernelSetting) throws -> KernelParameterFiles.Outcome { try kernel.ensure(setting) }
    func cleanUp(_ families: [IPFamily]) throws { try kernel.cleanUp(families) }

    func wait(for descriptor: Int32, timeout: Duration?) throws -> [KernelEvent] {
      try kernel.wait(for: descriptor, timeout: timeout)
    }
  }
#endif
