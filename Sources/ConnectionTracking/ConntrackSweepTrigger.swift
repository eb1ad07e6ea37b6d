import KubernetesObjects
import NetworkAddresses
import ServicePlan

/// Tells whether a sync has to be followed by a sweep of the connection tracking table.
public enum ConntrackSweepTrigger {
  /// Whether the change of a slice calls for a sweep: it has a UDP port before or after (CT-1). A change to a Service alone
  /// does not, unless it takes away a service port, see ``removed(from:to:)``.
  ///
  /// - Parameters:
  ///   - old: nil: the slice is new.
  ///   - new: nil: it is gone.
  public static func isCalledFor(from old: EndpointSlice?, to new: EndpointSlice?) -> Bool {
    guard hasUDPPort(old) || hasUDPPort(new) else { return false }
    // A change that ends where it began is no change (SYNC-1), wherever it was written.
    return old.map(withoutPositions) != new.map(withoutPositions)
  }

  /// The same for all slices there are, before and after; they are told apart by name.
  public static func isCalledFor(from old: [EndpointSlice], to new: [EndpointSlice]) -> Bool {
    let before = Dictionary(old.map { ($0.name, $0) }) { $1 }
    let after = Dictionary(new.map { ($0.name, $0) }) { $1 }
    return before.contains { isCalledFor(from: $0.value, to: after[$0.key]) }
      || after.contains { before[$0.key] == nil && isCalledFor(from: nil, to: $0.value) }
  }

  /// The UDP service ports that are not there any more (CT-6): what is left calls for a sweep and takes part in it once.
  ///
  /// - Returns: a plan for each family that has such service ports, with nothing but them.
  public static func removed(from old: [NodePlan], to new: [NodePlan]) -> [NodePlan] {
    old.compactMap { plan in
      let candidates = plan.servicePorts.filter { $0.transport == .udp }
      guard !candidates.isEmpty else { return nil }
      let kept = Set(new.first { $0.family == plan.family }?.servicePorts.lazy.map(\.name) ?? [])
      let removed = candidates.filter { !kept.contains($0.name) }
      guard !removed.isEmpty else { return nil }
      return NodePlan(family: plan.family, configuration: plan.configuration, servicePorts: removed)
    }
  }

  private static func hasUDPPort(_ slice: EndpointSlice?) -> Bool {
    guard let slice, slice.serviceName != nil, !slice.isHeadless else { return false }
    return slice.ports.contains { $0.transport == .udp }
  }

  private static func withoutPositions(_ slice: EndpointSlice) -> EndpointSlice {
    var slice = slice
    let position = SourcePosition(file: 0, line: 0, column: 0)
    slice.position = position
    slice.ignoredChecks = nil
    for index in slice.ports.indices { slice.ports[index].position = position }
    for index in slice.endpoints.indices { slice.endpoints[index].position = position }
    return slice
  }
}
