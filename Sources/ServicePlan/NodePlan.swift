import NetworkAddresses

/// What one node must forward in one family: everything a target needs to write rules.
public struct NodePlan: Hashable, Sendable {
  public var family: IPFamily
  /// What tells local pods; nil: nothing does (DET-1).
  public var detector: LocalTrafficDetector?
  /// Of this family, sorted, those inside another one left out.
  public var serviceCIDRs: [IPPrefix]
  public var configuration: NodeConfiguration
  /// Sorted by namespace and name, then as `spec.ports` has them.
  public var servicePorts: [ServicePortPlan]

  public init(
    family: IPFamily, configuration: NodeConfiguration, servicePorts: [ServicePortPlan]
  ) {
    self.family = family
    self.configuration = configuration
    self.servicePorts = servicePorts
    detector = configuration.detector(family)
    serviceCIDRs = NodePlan.outermost(configuration.serviceCIDRs.filter { $0.family == family })
  }

  private static func outermost(_ prefixes: [IPPrefix]) -> [IPPrefix] {
    var kept: [IPPrefix] = []
    for prefix in prefixes.sorted() where !(kept.last?.contains(prefix) ?? false) {
      kept.append(prefix)
    }
    return kept
  }
}
