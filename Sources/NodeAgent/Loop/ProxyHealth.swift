#if Agent
  import NetworkAddresses
  import Synchronization

  /// Whether the rules of this node are kept up to date, and whether the node may get traffic (HC-5).
  public final class ProxyHealth: Sendable {
    private struct Family {
      /// Seconds since 1970.
      var lastUpdated: Double?
      /// When the oldest change came that is not programmed yet.
      var oldestQueued: ContinuousClock.Instant?
    }

    private struct State {
      var families: [IPFamily: Family]
      var timeout: Duration
      var isNodeKnown = false
      var isNodeEligible = false
    }

    private let state: Mutex<State>

    /// The taint that the cluster autoscaler puts on a node it is about to remove.
    static let deletionTaint = "ToBeDeletedByClusterAutoscaler"

    /// - Parameter timeout: how long a change may wait to be programmed.
    public init(_ families: [IPFamily], timeout: Duration) {
      state = Mutex(
        State(families: Dictionary(uniqueKeysWithValues: families.map { ($0, Family()) }), timeout: timeout))
    }

    func setTimeout(_ timeout: Duration) { state.withLock { $0.timeout = timeout } }

    /// A change waits to be programmed.
    func queued(_ now: ContinuousClock.Instant) {
      state.withLock { state in
        for family in state.families.keys where state.families[family]?.oldestQueued == nil {
          state.families[family]?.oldestQueued = now
        }
      }
    }

    /// All changes of a family are programmed.
    ///
    /// - Parameter time: seconds since 1970.
    func updated(_ family: IPFamily, at time: Double) {
      state.withLock { state in
        state.families[family]?.lastUpdated = time
        state.families[family]?.oldestQueued = nil
      }
    }

    /// - Parameters:
    ///   - isDeleting: the Node has a `deletionTimestamp`.
    ///   - taints: keys.
    func nodeIs(known: Bool, isDeleting: Bool, taints: [String]) {
      state.withLock { state in
        state.isNodeKnown = known
        state.isNodeEligible = known && !isDeleting && !taints.contains(Self.deletionTaint)
      }
    }

    /// What there is to say at an instant.
    public struct Report: Hashable, Sendable {
      public struct FamilyReport: Hashable, Sendable {
        public var family: IPFamily
        /// Seconds since 1970; nil: never yet.
        public var lastUpdated: Double?
        public var isHealthy: Bool
      }

      public var isNodeEligible: Bool
      /// Sorted.
      public var families: [FamilyReport]

      /// Whether rules are up to date; the node's eligibility is no part of it.
      public var isHealthy: Bool { families.allSatisfy(\.isHealthy) }

      /// The oldest of the families' updates.
      public var lastUpdated: Double? { families.compactMap(\.lastUpdated).min() }
    }

    public func report(_ now: ContinuousClock.Instant = .now) -> Report {
      let state = state.withLock { $0 }
      let families = state.families.sorted { $0.key < $1.key }.map { family, known in
        Report.FamilyReport(
          family: family, lastUpdated: known.lastUpdated,
          isHealthy: known.oldestQueued.map { now - $0 < state.timeout } ?? true)
      }
      return Report(isNodeEligible: state.isNodeEligible, families: families)
    }
  }
#endif
