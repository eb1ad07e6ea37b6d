import KubernetesObjects
import NetworkAddresses

/// The plans of all Services in one family, kept up to date Service by Service.
///
/// They are at any time what a plan of all Services from scratch would be: the frontends that several Services claim, too,
/// go to the first by name, and to the next one when that is gone (see ``FrontendClaims``).
public struct PlannedServices: Sendable {
  /// A service port, in the order in which they own frontends.
  private struct Claimant: Comparable {
    var service: NamespacedName
    /// In `spec.ports`.
    var index: Int

    static func < (a: Claimant, b: Claimant) -> Bool {
      a.service != b.service ? a.service < b.service : a.index < b.index
    }
  }

  private struct LostFrontend {
    var frontend: Frontend
    var index: Int
  }

  public let family: IPFamily
  private var plans: [NamespacedName: [ServicePortPlan]] = [:]
  private var claims = Claims<Frontend, Claimant>()
  /// What Services claim and others own.
  private var lost: [NamespacedName: [LostFrontend]] = [:]

  public init(family: IPFamily) { self.family = family }

  /// All service ports, in the order of ``NodePlan/servicePorts``.
  public var servicePorts: [ServicePortPlan] {
    plans.sorted { $0.key < $1.key }.flatMap(\.value)
  }

  /// The service ports of one Service; empty: it has none.
  public subscript(name: NamespacedName) -> [ServicePortPlan] { plans[name] ?? [] }

  /// The Services that are planned, in no order.
  public var names: some Collection<NamespacedName> { plans.keys }

  /// The Service that owns a frontend.
  ///
  /// - Parameter address: nil, or the unspecified address: a node port.
  public func owner(of address: IPAddress?, port: UInt16, transport: TransportProtocol) -> NamespacedName? {
    claims.owner(of: Frontend(address, port, transport))?.service
  }

  /// The frontends that several service ports claim, as ``FrontendClaims/clashes`` has them.
  public var clashes: [FrontendClaims.Clash] {
    var clashes: [FrontendClaims.Clash] = []
    for (name, losses) in lost.sorted(by: { $0.key < $1.key }) {
      for loss in losses {
        guard let owner = claims.owner(of: loss.frontend), let winners = plans[owner.service],
          let losers = plans[name]
        else { continue }
        let (winner, loser) = (winners[owner.index], losers[loss.index])
        let clash = FrontendClaims.Clash(
          address: loss.frontend.address, port: loss.frontend.port, transport: loss.frontend.transport,
          owner: winner.name, loser: loser.name, ownerPosition: winner.position, position: loser.position)
        if clashes.last != clash { clashes.append(clash) }
      }
    }
    return clashes
  }

  /// Plans Services anew, and with them those that win or lose a frontend by it.
  ///
  /// - Parameter plan: what ``ServicePlanner`` makes of a Service as it is now; empty where it is gone.
  /// - Returns: the Services that are different, sorted by name. Where a service port is written is no difference.
  public mutating func update(
    _ services: Set<NamespacedName>, plan: (NamespacedName) -> [ServicePortPlan]
  ) -> [ServiceChange] {
    var planned: [NamespacedName: [ServicePortPlan]] = [:]
    planned.reserveCapacity(services.count)
    var disturbed: Set<NamespacedName> = []
    for name in services {
      withdrawClaims(of: name, &disturbed)
      let ports = plan(name)
      planned[name] = ports
      for (index, port) in ports.enumerated() {
        for frontend in port.frontends {
          let displaced = claims.insert(Claimant(service: name, index: index), for: frontend)
          if let displaced { disturbed.insert(displaced.service) }
        }
      }
    }
    for name in disturbed where planned[name] == nil { planned[name] = plan(name) }
    return planned.sorted { $0.key < $1.key }.compactMap { settle($0.key, $0.value) }
  }

  private mutating func withdrawClaims(of name: NamespacedName, _ disturbed: inout Set<NamespacedName>) {
    func withdraw(_ frontend: Frontend, _ index: Int, _ claims: inout Claims<Frontend, Claimant>) {
      let next = claims.remove(Claimant(service: name, index: index), for: frontend)
      if let next { disturbed.insert(next.service) }
    }
    for (index, port) in (plans[name] ?? []).enumerated() {
      for frontend in port.frontends { withdraw(frontend, index, &claims) }
    }
    for loss in lost.removeValue(forKey: name) ?? [] { withdraw(loss.frontend, loss.index, &claims) }
  }

  private mutating func settle(_ name: NamespacedName, _ claimed: [ServicePortPlan]) -> ServiceChange? {
    var losses: [LostFrontend] = []
    var settled = claimed
    for index in settled.indices {
      settled[index].keepFrontends { frontend in
        if claims.owner(of: frontend) == Claimant(service: name, index: index) { return true }
        losses.append(LostFrontend(frontend: frontend, index: index))
        return false
      }
    }
    lost[name] = losses.isEmpty ? nil : losses
    let before = plans[name] ?? []
    plans[name] = settled.isEmpty ? nil : settled
    if before.count == settled.count, zip(before, settled).allSatisfy({ $0.isSame(as: $1) }) { return nil }
    return ServiceChange(name, before: before, after: settled)
  }
}

extension ServicePortPlan {
  /// Whether nothing is different but where it is written.
  fileprivate func isSame(as other: ServicePortPlan) -> Bool {
    var moved = other
    moved.position = position
    return self == moved
  }
}
