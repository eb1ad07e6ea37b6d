import NetworkAddresses
import ServicePlan

/// What changes between two plans of one family, service port by service port.
public struct PlanDifference: Sendable {
  public var old: NodePlan
  public var new: NodePlan
  /// Sorted by name.
  public var ports: [ServicePortDifference]

  public init(from old: NodePlan, to new: NodePlan) {
    self.old = old
    self.new = new
    ports = []
    if old.servicePorts == new.servicePorts { return }
    var olds: [ServicePortName: ServicePortPlan] = [:]
    olds.reserveCapacity(old.servicePorts.count)
    for port in old.servicePorts { olds[port.name] = port }
    for port in new.servicePorts {
      let before = olds.removeValue(forKey: port.name)
      if let before, before.doesTheSame(as: port) { continue }
      if let difference = ServicePortDifference(new.family, from: before, to: port) { ports.append(difference) }
    }
    ports += olds.values.compactMap { ServicePortDifference(new.family, from: $0, to: nil) }
    ports.sort { $0.name < $1.name }
  }
}

extension ServicePortPlan {
  /// Whether only the place it is written at, or endpoints nobody uses, make a difference.
  func doesTheSame(as other: ServicePortPlan) -> Bool {
    if self == other { return true }
    var same = other
    same.position = position
    same.endpointCount = endpointCount
    return self == same
  }
}
