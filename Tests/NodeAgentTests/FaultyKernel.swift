#if Agent && os(Linux)
  import ConnectionTracking
  import ConntrackNetlink
  import Glibc
  import NetworkAddresses
  import Netlink
  import NodeProgramming
  import RuleTargets
  import Synchronization

  @testable import NodeAgent

  /// What goes wrong next.
  final class Faults: Sendable {
    /// What sweeps say before the real ones begin.
    let sweeps = Mutex<[Result<ConntrackSweepReport, NetlinkError>]>([])
    /// How many times rules are still to be refused, and what is said.
    private let refusals = Mutex<(left: Int, error: ProgrammingError?)>((0, nil))
    /// Whether nothing is to be heard, and whether it is so.
    let isHeld = Mutex(false)
    let isHolding = Mutex(false)

    /// The next so many times that all rules are programmed fail.
    func failProgramming(_ times: Int, _ error: ProgrammingError) { refusals.withLock { $0 = (times, error) } }

    var refusalsLeft: Int { refusals.withLock { $0.left } }

    fileprivate func nextRefusal() -> ProgrammingError? {
      refusals.withLock { refusals in
        guard refusals.left > 0 else { return nil }
        refusals.left -= 1
        return refusals.error
      }
    }
  }

  /// The real kernel, as far as no fault is due.
  final class FaultyKernel: PassingKernel {
    private let faults: Faults

    init(_ kernel: LinuxKernel, _ faults: Faults) {
      self.faults = faults
      super.init(kernel)
    }

    override func program(_ rules: [CompiledRules], _ target: RuleTarget) throws -> ProgrammedRules {
      if let refusal = faults.nextRefusal() { throw refusal }
      return try super.program(rules, target)
    }

    override func sweep(_ stale: StaleConnections, _ families: [IPFamily]) throws -> ConntrackSweepReport {
      let fault = faults.sweeps.withLock { $0.isEmpty ? nil : $0.removeFirst() }
      return try fault?.get() ?? super.sweep(stale, families)
    }

    override func wait(for descriptor: Int32, timeout: Duration?) throws -> [KernelEvent] {
      while faults.isHeld.withLock({ $0 }) {
        faults.isHolding.withLock { $0 = true }
        usleep(1000)
      }
      return try super.wait(for: descriptor, timeout: timeout)
    }
  }
#endif
